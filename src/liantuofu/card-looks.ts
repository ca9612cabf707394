import type { BaseLogger } from 'pino';
import type { Dispatcher } from 'undici';
import type { CardLook } from '../redemption/card.ts';
import type { LookOptions } from '../redemption/ports.ts';
import type { Time } from '../time/time.ts';
import { createAvailability, type Heard } from './availability.ts';
import { postOnce } from './call-once.ts';
import type { Merchant } from './consume-form.ts';
import { detailForm, readDetail } from './detail.ts';
import { createGate } from './gate.ts';

export const DETAIL_PATH = '/open/timescard/userTimesCardDetail';
const LOG_EVERY_MS = 60 * 60_000;
/** Of the time for a look, how much of it may be spent waiting for a place. */
const WAITING_SHARE = 1 / 3;

/** How a look ended, for metrics. `skipped`: the endpoint is left alone for a while; `busy`: no place in time. */
export type LookResult = CardLook['kind'] | 'skipped' | 'busy';

export interface CardLooksOptions {
  /** Connections that carry nothing but looks: an answer to a look must never be read as a redemption's. */
  readonly connections: Pick<Dispatcher, 'dispatch'>;
  readonly path: string;
  readonly merchant: Merchant;
  /** Looks at once. */
  readonly places: number;
  readonly random: () => string;
  readonly time: Time;
  readonly log: Pick<BaseLogger, 'warn' | 'error'> | undefined;
  readonly onLook: ((result: LookResult) => void) | undefined;
}

export interface CardLooks {
  detail(card: string, options: LookOptions): Promise<CardLook>;
  close(): Promise<void>;
}

/** Looks at cards through a small gate of its own, so that no look ever takes the place of a redemption. */
export function createCardLooks(options: CardLooksOptions): CardLooks {
  const { connections, path, merchant, places, random, time, log, onLook } = options;
  const gate = createGate({ places, maxWaiting: 4 * places }, time);
  let loggedAt = Number.NEGATIVE_INFINITY;
  const availability = createAvailability({
    now: () => time.monotonic(),
    onPause(why, pauseMs) {
      if (time.monotonic() - loggedAt < LOG_EVERY_MS) return;
      loggedAt = time.monotonic();
      log?.warn({ why, pauseMs }, 'card details are not to be had from the vendor: going on without them for a while');
    },
  });

  /** Null: there was no time left to ask. */
  async function ask(card: string, timeoutMs: number): Promise<CardLook | null> {
    const form = detailForm(card, merchant, random());
    const posted = await postOnce(connections, { path, form, timeoutMs, time });
    if (posted.kind === 'withheld') return null;
    const answer: CardLook =
      posted.kind === 'answered' ? readDetail(posted.status, posted.body) : { kind: 'unavailable' };
    availability.heard(HEARD[answer.kind]);
    return answer;
  }

  async function look(card: string, { timeoutMs, insist = false }: LookOptions): Promise<CardLook> {
    const report = (result: LookResult, found: CardLook = { kind: 'unavailable' }): CardLook => {
      onLook?.(result);
      return found;
    };
    if (!insist && !availability.worthAsking()) return report('skipped');
    const askedAt = time.monotonic();
    if ((await gate.enter(timeoutMs * WAITING_SHARE)) !== 'entered') return report('busy');
    const answer = await ask(card, timeoutMs - (time.monotonic() - askedAt)).finally(() => gate.leave());
    return answer === null ? report('busy') : report(answer.kind, answer);
  }

  return {
    async detail(card, lookOptions) {
      try {
        return await look(card, lookOptions);
      } catch (error) {
        log?.error({ err: error }, 'looking at a card failed');
        return { kind: 'unavailable' };
      }
    },
    close: () => gate.close(),
  };
}

const HEARD: Readonly<Record<CardLook['kind'], Heard>> = {
  found: 'answer',
  refused: 'refusal',
  missing: 'missing',
  unavailable: 'silence',
};
