import { ASK_OPEN_MS } from '../redemption/questions.ts';
import type { Redemption } from '../redemption/redemption.ts';

/** One redemption that is carried out when it is confirmed. */
export interface Choice extends Pick<Redemption, 'receipt' | 'card' | 'count'> {
  /** The number of its question; absent where only the receipt says which one is meant. */
  readonly number?: number;
  /** Times that its card was seen to have left. */
  readonly remaining: number | null;
  /** Where one question leaves two open, of which one is meant: what they are. */
  readonly oneOf?: 'cards' | 'readings';
}

/** It was not answered in time; that may not be on record yet. */
export function hasLapsed({ state, reason }: Redemption): boolean {
  return state === 'asked' || reason === 'unconfirmed';
}

export function receiptsOf({ receipt, question }: Redemption): string[] {
  return question?.other == null ? [receipt] : [receipt, question.other.receipt];
}

/** One, or the two readings, of which a number does not say which is meant. */
export function choicesOf({ receipt, card, count, remainingBefore: remaining, question }: Redemption): Choice[] {
  const { other = null, number } = question ?? {};
  const meant = { receipt, card, count, remaining };
  if (other !== null && other.blocked === undefined) {
    const oneOf = question?.why.kind === 'shown' ? 'cards' : 'readings';
    const second = { receipt: other.receipt, card: other.card, count: other.count, remaining: other.remaining };
    return [meant, second].map((choice) => ({ ...choice, oneOf }));
  }
  return [number === undefined ? meant : { ...meant, number }];
}

export function askedAt({ question, claimedAt }: Redemption): number {
  return question === null ? claimedAt : question.expiresAt - ASK_OPEN_MS;
}
