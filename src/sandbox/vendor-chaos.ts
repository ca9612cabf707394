import type { CardManner } from './cards.ts';
import { type Random, seededRandom } from './seeded-random.ts';

/** How one call is treated. */
export interface Mood {
  readonly manner: CardManner;
  /** Between the request and the booking, in milliseconds. */
  readonly beforeMs: number;
  /** Between the booking and what follows it, in milliseconds. */
  readonly afterMs: number;
}

/** The mood for the next call about this card, whose own manner is given. */
export type Moods = (cardNo: string, manner: CardManner) => Mood;

/** A vendor without moods: every card as it is, at once. */
export const CALM: Moods = (_cardNo, manner) => ({ manner, beforeMs: 0, afterMs: 0 });

/**
 * A vendor on a bad day: slow at random, and about four in ten calls for a normal card go wrong in one of its ways. The
 * same seed gives the same moods for the same cards, in any order of the calls.
 */
export function createChaos(seed: string): Moods {
  const callsOf = new Map<string, number>();
  return (cardNo, manner) => {
    const call = (callsOf.get(cardNo) ?? 0) + 1;
    callsOf.set(cardNo, call);
    const random = seededRandom(`${seed}:${cardNo}:${call}`);
    return {
      beforeMs: delayMs(random),
      afterMs: delayMs(random),
      manner: manner === 'normal' && random.chance(0.4) ? misbehave(random) : manner,
    };
  };
}

function misbehave(random: Random): CardManner {
  const cut = random.pick<CardManner>(['reset-before', 'reset-after']);
  return random.pick([cut, cut, cut, 'silent', 'html-500', 'truncated', 'odd-code']);
}

function delayMs(random: Random): number {
  return random.pick([() => 0, () => 0, () => random.int(0, 200), () => random.int(0, 900)])();
}
