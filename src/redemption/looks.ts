import type { Redemption, Unsettled } from './redemption.ts';

/** When an unknown is looked at again, in milliseconds after it became one. */
export const LOOK_AFTER_MS: readonly number[] = [3_000, 15_000, 60_000, 5 * 60_000];

/**
 * How long from now the next look is due, when `made` looks have been begun and it has been unknown for `elapsedMs`;
 * null when there is none left. The rests between looks stay as they are when one comes late, because the service was
 * down or the clock made a step: no look is left out, and the last one is never early.
 */
export function nextLook(made: number, elapsedMs: number, after: readonly number[] = LOOK_AFTER_MS): number | null {
  const [before, next] = [after[made - 1], after[made]];
  if (next !== undefined) return next - (before ?? 0);
  const last = after.at(-1) ?? 0;
  return elapsedMs < last ? last - elapsedMs : null;
}

/** Times left as a look showed them; null for a look that showed nothing, or was not made when it was due. */
export type Sight = number | null;

/** An unknown redemption whose card is to be looked at now. */
export interface DueLook extends Redemption {
  /** How many looks have been begun, with this one. */
  readonly looks: number;
  /** Who typed it: platform and id. */
  readonly user: string | null;
}

/** What is known of an unknown redemption and its card. */
export interface Evidence {
  readonly count: number;
  /** Times left right before it was sent. */
  readonly before: number;
  /** What the looks since have shown, in order; the present one is the last of them. */
  readonly sights: readonly Sight[];
  /** Whether that is the last look, so that a request that is still under way can be ruled out. */
  readonly last: boolean;
}

/** Why `judge` could not settle it at the last look. */
export function whyUnsettled({ before, sights }: Pick<Evidence, 'before' | 'sights'>): Unsettled {
  return sights.every((sight) => sight === null || sight === before) ? 'unseen' : 'unclear';
}

/**
 * What an unknown was, as far as the times left can tell if nothing else of ours has changed them; null when they cannot.
 * All looks count, not only the last: where the times went another way in between, the card was topped up, refunded or spent from
 * elsewhere, and what they have come to since proves nothing.
 */
export function judge({ count, before, sights, last }: Evidence): 'succeeded' | 'refused' | null {
  const spent = before - count;
  // Concluded from a look that shows it. Earlier ones may have shown no change yet, for a request can be late, or the same,
  // while another redemption was in the way; once the times are fewer they stay so.
  if (sights.at(-1) === spent) {
    const since = sights.indexOf(spent);
    return sights.every((sight, at) => sight === null || sight === (at < since ? before : spent)) ? 'succeeded' : null;
  }
  // One look cannot tell that nothing was taken from that it was taken and given back; nor can looks with a gap.
  return last && sights.length > 1 && sights.every((sight) => sight === before) ? 'refused' : null;
}
