import type { Problem } from '../problem.ts';
import type { BaseLogger } from 'pino';
import type { Dispatcher } from 'undici';
import type { CardLook } from '../redemption/card.ts';
import type { Asker, LookOptions } from '../redemption/ports.ts';
import type { Time } from '../time/time.ts';
import { createAvailability, type Heard, type Unheard } from './availability.ts';
import { postOnce, type Posted } from './call-once.ts';
import type { Merchant } from './consume-form.ts';
import { detailForm, readDetail } from './detail.ts';
import { createGate } from './gate.ts';
import { REMEDIES, troubleIn } from './refusals.ts';
import type { Troubles } from './troubles.ts';

export const DETAIL_PATH = '/open/timescard/userTimesCardDetail';
/** Of the time for a look, how much of it may be spent waiting for a place. */
const WAITING_SHARE = 1 / 3;
/** For the look that decides whether there is any point in looking. */
const PROBE_MS = 3_000;
/** The service itself: for all that it asks unasked it takes turns as one person does. */
export const SERVICE_ITSELF: Asker = { user: null, message: null };

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
  readonly troubles: Pick<Troubles, 'heard'>;
  readonly log: Pick<BaseLogger, 'warn' | 'error'> | undefined;
  readonly onLook: ((result: LookResult) => void) | undefined;
  /** Told whenever looking is paused, and why. */
  readonly onPause: ((why: Unheard) => void) | undefined;
}

export interface CardLooks {
  detail(card: string, options: LookOptions): Promise<CardLook>;
  /** A redemption was answered, which shows that key and merchant are good. */
  merchantAccepted(): void;
  /** Why nothing is looked at now; none while looks are made. */
  problems(): readonly Problem[];
  close(): Promise<void>;
}

/** Looks at cards through a small gate of its own, so that no look ever takes the place of a redemption. */
export function createCardLooks(options: CardLooksOptions): CardLooks {
  const { connections, path, merchant, places, random, time, troubles, log, onLook } = options;
  const gate = createGate({ places, maxWaiting: 4 * places }, time);
  /** A card that was found: what is asked about it is answered, for every text that people type. */
  let known: string | null = null;
  let probing = false;
  const availability = createAvailability({
    now: () => time.monotonic(),
    onPause(why, pauseMs) {
      log?.warn({ why, pauseMs, remedy: PAUSES[why].remedy }, 'cards are not looked at for a while');
      options.onPause?.(why);
    },
  });

  /** Null: there was no time left to ask. */
  async function ask(card: string, timeoutMs: number): Promise<{ answer: CardLook; heard: Heard } | null> {
    const form = detailForm(card, merchant, random());
    const posted = await postOnce(connections, { path, form, timeoutMs, time });
    if (posted.kind === 'withheld') return null;
    const answer: CardLook =
      posted.kind === 'answered' ? readDetail(posted.status, posted.body) : { kind: 'unavailable' };
    if (answer.kind === 'found') known = answer.detail.card ?? card;
    return { answer, heard: heardOf(posted, answer) };
  }

  /**
   * One person's typing must not stop all looks: before looking is paused, a card that was found before has to fail as
   * well.
   */
  async function probe(why: Unheard): Promise<void> {
    if (probing) return;
    if (known === null) {
      // Then a silent vendor may only be slow with the typed text.
      if (why !== 'silence') availability.pause(why);
      return;
    }
    probing = true;
    try {
      if ((await gate.enter(SERVICE_ITSELF, () => PROBE_MS)) !== 'entered') return;
      const asked = await ask(known, PROBE_MS).finally(() => gate.leave());
      if (asked === null) return;
      availability.heard(asked.heard);
      if (asked.heard !== 'answer') availability.pause(asked.heard);
    } finally {
      probing = false;
    }
  }

  async function look(
    card: string,
    { timeoutMs, asker = SERVICE_ITSELF, insist = false }: LookOptions,
  ): Promise<CardLook> {
    const report = (result: LookResult, found: CardLook = { kind: 'unavailable' }): CardLook => {
      onLook?.(result);
      return found;
    };
    if (!insist && !availability.worthAsking()) return report('skipped');
    const askedAt = time.monotonic();
    if ((await gate.enter(asker, () => timeoutMs * WAITING_SHARE)) !== 'entered') return report('busy');
    const asked = await ask(card, timeoutMs - (time.monotonic() - askedAt)).finally(() => gate.leave());
    if (asked === null) return report('busy');
    const { answer, heard } = asked;
    // Key and merchant are the same for redemptions; the permission to look does not matter there.
    if (heard === 'signature' || heard === 'app') troubles.heard(LOOK, heard, vendorMsgOf(answer));
    if (heard === 'answer') troubles.heard(LOOK, null, null);
    if (availability.heard(heard) && heard !== 'answer') probe(heard).catch(failed);
    const isOfMerchant = answer.kind === 'refused' && heard !== 'answer';
    return report(answer.kind, isOfMerchant ? { ...answer, ofMerchant: true } : answer);
  }

  const failed = (error: unknown): void => log?.error({ err: error }, 'looking at a card failed');

  return {
    async detail(card, lookOptions) {
      try {
        return await look(card, lookOptions);
      } catch (error) {
        failed(error);
        return { kind: 'unavailable' };
      }
    },
    merchantAccepted() {
      const why = availability.paused();
      if (why === 'signature' || why === 'app') availability.heard('answer');
    },
    problems() {
      const why = availability.paused();
      if (why === null) return [];
      const detail = `cards are not looked at for a while: ${PAUSES[why].reason}: ${PAUSES[why].remedy}`;
      return [{ what: 'card looks', since: availability.pausedSince(), detail }];
    },
    close: () => gate.close(),
  };
}

const LOOK = { use: 'look', store: null } as const;

const PAUSES: Readonly<Record<Unheard, { readonly reason: string; readonly remedy: string }>> = {
  signature: { reason: 'it does not accept the key', remedy: REMEDIES.signature },
  app: { reason: 'it does not accept the merchant', remedy: REMEDIES.app },
  permission: {
    reason: 'it says that this merchant may not look at them',
    remedy: 'ask Liantuofu to let LIANTUOFU_APP_ID call userTimesCardDetail, or set LIANTUOFU_CARD_DETAIL=off',
  },
  missing: {
    reason: 'it has no such endpoint, or not for this merchant',
    remedy: 'check LIANTUOFU_URL, or set LIANTUOFU_CARD_DETAIL=off',
  },
  silence: { reason: 'it does not answer in time, or nothing that can be read', remedy: 'looks are tried again' },
  unreachable: { reason: 'it cannot be reached', remedy: 'check the network; looks are tried again' },
};

/** Every statement about a card, also that there is none, shows that the merchant may ask. */
function heardOf(posted: Posted, answer: CardLook): Heard {
  switch (answer.kind) {
    case 'found':
      return 'answer';
    case 'refused': {
      const trouble = troubleIn(answer.vendorMsg);
      if (trouble === null) return 'answer';
      return trouble === 'signature' || trouble === 'app' ? trouble : 'permission';
    }
    case 'missing':
      return 'missing';
    case 'unavailable':
      return posted.kind !== 'answered' && posted.kind !== 'withheld' && !posted.mayHaveLeft
        ? 'unreachable'
        : 'silence';
  }
}

const vendorMsgOf = (answer: CardLook): string | null => (answer.kind === 'refused' ? answer.vendorMsg : null);
