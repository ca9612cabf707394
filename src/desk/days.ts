import type { Period } from '../command/command.ts';
import type { Calendar } from '../redemption/calendar.ts';

/** Whole days, both included; written `2026-11-23`. */
export interface Days {
  readonly first: string;
  readonly last: string;
}

/** Milliseconds since 1970; `to` is not part of it any more. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The days that a person means who says this on the day `today`. Without a year it is the latest such day or month. */
export function daysOf(period: Period, today: string): Days {
  const now = new Date(`${today}T00:00:00Z`);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate()];
  switch (period.kind) {
    case 'today':
      return oneDay(today);
    case 'yesterday':
      return oneDay(dateOf(year, month, day - 1));
    case 'day-before-yesterday':
      return oneDay(dateOf(year, month, day - 2));
    case 'week':
    case 'last-week': {
      // Weeks begin on Monday.
      const monday = day - ((now.getUTCDay() + 6) % 7) - (period.kind === 'week' ? 0 : 7);
      return { first: dateOf(year, month, monday), last: dateOf(year, month, monday + 6) };
    }
    case 'month':
      return monthOf(year, month);
    case 'last-month':
      return monthOf(year, month - 1);
    case 'month-of':
      return monthOf(period.year ?? (period.month > month ? year - 1 : year), period.month);
    case 'date':
      return oneDay(
        period.year === null
          ? latestDate(period.month, period.day, today)
          : dateOf(period.year, period.month, period.day),
      );
  }
}

/** The same with its year, where it is another one than that of `today`. */
export function sayYear<P extends Period>(period: P, today: string): P {
  if ((period.kind !== 'date' && period.kind !== 'month-of') || period.year !== null) return period;
  const year = Number(daysOf(period, today).first.slice(0, 4));
  return year === Number(today.slice(0, 4)) ? period : { ...period, year };
}

/** From the first instant of the first day to the last of the last one. */
export function spanOf({ first, last }: Days, calendar: Calendar): Span {
  return { from: calendar.startOf(first), to: calendar.startOf(calendar.dayAfter(last)) };
}

/** The 29th of February may be some years back. */
function latestDate(month: number, day: number, today: string): string {
  for (let year = Number(today.slice(0, 4)); ; year -= 1) {
    const date = dateOf(year, month, day);
    if (Number(date.slice(8)) === day && date <= today) return date;
  }
}

function oneDay(day: string): Days {
  return { first: day, last: day };
}

function monthOf(year: number, month: number): Days {
  return { first: dateOf(year, month, 1), last: dateOf(year, month + 1, 0) };
}

/** Days and months beyond the end of a month or year are those of the next, as in `Date`. */
function dateOf(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}
