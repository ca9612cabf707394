import type { Calendar } from '../../redemption/calendar.ts';
import type { LocalHour } from './sums.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Clocks differ from each other, and are put forward and back, by whole ones of these. */
const QUARTER_MS = HOUR_MS / 4;

/**
 * Tells the day and hour of instants (milliseconds since 1970). What a calendar says takes long, so it is asked how far its
 * clocks are ahead only where a day of UTC begins; and for each quarter of an hour of a day on which they are put forward or back.
 */
export function createLocalHours(calendar: Calendar): (instant: number) => LocalHour {
  const aheads = new Map<number, number>();
  const quarters = new Map<number, LocalHour>();

  function aheadAt(day: number): number {
    let ahead = aheads.get(day);
    if (ahead === undefined) {
      const at = day * DAY_MS;
      ahead = Date.parse(`${calendar.dayOf(at)}T${calendar.timeOf(at)}Z`) - at;
      aheads.set(day, ahead);
    }
    return ahead;
  }

  function lookUp(instant: number): LocalHour {
    const quarter = Math.floor(instant / QUARTER_MS);
    let local = quarters.get(quarter);
    if (local === undefined) {
      const at = quarter * QUARTER_MS;
      local = { day: calendar.dayOf(at), hour: Number(calendar.timeOf(at).slice(0, 2)) };
      quarters.set(quarter, local);
    }
    return local;
  }

  return (instant) => {
    const day = Math.floor(instant / DAY_MS);
    const ahead = aheadAt(day);
    if (ahead !== aheadAt(day + 1)) return lookUp(instant);
    const local = new Date(instant + ahead);
    return { day: local.toISOString().slice(0, 10), hour: local.getUTCHours() };
  };
}
