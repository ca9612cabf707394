import type { Calendar } from '../redemption/calendar.ts';

const NOON = '12:00';

export interface DueSummary {
  /** The day that it is about. */
  readonly day: string;
  /** When it was due, in milliseconds since 1970. */
  readonly at: number;
}

/** The latest summary that was due, when one is due every day at `time`. */
export function latestSummary(calendar: Calendar, time: string, now: number): DueSummary {
  const today = calendar.dayOf(now);
  const [due = today] = [1, 0, -1]
    .map((days) => calendar.dayAfter(today, days))
    .filter((day) => calendar.instantOf(day, time) <= now);
  const day = isAboutSameDay(time) ? due : calendar.dayAfter(due, -1);
  return { day, at: calendar.instantOf(due, time) };
}

/** A summary in the morning is about the day before; later, about the same day. */
export function isAboutSameDay(time: string): boolean {
  return time >= NOON;
}
