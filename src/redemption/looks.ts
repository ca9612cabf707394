/** When an unknown is looked at again, in milliseconds after it became one. */
export const LOOK_AFTER_MS: readonly number[] = [3_000, 15_000, 60_000, 5 * 60_000];

/** How long after it became unknown the next look is due, when `elapsedMs` have passed; null when there is none left. */
export function nextLook(elapsedMs: number, after: readonly number[] = LOOK_AFTER_MS): number | null {
  return after.find((delay) => delay > elapsedMs) ?? null;
}

/** What is known of an unknown redemption and its card. */
export interface Sight {
  readonly count: number;
  /** Times left right before it was sent, and now. */
  readonly before: number;
  readonly now: number;
  /** Whether this was the last look, so that a request that is still under way can be ruled out. */
  readonly last: boolean;
}

/** What an unknown was, as far as the times left can tell if nothing else of ours has changed them; null when they cannot. */
export function judge({ count, before, now, last }: Sight): 'succeeded' | 'refused' | null {
  if (now === before - count) return 'succeeded';
  return now === before && last ? 'refused' : null;
}
