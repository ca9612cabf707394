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
    const { channel, account, returnAddress, replyChannel, replyAttempts } = message;
    let held: Hold = { kind: 'hold' };

    const first = message.user === null ? [] : firstAddresses(message.user);
    const isLeftTo = (address: Address) => address.channel === replyChannel;
    // Then it is known not to go the way that its message came.
    const isLeft = first.some(isLeftTo);

    const own = lateWay({ channel, account });
    if (own !== undefined && !isLeft) {
      if (isClosed(own)) return { kind: 'retry', afterMs: 0 };
      if (!isOurs()) return 'not-ours';
      const result = await own.send(returnAddress, reply, replyAttempts);
      if (result.kind !== 'hold') return result;
      held = result;
    }

    const isTried = (address: Address) =>
      !isLeft && address.channel === channel && isSame(address.returnAddress, returnAddress);
    for (const address of first.toSorted((a, b) => Number(isLeftTo(b)) - Number(isLeftTo(a)))) {
      if (isTried(address)) continue;
      const by = address.channel;
      const way = lateWay({ channel: by, account: '' });
      if (way === undefined) continue;
      if (isClosed(way)) {
        // Left to another service once, or two of them could leave it to each other for ever.
        if (!isLeft || isLeftTo(address)) return { kind: 'retry', afterMs: 0, by };
        continue;
      }
      if (!isOurs()) return 'not-ours';
      const result = await way.send(address.returnAddress, reply, replyAttempts);
      if (result.kind === 'retry') return { ...result, by };
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
