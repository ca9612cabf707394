import type { LateResult, MessageRecord } from '../redemption/message.ts';
import type { Address, FirstAddresses } from '../redemption/people.ts';
import type { LateText, LateWay, LateWayOf } from './late-way.ts';

export interface BestWayParts {
  readonly lateWay: LateWayOf;
  readonly firstAddresses: FirstAddresses;
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
 * their next message while a bot of their platform can write to them.
 */
export function createBestWay({ lateWay, firstAddresses }: BestWayParts): BestWay {
  return async (message, reply, isOurs) => {
    const { channel, account, returnAddress, user, replyAttempts } = message;
    let held: Hold = { kind: 'hold' };
    const firstWay = (address: Address) => lateWay({ channel: address.channel, account: '' });
    // Then it is known not to go the way that its message came.
    const left = message.first !== null && firstWay(message.first) !== undefined ? message.first : null;

    const own = lateWay({ channel, account });
    if (own !== undefined && left === null) {
      if (isClosed(own)) return { kind: 'retry', afterMs: 0 };
      if (!isOurs()) return 'not-ours';
      const result = await own.send(returnAddress, reply, replyAttempts);
      if (result.kind !== 'hold') return result;
      held = result;
    }

    const all = user === null ? [] : firstAddresses(user);
    const isTried = (address: Address) => address.channel === channel && isSame(address.returnAddress, returnAddress);
    const firsts =
      left === null
        ? all.filter((address) => !isTried(address))
        : [left, ...all.filter((address) => address.channel !== left.channel)];
    for (const first of firsts) {
      const way = firstWay(first);
      if (way === undefined) continue;
      if (isClosed(way)) {
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
    return held;
  };
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const isClosed = (way: LateWay) => way.isOpen?.() === false;

/** Of two ways that do not work now, the one that is to be tried again sooner. */
function sooner(one: Hold, other: Hold): Hold {
  return (other.afterMs ?? Infinity) < (one.afterMs ?? Infinity) ? other : one;
}
