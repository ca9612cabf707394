import type { Calendar } from '../../redemption/calendar.ts';

/** `11-20 14:03`; with the year where it is another than that of `now`. Both in milliseconds since 1970. */
export function dayAndTime(calendar: Calendar, at: number, now: number): string {
  const day = calendar.dayOf(at);
  const thisYear = calendar.dayOf(now).slice(0, 5);
  return `${day.startsWith(thisYear) ? day.slice(5) : day} ${calendar.timeOf(at)}`;
}
