import { ASK_OPEN_MS } from '../redemption/questions.ts';
import type { Redemption } from '../redemption/redemption.ts';

/** One redemption that is carried out when it is confirmed. */
export interface Choice extends Pick<Redemption, 'receipt' | 'card' | 'count'> {
  /** The number of its question; absent where only the receipt says which one is meant. */
  readonly number?: number;
}

/** It was not answered in time; that may not be on record yet. */
export function hasLapsed({ state, reason }: Redemption): boolean {
  return state === 'asked' || reason === 'unconfirmed';
}

export function receiptsOf({ receipt, question }: Redemption): string[] {
  return question?.other == null ? [receipt] : [receipt, question.other.receipt];
}

/** One, or the two readings, of which a number does not say which is meant. */
export function choicesOf({ receipt, card, count, question }: Redemption): Choice[] {
  const { other = null, number } = question ?? {};
  const meant = { receipt, card, count };
  if (other !== null && other.blocked === undefined) return [meant, other];
  return [number === undefined ? meant : { ...meant, number }];
}

/** Times that the card of one reading was seen to have left. */
export function remainingOf({ receipt, remainingBefore, question }: Redemption, of: string): number | null {
  return of === receipt ? remainingBefore : (question?.other?.remaining ?? null);
}

export function askedAt({ question, claimedAt }: Redemption): number {
  return question === null ? claimedAt : question.expiresAt - ASK_OPEN_MS;
}
