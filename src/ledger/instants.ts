import { sql } from 'kysely';
import { SKEW_MS } from '../redemption/instants.ts';

/** An instant that lies `ms` ahead, or as far as such an instant can, in whole milliseconds; for columns that `isDue` reads. */
export const ahead = (now: number, ms: number, furthestMs: number): number =>
  now + Math.floor(Math.min(ms, furthestMs));

/** Whether a column's instant has come, or lies too far ahead to be believed. */
export function isDue(column: string, now: number, furthestMs: number) {
  return sql<boolean>`(${sql.ref(column)} <= ${now} or ${isTooFarAhead(column, now, furthestMs)})`;
}

/** See `redemption/instants.ts`. */
export function isTooFarAhead(column: string, now: number, furthestMs: number) {
  return sql<boolean>`${sql.ref(column)} > ${now + furthestMs + SKEW_MS}`;
}
