import type { Calendar } from '../redemption/calendar.ts';
import type { Counts, DayRange, FigureLedger, PersonFigures, StoreFigures } from '../redemption/figures.ts';
import type { StaffBook } from '../redemption/people.ts';
import type { Directory } from '../redemption/ports.ts';
import type { Store } from '../redemption/redemption.ts';
import { daysOf } from './days.ts';
import { nameOnRecord } from './names.ts';
import type { Who } from './permissions.ts';
import { managedBy } from './scope.ts';

/** People who are named at a time. */
export const PEOPLE_LISTED = 50;
/** The longest period, in days. */
export const MOST_DAYS = 366;

export const NAMED_PERIODS = ['today', 'yesterday', 'week', 'last-week', 'month', 'last-month'] as const;
/** Weeks begin on Monday. One that is not over reaches to today. */
export type NamedPeriod = (typeof NAMED_PERIODS)[number];

export interface FiguresQuestion {
  /** Days as they were typed, or a period by its name. */
  readonly period: NamedPeriod | DayRange;
  /** A code; null: all stores that the person manages. */
  readonly store: string | null;
  /** From 1: people are named in parts. */
  readonly page: number;
}

export interface PersonRow extends PersonFigures {
  /** What they are called; else their id. Null: the platform gave none. */
  readonly name: string | null;
}

/** A period of the stores that a person manages, beside the one before. */
export interface FiguresView {
  readonly kind: 'figures';
  readonly days: DayRange;
  /** As many days as have begun, right before; of a month that is not over the same days of the month before. */
  readonly before: DayRange;
  /** Whether the last day is today, and so not over yet. */
  readonly isRunning: boolean;
  /** Null: all stores. */
  readonly store: Store | null;
  /** Those that may be chosen; of one there is nothing to choose. */
  readonly choices: readonly Store[];
  readonly total: Counts;
  readonly totalBefore: Counts;
  /** Every day, in order; null where there was nothing. */
  readonly byDay: readonly { readonly day: string; readonly counts: Counts | null }[];
  /** By weekday from Monday, and hour, as in `Figures`. */
  readonly byHour: ReadonlyMap<number, Counts>;
  readonly stores: readonly (Omit<StoreFigures, 'name'> & { readonly name: string | null })[];
  readonly people: readonly PersonRow[];
  readonly page: number;
  readonly pages: number;
  /** The people of all other pages. */
  readonly others: { readonly people: number; readonly counts: Counts };
}

export type NoFigures =
  | { readonly kind: 'no-such-day'; readonly end: 'first' | 'last' }
  | { readonly kind: 'reversed' | 'too-long' | 'not-begun' }
  /** There is none, or none that they may know of. */
  | { readonly kind: 'not-theirs' };

export interface FiguresParts {
  readonly figures: Pick<FigureLedger, 'findFigures'>;
  readonly staff: Pick<Directory, 'findStaff'>;
  readonly book: Pick<StaffBook, 'snapshot'>;
  readonly calendar: Calendar;
  /** The ledger's clock: milliseconds since 1970. */
  readonly now: () => number;
}

/** Counts a period; only for those who may manage a store, and of no other one. */
export type ShowFigures = (question: FiguresQuestion, who: Who) => Promise<FiguresView | NoFigures>;

export function createShowFigures({ figures, staff, book, calendar, now }: FiguresParts): ShowFigures {
  return async ({ period, store: asked, page }, who) => {
    const { stores } = book.snapshot();
    const own = managedBy(who).storeCode ?? null;
    if (own !== null && asked !== null && asked !== own) return { kind: 'not-theirs' };
    const code = own ?? asked;
    const store = code === null ? null : (stores.find((one) => one.code === code) ?? { code, name: code });
    const today = calendar.dayOf(now());
    const days = typeof period === 'string' ? begun(daysOf({ kind: period }, today), today) : period;
    const wrong = whatIsWrong(days, today, calendar);
    if (wrong !== null) return wrong;

    const shown = begun(days, today);
    const before = daysBefore(period, shown, calendar);
    const from = (page - 1) * PEOPLE_LISTED;
    const found = await figures.findFigures({
      ...{ days: shown, before, timeZone: calendar.timeZone, storeCode: code },
      people: { from, atMost: PEOPLE_LISTED },
    });
    const nameOf = new Map(stores.map((one) => [one.code, one.name]));
    const listed = found.people.length + found.others.people;
    return {
      ...{ kind: 'figures', days: shown, before, store, isRunning: shown.last === today },
      choices: own === null && stores.length > 1 ? stores : [],
      ...{ total: found.total, totalBefore: found.before, byHour: found.hours, page },
      byDay: eachDay(shown, calendar).map((day) => ({ day, counts: found.days.get(day) ?? null })),
      stores: found.stores.map((one) => ({ ...one, name: nameOf.get(one.code ?? '') ?? one.name ?? one.code })),
      people: found.people.map((one) => ({ ...one, name: nameOnRecord(staff, one) })),
      pages: Math.max(1, Math.ceil(listed / PEOPLE_LISTED)),
      others: found.others,
    };
  };
}

function whatIsWrong({ first, last }: DayRange, today: string, calendar: Calendar): NoFigures | null {
  if (!isDay(first)) return { kind: 'no-such-day', end: 'first' };
  if (!isDay(last)) return { kind: 'no-such-day', end: 'last' };
  if (first > last) return { kind: 'reversed' };
  if (calendar.dayAfter(first, MOST_DAYS - 1) < last) return { kind: 'too-long' };
  return first > today ? { kind: 'not-begun' } : null;
}

const WRITTEN = /^(?:19|2\d)\d{2}-\d{2}-\d{2}$/u;

/** Whether it is a day of the calendar, written `2026-11-23`. */
function isDay(text: string): boolean {
  if (!WRITTEN.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Without the days that are yet to come. */
function begun({ first, last }: DayRange, today: string): DayRange {
  return { first, last: last > today ? today : last };
}

function daysBefore(period: FiguresQuestion['period'], { first, last }: DayRange, calendar: Calendar): DayRange {
  const dayBefore = calendar.dayAfter(first, -1);
  switch (period) {
    case 'week':
    case 'last-week':
      return { first: calendar.dayAfter(first, -7), last: calendar.dayAfter(last, -7) };
    case 'last-month':
      return { first: firstOfMonth(dayBefore), last: dayBefore };
    case 'month': {
      // The month before may have fewer days.
      const same = `${dayBefore.slice(0, 8)}${last.slice(8)}`;
      return { first: firstOfMonth(dayBefore), last: same < dayBefore ? same : dayBefore };
    }
    default: {
      const length = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
      return { first: calendar.dayAfter(first, -length), last: dayBefore };
    }
  }
}

function firstOfMonth(day: string): string {
  return `${day.slice(0, 8)}01`;
}

function eachDay({ first, last }: DayRange, calendar: Calendar): string[] {
  const days: string[] = [];
  for (let day = first; day <= last; day = calendar.dayAfter(day)) days.push(day);
  return days;
}
