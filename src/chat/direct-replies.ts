import type { Log } from '../log.ts';
import type { Time } from '../time/time.ts';
import { EMPTY_RESPONSE, type CallbackResponse, type LateText } from './channel.ts';
import type { LateWay } from './late-way.ts';

/** Beyond, replies are queued where the message is on record, and wait where it is not. */
const AT_ONCE = 1_000;
/** So many wait. Beyond, they are given up: a response that only confirms tells nobody. */
const MOST_WAITING = 1_000;
/** Of what is on no record: nobody else would tell it. */
const TRIES = 3;
const LONGEST_PAUSE_MS = 5_000;

/** What a callback is answered with, and who is to hear whether it was told. */
export interface Told {
  readonly response: CallbackResponse;
  readonly onHandedOver?: (whole: boolean) => void;
}

export interface DirectRepliesParts {
  /** By channel name. */
  readonly ways: ReadonlyMap<string, LateWay>;
  readonly time: Time;
  readonly log: Log;
}

/**
 * Replies of a channel whose responses only confirm: they go out by its late way as soon as they are known. To everybody
 * else such a telling is what a response is elsewhere: it was handed over whole, or it was not.
 */
export interface DirectReplies {
  /**
   * What goes into the response. What has a better way is told that way, some tries long, for it is on no record, and then
   * the response is empty; or, besides the response, once.
   */
  instead(answer: Told): Told;
  /** Tells what is on record, once; where that fails, whoever is told so has it queued. */
  carry(answer: Promise<Told>): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createDirectReplies({ ways, time, log }: DirectRepliesParts): DirectReplies {
  const running = new Set<Promise<void>>();

  function track(work: Promise<void>): void {
    const done = work.catch(() => undefined).finally(() => running.delete(done));
    running.add(done);
  }

  let telling = 0;
  const waiting: (() => void)[] = [];
  let givenUp = 0;

  /** Tells when there is a place for it; where even too many wait for one, it is not told. */
  async function tellInTurn(late: LateText, tries: number): Promise<boolean> {
    if (telling < AT_ONCE) telling += 1;
    else if (waiting.length < MOST_WAITING) await new Promise<void>((resolve) => waiting.push(resolve));
    else {
      if (givenUp === 0) log.error({ channel: late.channel }, 'too many replies are being told: some are given up');
      givenUp += 1;
      return false;
    }
    try {
      const heard = await tell(late, tries);
      if (!heard) log.error({ channel: late.channel }, 'a reply that is on no record could not be told');
      return heard;
    } finally {
      leave();
    }
  }

  /** Tells at once, or not. */
  async function tellNow(late: LateText): Promise<boolean> {
    if (telling >= AT_ONCE) return false;
    telling += 1;
    return tell(late, 1).finally(leave);
  }

  /** The place goes to whoever has waited longest. */
  function leave(): void {
    const next = waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    telling -= 1;
    if (givenUp > 0) log.error({ givenUp }, 'replies that are on no record were given up: too many at once');
    givenUp = 0;
  }

  async function tell({ channel, returnAddress, text }: LateText, tries: number): Promise<boolean> {
    const way = ways.get(channel);
    if (way === undefined) return false;
    for (let attempt = 1; ; attempt++) {
      const result = await way.send(returnAddress, text, attempt);
      if (result.kind === 'sent') return true;
      if (result.kind !== 'retry' || attempt >= tries) return false;
      await time.sleep(Math.min(result.afterMs, LONGEST_PAUSE_MS));
    }
  }

  return {
    instead(answer) {
      const { response, onHandedOver } = answer;
      const { late, ...plain } = response;
      if (late === undefined) return answer;
      if (late.besides === true) {
        // Where there is no place, what the response shows has to do.
        if (telling >= AT_ONCE) return { ...answer, response: plain };
        track(tellNow(late).then(onHandedOver));
        return { response: plain };
      }
      track(tellInTurn(late, TRIES).then(onHandedOver));
      return { response: EMPTY_RESPONSE };
    },

    carry(answer) {
      track(
        answer.then(async ({ response: { late }, onHandedOver }) => {
          onHandedOver?.(late !== undefined && (await tellNow(late)));
        }),
      );
    },

    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
