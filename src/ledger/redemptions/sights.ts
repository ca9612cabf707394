import { FURTHEST_MS, isTooFarAhead } from '../../redemption/instants.ts';
import type { Sight } from '../../redemption/looks.ts';
import type { VerbContext } from '../context.ts';
import type { RedemptionRow } from './row.ts';

/** A look that comes later than this after it was due leaves a gap in what was seen. */
const LATE_MS = 30_000;

/**
 * What looks have shown so far; with a gap in it where one that was begun (of which there are `begun`) left nothing, or
 * the next one was not made in time. `graceMs` is how much later than `look_due` it was to be made.
 */
export function sightsOf(
  { now }: VerbContext,
  { look_due, sights }: Pick<RedemptionRow, 'look_due' | 'sights'>,
  graceMs: number,
  begun: number,
): readonly Sight[] {
  const known = sights === null ? [] : (JSON.parse(sights) as Sight[]);
  const late =
    look_due !== null && (now - look_due - graceMs > LATE_MS || isTooFarAhead(look_due, now, FURTHEST_MS.look));
  return late || begun > known.length ? [...known, null] : known;
}
