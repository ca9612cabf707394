import { tellsOutcome } from '../command/sentences.ts';
import type { Log } from '../log.ts';
import type { LateResult, MessageKey } from '../redemption/message.ts';
import { startSteadyStopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import type { Carrier, Reply } from './channel.ts';
import type { LateText, LateWayOf } from './late-way.ts';

/** Beyond, replies are queued where the message is on record, and wait where it is not. */
const AT_ONCE = 1_000;
/** How many replies wait, for a place or for their next try. Further ones are given up: a carrier that only confirms cannot tell them. */
const MOST_WAITING = 1_000;
/** For how long a reply that is on no record is tried: a platform that is away for a minute is waited for. */
const TRIED_FOR_MS = 130_000;
/** The same where earlier replies are in it, which may change meanwhile, or be told by themselves. */
const TRIED_WITH_EARLIER_MS = 15_000;
/** How late a timer may be. */
const LATE_MS = 5_000;
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
   * where it is on record; for about two minutes where it is on none.
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
  /** From now on nothing waits for a later try: what waits is tried once more, and then given up. */
  stop(): void;
}

export function createDirectReplies({ lateWay, time, log }: DirectRepliesParts): DirectReplies {
  /** Those that have a place. */
  let telling = 0;
  /** Those that wait for a place. */
  const inLine: (() => void)[] = [];
  /** Those that wait for their next try, and hold no place meanwhile. */
  const pauses = new Set<AbortController>();
  let givenUp = 0;
  /** What was told besides, or is being told, by the message and the text: whether the platform has taken it. */
  const toldBesides = new Map<string, Promise<boolean>>();
  let stopped = false;

  const hasRoom = () => inLine.length + pauses.size < MOST_WAITING;

  function giveUp({ channel }: LateAddress): false {
    if (givenUp === 0) log.error({ channel }, 'too many replies are being told: some are given up');
    givenUp += 1;
    return false;
  }

  /** As `tellNow`, unless another delivery of the same message has told it. */
  function tellBesides(message: string, to: LateAddress, reply: LateText): Promise<boolean> {
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
  function leavePlace(): void {
    const next = inLine.shift();
    if (next !== undefined) {
      next();
      return;
    }
    telling -= 1;
    if (givenUp > 0) log.error({ givenUp }, 'replies that are on no record were given up: too many at once');
    givenUp = 0;
  }

  /** Tells at once where there is a place, else not at all. */
  async function tellNow(to: LateAddress, reply: LateText): Promise<boolean> {
    if (telling >= AT_ONCE) return false;
    telling += 1;
    return (await tellOnce(to, reply, 1)).kind === 'sent';
  }

  /** With a place, which it leaves. */
  async function tellOnce(to: LateAddress, reply: LateText, attempt: number): Promise<LateResult> {
    try {
      return (await lateWay(to)?.send(to.returnAddress, reply, attempt)) ?? { kind: 'hold' };
    } finally {
      leavePlace();
    }
  }

  /** Tells what is on no record, for as long as the way wants to be tried again; given up where too many wait. */
  async function tellInTurn(to: LateAddress, reply: Reply): Promise<boolean> {
    if (telling >= AT_ONCE && !hasRoom()) return giveUp(to);
    const triedFor = startSteadyStopwatch(time);
    const forMs = reply.withEarlier === true ? TRIED_WITH_EARLIER_MS : TRIED_FOR_MS;
    for (let attempt = 1; ; attempt++) {
      if (telling < AT_ONCE) telling += 1;
      else await new Promise<void>((resolve) => inLine.push(resolve));
      const result = await tellOnce(to, reply, attempt);
      if (result.kind === 'sent') return true;
      const afterMs = result.kind === 'retry' && !stopped ? result.afterMs : Infinity;
      const isTriedAgain = triedFor() + afterMs <= forMs;
      if (isTriedAgain && !hasRoom()) return giveUp(to);
      if (isTriedAgain) await pause(afterMs);
      // The machine may have slept meanwhile.
      if (!isTriedAgain || triedFor() > forMs + LATE_MS) {
        log.error({ channel: to.channel, attempt }, 'a reply that is on no record could not be told');
        return false;
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    // Each its own: a thousand listeners on one signal are taken for a leak.
    const ended = new AbortController();
    pauses.add(ended);
    await time.sleep(ms, ended.signal);
    pauses.delete(ended);
  }

  return {
    instead(confirming, to) {
      const nothing = () => confirming.nothing();
      return {
        room: confirming.room,
        over: confirming.over,
        acknowledges: true,
        confirms: true,
        // Once: what becomes of the message is told as soon as it is known.
        aside: (reply) => tellNow(to, reply),
        final(reply) {
          nothing();
          return reply.onRecord ? tellNow(to, reply) : tellInTurn(to, reply);
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
        aside: null,
        async final(reply) {
          const shown = showing.final(reply);
          // Without a place only the carrier shows the reply.
          if (telling >= AT_ONCE) return shown;
          const told = tellBesides(message, to, { text: reply.text, question: null });
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
        aside: null,
        async final(reply) {
          const shown = await showing.final(reply);
          return shown || reply.onRecord ? shown : tellInTurn(to, reply);
        },
        waiting: (text) => showing.waiting(text),
        nothing: () => showing.nothing(),
      };
    },

    stop() {
      stopped = true;
      for (const ended of pauses) ended.abort();
    },
  };
}
