import type { Log } from '../log.ts';
import type { Time } from '../time/time.ts';
import { EMPTY_RESPONSE, type CallbackResponse, type LateText } from './channel.ts';
import type { LateWay } from './late-way.ts';

/** Beyond, replies stand in the response, or are queued where the message is on record. */
const AT_ONCE = 1_000;
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
   * What goes into the response. What has a better way is told that way, some tries long, for it is on no record; or, besides
   * the response, once.
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
      if (running.size >= AT_ONCE) return { ...answer, response: plain };
      if (late.besides === true) {
        track(tell(late, 1).then(onHandedOver));
        return { response: plain };
      }
      track(
        tell(late, TRIES).then((heard) => {
          if (!heard) log.error({ channel: late.channel }, 'a reply that is on no record could not be told');
          onHandedOver?.(heard);
        }),
      );
      return { response: EMPTY_RESPONSE };
    },

    carry(answer) {
      track(
        answer.then(async ({ response: { late }, onHandedOver }) => {
          onHandedOver?.(late !== undefined && running.size <= AT_ONCE && (await tell(late, 1)));
        }),
      );
    },

    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
