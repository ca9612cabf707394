import {
  EXPORT_HEADINGS,
  EXPORT_OUTCOMES,
  EXPORT_REASONS,
  EXPORT_SETTLED,
} from '../command/sentences/export-headings.ts';
import type { Calendar } from '../redemption/calendar.ts';
import type { RecordedRedemption } from '../redemption/records.ts';
import { remainingOf } from '../redemption/redemption.ts';

/** How records become text. */
export interface ExportFormat {
  /** What stands before the first record. */
  readonly head: string;
  /** One record, its line end included. */
  readonly line: (record: RecordedRedemption) => string;
}

export interface FormatOptions {
  /** What local times are taken from. */
  readonly calendar: Calendar;
  /** Whole card numbers instead of their last four characters. */
  readonly fullCards: boolean;
}

/** The language of the headings of a spreadsheet. */
export type Headings = 'zh' | 'en';

/** Words, numbers and instants of our own; or a text that other people chose. */
type Cell = string | number | Date | null | { readonly text: string };
type CellOf = (record: RecordedRedemption) => Cell;
/** `inChinese` is what stands below a Chinese heading, where that is not the same. */
type Column = readonly [name: keyof typeof EXPORT_HEADINGS, cellOf: CellOf, inChinese?: CellOf];

function columns(fullCards: boolean): readonly Column[] {
  const print = (card: string) => free(fullCards ? card : `****${card.slice(-4)}`);
  return [
    ['time', ({ redemption }) => new Date(redemption.claimedAt)],
    ['receipt', ({ redemption }) => redemption.receipt],
    ['outcome', ({ redemption }) => redemption.state, ({ redemption }) => EXPORT_OUTCOMES[redemption.state]],
    ['reason', ({ redemption }) => redemption.reason, ({ redemption: { reason } }) => reason && EXPORT_REASONS[reason]],
    ['card', ({ redemption }) => print(redemption.card)],
    ['realCard', ({ redemption: { realCard } }) => (realCard === null ? null : print(realCard))],
    ['count', ({ redemption }) => redemption.count],
    ['remaining', ({ redemption }) => remainingOf(redemption)],
    ['store', ({ redemption }) => free(redemption.store?.code)],
    ['storeName', ({ redemption }) => free(redemption.store?.name)],
    ['user', ({ user }) => free(user)],
    ['userName', ({ name }) => free(name)],
    ['employeeId', ({ redemption }) => redemption.employeeId],
    ['remark', ({ redemption }) => free(redemption.remark)],
    ['vendorMsg', ({ redemption }) => free(redemption.vendorMsg)],
    ['settled', ({ redemption: { settledAt } }) => (settledAt === null ? null : new Date(settledAt))],
    [
      'settledBy',
      ({ redemption: { settledBy: by } }) => free(by?.how === 'hand' ? by.user : by?.how),
      ({ redemption: { settledBy: by } }) => (by?.how === 'hand' ? free(by.name) : by && EXPORT_SETTLED[by.how]),
    ],
  ];
}

function free(text: string | null | undefined): { readonly text: string } | null {
  return text === null || text === undefined ? null : { text };
}

/** For programs: a JSON object a line, nothing in it changed, instants in UTC. */
export function jsonl({ fullCards }: FormatOptions): ExportFormat {
  const all = columns(fullCards);
  const plain = (cell: Cell) => (cell !== null && typeof cell === 'object' && 'text' in cell ? cell.text : cell);
  const objectOf = (record: RecordedRedemption) =>
    Object.fromEntries(all.map(([name, cellOf]) => [name, plain(cellOf(record))]));
  return { head: '', line: (record) => `${JSON.stringify(objectOf(record))}\n` };
}

/**
 * For spreadsheets: the byte order mark by which Excel knows UTF-8, CRLF, local times, and before every text that
 * other people chose an apostrophe, which makes it a text for every spreadsheet. Whether one would calculate a text,
 * round it or take it for a date depends on its make, language and version, so none goes without
 * (https://owasp.org/www-community/attacks/CSV_Injection); and who drops the first character of such a column has
 * exactly what was stored.
 */
export function csv({ calendar, fullCards, headings }: FormatOptions & { readonly headings: Headings }): ExportFormat {
  const all = columns(fullCards);
  const inLanguage = ([, cellOf, inChinese]: Column) => (headings === 'zh' && inChinese ? inChinese : cellOf);
  const print = (cell: Cell): string => {
    if (cell instanceof Date) return localTime(cell, calendar);
    if (cell === null || typeof cell !== 'object') return String(cell ?? '');
    return cell.text === '' ? '' : quoted(`'${cell.text}`);
  };
  return {
    head: `\uFEFF${all.map(([name]) => (headings === 'en' ? name : EXPORT_HEADINGS[name])).join(',')}\r\n`,
    line: (record) => `${all.map((column) => print(inLanguage(column)(record))).join(',')}\r\n`,
  };
}

function localTime(instant: Date, calendar: Calendar): string {
  const at = instant.getTime();
  return `${calendar.dayOf(at)} ${calendar.timeOf(at)}:${String(instant.getUTCSeconds()).padStart(2, '0')}`;
}

/** RFC 4180. */
function quoted(text: string): string {
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
