import { sql } from 'kysely';

// Most redemptions are settled by the vendor's own answer within seconds and never change again. They are *swift*: what
// they came to is added up once. The others (still unknown, settled by looks, by a person or by a late answer) are few,
// and are counted each time.

/** A redemption that is settled within this time of being typed, by the vendor's own answer, stays as it is. */
const SWIFT_MS = 60 * 60_000;

/**
 * How long after its end a period may be added up: what was typed in it is settled, or is not swift any more. The rest is for
 * clocks that are set back: as long as it is not by more than a day, nothing is written into what has been added up.
 */
export const CLOSED_AFTER_MS = SWIFT_MS + 24 * 60 * 60_000;

/** Literals only: an index that has such a condition is used where the query repeats it. */
const SETTLED = "state in ('succeeded', 'refused', 'unsent')";
const LATE = `settled_by is not null or settled_at is null or settled_at < claimed_at or settled_at > claimed_at + ${SWIFT_MS}`;

/** What the index of slow rows holds. Neither *pending* nor *asked*: every redemption would go in and out. */
export const SLOW = `(state = 'unknown' or (${SETTLED} and (${LATE})))`;

export const isSlow = sql<boolean>`${sql.raw(SLOW)}`;
export const isSwift = sql<boolean>`${sql.raw(`(${SETTLED} and not (${LATE}))`)}`;
