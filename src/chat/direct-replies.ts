import { tellsOutcome } from '../command/sentences.ts';
import type { Log } from '../log.ts';
import type { MessageKey } from '../redemption/message.ts';
import type { Time } from '../time/time.ts';
import type { Carrier } from './channel.ts';
import type { LateText, LateWayOf } from './late-way.ts';

/** Beyond, replies are queued where the message is on record, and wait where it is not. */
const AT_ONCE = 1_000;
/** How many replies wait. Further ones are given up: a carrier that only confirms cannot tell them. */
const MOST_WAITING = 1_000;
/** Tries of a reply that is on no record: no later try would tell it. */
const TRIES = 3;
/** The same where the late way is a connection that was just cut: the next one is there in some seconds. */
const TRIES_OF_LOST = 6;
const LONGEST_PAUSE_MS = 5_000;
/** How many of the replies that were told besides are remembered, so that a repeated delivery tells none of them again. */
const REMEMBERED = 1_000;

/** Where a reply goes by the late way of the bot that received its message; only that reads `returnAddress`. */
export interface LateAddress extends Pick<MessageKey, 'channel' | 'account'> {
  readonly returnAddress: unknown;
}

export interface DirectRepliesParts {
  readonly lateWay: LateWayOf;
  readonly time: Time;
  readonly log: Log;
}

/**
 * Replies that are told by the late way of their bot as soon as they are known: only that way says whether the
 * platform took them.
 */
export interface DirectReplies {
  /**
   * A carrier that shows nothing: `confirming` says that the message was stored, and the reply goes by the late way. Once,
   * where it is on record; some tries long where it is on none.
   */
  instead(confirming: Carrier, to: LateAddress): Carrier;
  /**
   * A carrier that shows the reply, which is told by the late way as well: once for all deliveries of `message`, as long as the
   * platform has taken it. What tells no outcome is for one person, whom the late way may not reach alone: there it is enough
   * that the carrier has shown it.
   */
  besides(showing: Carrier, to: LateAddress, message: string): Carrier;
  /** A carrier that shows the reply; one that is on no record, and that the platform did not take, goes by the late way. */
  afterLoss(showing: Carrier, to: LateAddress): Carrier;
}

export function createDirectReplies({ lateWay, time, log }: DirectRepliesParts): DirectReplies {
  let telling = 0;
  const waiting: (() => void)[] = [];
  let givenUp = 0;
  /** What was told besides, or is being told, by the message and the text: whether the platform has taken it. */
  const toldBesides = new Map<string, Promise<boolean>>();

  /** Tells when there is a place for it; a reply is given up where too many already wait. */
  async function tellInTurn(to: LateAddress, reply: LateText, tries: number): Promise<boolean> {
    if (telling < AT_ONCE) telling += 1;
    else if (waiting.length < MOST_WAITING) await new Promise<void>((resolve) => waiting.push(resolve));
    else {
      if (givenUp === 0) log.error({ channel: to.channel }, 'too many replies are being told: some are given up');
      givenUp += 1;
      return false;
    }
    try {
      const heard = await tell(to, reply, tries);
      if (!heard) log.error({ channel: to.channel }, 'a reply that is on no record could not be told');
      return heard;
    } finally {
      leave();
    }
  }

  /** Tells at once where there is a place, else not at all. */
  async function tellNow(to: LateAddress, reply: LateText): Promise<boolean> {
    if (telling >= AT_ONCE) return false;
    telling += 1;
    return tell(to, reply, 1).finally(leave);
  }

  /** As `tellNow`, unless another delivery of the same message has told it. */
  function tellOnce(message: string, to: LateAddress, reply: LateText): Promise<boolean> {
    const key = JSON.stringify([message, reply.text]);
    const before = toldBesides.get(key);
    const heard = before === undefined ? tellNow(to, reply) : before.then((isHeard) => isHeard || tellNow(to, reply));
    toldBesides.delete(key);
    toldBesides.set(key, heard);
    for (const [oldest] of toldBesides) {
      if (toldBesides.size <= REMEMBERED) break;
      toldBesides.delete(oldest);
    }
    return heard;
  }

  /** The place goes to the one that has waited longest. */
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

  async function tell(to: LateAddress, reply: LateText, tries: number): Promise<boolean> {
    const way = lateWay(to);
    if (way === undefined) return false;
    for (let attempt = 1; ; attempt++) {
      const result = await way.send(to.returnAddress, reply, attempt);
      if (result.kind === 'sent') return true;
      if (result.kind !== 'retry' || attempt >= tries) return false;
      await time.sleep(Math.min(result.afterMs, LONGEST_PAUSE_MS));
    }
  }

  return {
    instead(confirming, to) {
      const nothing = () => confirming.nothing();
      return {
        room: confirming.room,
        over: confirming.over,
        acknowledges: true,
        confirms: true,
        final(reply) {
          nothing();
          return reply.onRecord ? tellNow(to, reply) : tellInTurn(to, reply, TRIES);
        },
        waiting() {
          nothing();
          return false;
        },
        nothing,
      };
    },

    besides(showing, to, message) {
      return {
        room: showing.room,
        over: showing.over,
        acknowledges: false,
        confirms: showing.confirms,
        async final(reply) {
          const shown = showing.final(reply);
          // Without a place only the carrier shows the reply.
          if (telling >= AT_ONCE) return shown;
          const told = tellOnce(message, to, { text: reply.text, question: null });
          const [heard, isShown] = await Promise.all([told, shown]);
          return heard || (isShown && !tellsOutcome(reply.text));
        },
        waiting: (text) => showing.waiting(text),
        nothing: () => showing.nothing(),
      };
    },

    afterLoss(showing, to) {
      return {
        room: showing.room,
        over: showing.over,
        acknowledges: false,
        confirms: showing.confirms,
        async final(reply) {
          const shown = await showing.final(reply);
          return shown || reply.onRecord ? shown : tellInTurn(to, reply, TRIES_OF_LOST);
        },
        waiting: (text) => showing.waiting(text),
        nothing: () => showing.nothing(),
      };
    },
  };
}
