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

type Cell = string | number | Date | null;
type Column = readonly [name: string, cellOf: (record: RecordedRedemption) => Cell];

function columns(fullCards: boolean): readonly Column[] {
  const print = (card: string) => (fullCards ? card : `****${card.slice(-4)}`);
  return [
    ['time', ({ redemption }) => new Date(redemption.claimedAt)],
    ['receipt', ({ redemption }) => redemption.receipt],
    ['outcome', ({ redemption }) => redemption.state],
    ['reason', ({ redemption }) => redemption.reason],
    ['card', ({ redemption }) => print(redemption.card)],
    ['realCard', ({ redemption: { realCard } }) => (realCard === null ? null : print(realCard))],
    ['count', ({ redemption }) => redemption.count],
    ['remaining', ({ redemption }) => remainingOf(redemption)],
    ['store', ({ redemption }) => redemption.store?.code ?? null],
    ['storeName', ({ redemption }) => redemption.store?.name ?? null],
    ['user', ({ user }) => user],
    ['employeeId', ({ redemption }) => redemption.employeeId],
    ['remark', ({ redemption }) => redemption.remark],
    ['vendorMsg', ({ redemption }) => redemption.vendorMsg],
    ['settled', ({ redemption: { settledAt } }) => (settledAt === null ? null : new Date(settledAt))],
    [
      'settledBy',
      ({ redemption: { settledBy } }) => (settledBy?.how === 'hand' ? settledBy.user : (settledBy?.how ?? null)),
    ],
  ];
}

/** For programs: a JSON object a line, nothing in it changed, instants in UTC. */
export function jsonl({ fullCards }: FormatOptions): ExportFormat {
  const all = columns(fullCards);
  return {
    head: '',
    line: (record) => `${JSON.stringify(Object.fromEntries(all.map(([name, cellOf]) => [name, cellOf(record)])))}\n`,
  };
}

/**
 * For spreadsheets: the byte order mark by which Excel knows UTF-8, CRLF, local times, and nothing that would be
 * calculated, rounded or taken for a date.
 */
export function csv({ calendar, fullCards }: FormatOptions): ExportFormat {
  const all = columns(fullCards);
  const print = (cell: Cell): string => {
    if (cell instanceof Date) return localTime(cell, calendar);
    return typeof cell === 'string' ? quoted(harmless(cell)) : String(cell ?? '');
  };
  return {
    head: `\uFEFF${all.map(([name]) => name).join(',')}\r\n`,
    line: (record) => `${all.map(([, cellOf]) => print(cellOf(record))).join(',')}\r\n`,
  };
}

function localTime(instant: Date, calendar: Calendar): string {
  const at = instant.getTime();
  return `${calendar.dayOf(at)} ${calendar.timeOf(at)}:${String(instant.getUTCSeconds()).padStart(2, '0')}`;
}

/**
 * A text that a spreadsheet may take for a formula (https://owasp.org/www-community/attacks/CSV_Injection), a number or a
 * date gets an apostrophe in front. Of a card number Excel would keep fifteen digits.
 */
function harmless(text: string): string {
  return /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n\p{Nd}])/u.test(text) ? `'${text}` : text;
}

/** RFC 4180. */
function quoted(text: string): string {
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
