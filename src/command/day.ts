import type { Day, Period } from './command.ts';

const SEPARATOR = '[-‐‑‒–—−/.]';
const YEAR = `(20\\d\\d)(?:${SEPARATOR}|年)`;
const DATE = new RegExp(`^(?:${YEAR})?(\\d{1,2})(?:${SEPARATOR}|月)(\\d{1,2})[日号]?$`, 'u');
const MONTH_OF_YEAR = new RegExp(`^${YEAR}(\\d{1,2})月?$`, 'u');
const MONTH = /^(\d{1,2})月$/u;
// Also a day that no calendar has, and a month: nothing of the kind is a card.
const LIKE_A_DATE = new RegExp(`^(?:${YEAR}\\d{1,2}(?!\\d)|\\d{1,2}(?:${SEPARATOR}|[月号日]))`, 'u');

const DAYS: ReadonlyMap<string, Day> = new Map([
  ['今天', { kind: 'today' }],
  ['今日', { kind: 'today' }],
  ['昨天', { kind: 'yesterday' }],
  ['昨日', { kind: 'yesterday' }],
  ['前天', { kind: 'day-before-yesterday' }],
  ['前日', { kind: 'day-before-yesterday' }],
]);
const PERIODS: ReadonlyMap<string, Period> = new Map(
  (
    [
      ['week', '本周 这周 这个星期 这星期 本星期 这礼拜 这个礼拜'],
      ['last-week', '上周 上个星期 上星期 上礼拜 上个礼拜 上个周'],
      ['month', '本月 这个月 这月'],
      ['last-month', '上月 上个月'],
    ] as const
  ).flatMap(([kind, words]) => words.split(' ').map((word) => [word, { kind }] as const)),
);
/** A word for a day or a period of several that is counted from now: `昨天`, `上周`. */
export const RELATIVE_PERIOD = [...DAYS.keys(), ...PERIODS.keys()].toSorted((a, b) => b.length - a.length).join('|');

/** Reads a whole word such as `昨天`, `2026-11-20`, `11/20`, `11月20日`; null when it is no day. */
function readDay(word: string): Day | null {
  const [whole, year, month, day] = DATE.exec(word) ?? [];
  if (whole === undefined) return DAYS.get(word) ?? null;
  const date = {
    kind: 'date' as const,
    year: year === undefined ? null : Number(year),
    month: Number(month),
    day: Number(day),
  };
  return date.day >= 1 && isMonth(date.month) && date.day <= daysIn(date.year, date.month) ? date : null;
}

/** Reads a whole word such as `本周`, `2026-11`, `11月`, or a day; null when it is no period. */
export function readPeriod(word: string): Period | null {
  const [whole, year, month] = MONTH_OF_YEAR.exec(word) ?? [];
  if (whole !== undefined) return monthOf(Number(year), Number(month));
  const [, bare] = MONTH.exec(word) ?? [];
  return bare === undefined ? (PERIODS.get(word) ?? readDay(word)) : monthOf(null, Number(bare));
}

/** Whether it is one day. */
export function isDay(period: Period): period is Day {
  return ['today', 'yesterday', 'day-before-yesterday', 'date'].includes(period.kind);
}

/** Whether the word was meant as a date or a month, be it right or not. */
export function looksLikeDate(word: string): boolean {
  return LIKE_A_DATE.test(word);
}

/** The word that is read as this period again. */
export function printPeriod(period: Period): string {
  switch (period.kind) {
    case 'today':
      return '今天';
    case 'yesterday':
      return '昨天';
    case 'day-before-yesterday':
      return '前天';
    case 'week':
      return '本周';
    case 'month':
      return '本月';
    case 'last-week':
      return '上周';
    case 'last-month':
      return '上月';
    case 'date':
      return [...yearOf(period), pad(period.month), pad(period.day)].join('-');
    case 'month-of':
      return period.year === null ? `${period.month}月` : [...yearOf(period), pad(period.month)].join('-');
  }
}

function monthOf(year: number | null, month: number): Period | null {
  return isMonth(month) ? { kind: 'month-of', year, month } : null;
}

function isMonth(month: number): boolean {
  return month >= 1 && month <= 12;
}

/** Without a year, as in a leap year. */
function daysIn(year: number | null, month: number): number {
  return new Date(Date.UTC(year ?? 2000, month, 0)).getUTCDate();
}

function yearOf({ year }: { readonly year: number | null }): string[] {
  return year === null ? [] : [String(year)];
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
