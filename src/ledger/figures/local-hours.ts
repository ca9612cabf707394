import type { Calendar } from '../../redemption/calendar.ts';
import type { LocalHour } from './sums.ts';

/** Clocks differ from each other, and are put forward and back, by whole ones of these. */
const QUARTER_MS = 15 * 60_000;

/** Tells the day and hour of instants (milliseconds since 1970). Of those of a quarter of an hour it looks up one. */
export function createLocalHours(calendar: Calendar): (instant: number) => LocalHour {
  const known = new Map<number, LocalHour>();
  return (instant) => {
    const quarter = Math.floor(instant / QUARTER_MS);
    let local = known.get(quarter);
    if (local === undefined) {
      const at = quarter * QUARTER_MS;
      local = { day: calendar.dayOf(at), hour: Number(calendar.timeOf(at).slice(0, 2)) };
      known.set(quarter, local);
    }
    return local;
  };
}
