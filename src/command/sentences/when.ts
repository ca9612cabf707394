import type { Calendar } from '../../redemption/calendar.ts';

/** When something is said: instants are written as they are best read then. */
export interface Moment {
  readonly calendar: Calendar;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** `11-20 14:03`; with the year where it is another than that of the moment. */
export function dayAndTime(at: number, { calendar, now }: Moment): string {
  const day = calendar.dayOf(at);
  const thisYear = calendar.dayOf(now).slice(0, 5);
  return `${day.startsWith(thisYear) ? day.slice(5) : day} ${calendar.timeOf(at)}`;
}
