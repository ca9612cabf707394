import type { LateResult, MessageRecord } from '../redemption/message.ts';
import type { Address, FirstAddresses } from '../redemption/people.ts';
import { isAwaited, type LateText, type LateWay, type LateWayOf } from './late-way.ts';

/** Where the way that a reply waited for was closed for long, and no other works: they are tried again after so long. */
const LOOK_AGAIN_MS = 10 * 60_000;

export interface BestWayParts {
  readonly lateWay: LateWayOf;
  readonly firstAddresses: FirstAddresses;
  /** Whether one whose own way is closed still waits for that, whatever other ways there are. */
  readonly mustWait: () => boolean;
}

/**
 * Sends a reply once, late, by the best way there is to its person. `isOurs` is asked before each try: whether no other
 * service may have taken the message over by now. Never rejects.
 */
export type BestWay = (
  message: MessageRecord,
  reply: LateText,
  isOurs: () => boolean,
) => Promise<LateResult | 'not-ours'>;

type Hold = Extract<LateResult, { kind: 'hold' }>;

/**
 * The way back to where the message came from is the best one. Where that does not work, the person is written to first,
 * which is in private: what they said in a group may be told them there, and never in another group. So nothing is held for
 * their next message while a bot of their platform can write to them. One whose way is closed waits
 * for that, and when it has waited for long goes by another way that is open.
 */
export function createBestWay({ lateWay, firstAddresses, mustWait }: BestWayParts): BestWay {
  return async (message, reply, isOurs) => {
    const { channel, account, returnAddress, user, replyAttempts } = message;
    let held: Hold | null = null;
    const firstWay = (address: Address) => lateWay({ channel: address.channel, account: '' });
    // Then it is known not to go the way that its message came.
    const left = message.first !== null && firstWay(message.first) !== undefined ? message.first : null;

    const own = lateWay({ channel, account });
    const isWaiting = own !== undefined && left === null && isAwaited(own);
    if (isWaiting && mustWait()) return { kind: 'retry', afterMs: 0 };
    if (own !== undefined && left === null && !isWaiting) {
      if (!isOurs()) return 'not-ours';
      const result = await own.send(returnAddress, reply, replyAttempts);
      if (result.kind !== 'hold') return result;
      held = result;
    }

    const all = user === null ? [] : firstAddresses(user);
    const isTried = (address: Address) =>
      address.channel === channel && haveSameReceiver(own, address.returnAddress, returnAddress);
    const firsts =
      left === null
        ? all.filter((address) => !isTried(address))
        : [left, ...all.filter((address) => address.channel !== left.channel)];
    for (const first of firsts) {
      const way = firstWay(first);
      if (way === undefined) continue;
      if (isAwaited(way)) {
        if (isWaiting) continue;
        // No longer left to it: its own way may work by then.
        if (first === left && !mustWait()) return { kind: 'hold', afterMs: LOOK_AGAIN_MS };
        // Left to another service once, or two of them could leave it to each other for ever.
        if (left === null || first === left) return { kind: 'retry', afterMs: 0, first };
        continue;
      }
      if (!isOurs()) return 'not-ours';
      const result = await way.send(first.returnAddress, reply, first === left ? replyAttempts : 1);
      // The same address again: it may say what makes the next try the same message.
      if (result.kind === 'retry') return { ...result, first };
      if (result.kind !== 'hold') return result;
      held = sooner(held, result);
    }
    if (!isWaiting) return held ?? { kind: 'hold' };
    return held === null ? { kind: 'retry', afterMs: 0 } : sooner(held, { kind: 'hold', afterMs: LOOK_AGAIN_MS });
  };
}

/** Of one person there are several addresses: that of a message says more than that by which they are written to first. */
function haveSameReceiver(way: LateWay | undefined, one: unknown, other: unknown): boolean {
  const receiver = way?.receiverOf?.(one) ?? null;
  return receiver === null ? JSON.stringify(one) === JSON.stringify(other) : receiver === way?.receiverOf?.(other);
}

/** Of two ways that do not work now, the one that is to be tried again sooner. */
function sooner(one: Hold | null, other: Hold): Hold {
  if (one === null) return other;
  return (other.afterMs ?? Infinity) < (one.afterMs ?? Infinity) ? other : one;
}
