import type { ListRow, VendorList } from '../redemption/vendor-list.ts';
import type { Table, TableRow } from './table.ts';
import { timeIn, type Epoch } from './times.ts';
import { DENIED, DOUBTFUL, GIVEN_BACK, HEADS, PLAIN, TOTALS } from './words.ts';

/** Titles, filters and the like above the headings. */
const MAX_ABOVE = 30;

const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/gu;
const HYPHENS = /[‐‑‒–—−]/gu;
/** The ledger draws receipts from these signs; what is written on is no receipt of ours. */
const WHOLE = /(?<![A-Z0-9])R-([2-9A-HJKMNP-TV-Z]{8})(?![A-Z0-9])/gu;
/** The vendor cuts what is too long: then the start stands at the end of a cell. */
const CUT = /(?<![A-Z0-9])R-([2-9A-HJKMNP-TV-Z]{0,7})(?:\.{1,3}|…)?$/u;
const NUMBER = /\d{4,}/gu;
const ROUNDED = /^\d(?:\.\d+)?E\+?\d{2}$/u;

interface Columns {
  readonly time: number | null;
  readonly count: number | null;
  readonly state: number | null;
  readonly givenBack: readonly number[];
}

/** What the rows of a file say of redemptions. */
export function listOf(tables: readonly Table[], epoch: Epoch): VendorList {
  const rows: ListRow[] = [];
  const tails = new Set<string>();
  const times: string[] = [];
  const seen = new Set<string>();
  let [total, doubled, without, hasRounded, hasCounts] = [0, 0, 0, false, false];

  for (const table of tables) {
    const { columns, first } = headsOf(table);
    const titled = titleDoubt(table, first);
    hasCounts ||= columns.count !== null;
    for (const row of table.rows.slice(first)) {
      const cells = row.cells.map(tidy);
      const [start = ''] = cells.filter((cell) => cell !== '');
      if (start === '' || TOTALS.test(start.toLowerCase())) continue;
      total += 1;
      const time = timeIn(cells[columns.time ?? -1] ?? '', epoch);
      if (time !== null) times.push(time);
      const found = receiptsIn(cells);
      if (found.length === 0) {
        without += 1;
        for (const cell of cells) {
          hasRounded ||= ROUNDED.test(cell);
          for (const [number] of cell.matchAll(NUMBER)) tails.add(number.slice(-4));
        }
        continue;
      }
      // The same row twice, in one sheet or in two, is what people have copied.
      const whole = JSON.stringify([titled, ...cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1)]);
      // One redemption has one receipt: of several it cannot be told which of them the row is about.
      const several = found.length > 1 ? found.map(({ receipt }) => receipt).join(' ') : null;
      if (seen.has(whole)) doubled += 1;
      else
        for (const one of found) {
          const { count, doubt } = about(cells, columns, one.cell);
          rows.push({ ...one, ...placeOf(table, row), count, doubt: several ?? doubt ?? titled });
        }
      seen.add(whole);
    }
  }
  times.sort();
  const [from, to] = [times[0], times.at(-1)];
  return {
    rows: rows.map(({ sheet, row, receipt, isCut, doubt, count }) => ({ sheet, row, receipt, isCut, doubt, count })),
    ...{ total, doubled, hasCounts },
    withoutReceipt: { rows: without, tails: [...tails], hasRounded },
    times: from === undefined || to === undefined ? null : { from, to },
  };
}

function placeOf({ name }: Table, { row }: TableRow): Pick<ListRow, 'sheet' | 'row'> {
  return { sheet: name, row };
}

/** Full-width signs as usual ones, in capitals, nothing that cannot be seen. */
function tidy(cell: string): string {
  return cell
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(HYPHENS, '-')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^'(?=.)/u, '')
    .toUpperCase();
}

/** The receipts in a row, each once, and in which cell it stands. */
function receiptsIn(cells: readonly string[]): { receipt: string; isCut: boolean; cell: number }[] {
  const found = new Map<string, { receipt: string; isCut: boolean; cell: number }>();
  for (const [cell, text] of cells.entries())
    for (const [receipt] of text.matchAll(WHOLE)) found.set(receipt, { receipt, isCut: false, cell });
  if (found.size > 0) return [...found.values()];
  for (const [cell, text] of cells.entries()) {
    const [, start] = CUT.exec(text) ?? [];
    if (start !== undefined) return [{ receipt: `R-${start}`, isCut: true, cell }];
  }
  return [];
}

/** What the row says besides; the cell with the receipt is what our own people wrote. */
function about(cells: readonly string[], columns: Columns, ours: number): Pick<ListRow, 'doubt' | 'count'> {
  const number = columns.count === null ? Number.NaN : amountIn(cells[columns.count] ?? '');
  const count = Number.isNaN(number) ? null : number;
  return { doubt: doubtIn(cells, columns, ours) ?? (count !== null && count <= 0 ? String(count) : null), count };
}

function doubtIn(cells: readonly string[], { state, givenBack }: Columns, ours: number): string | null {
  const said = state === null || state === ours ? '' : (cells[state] ?? '').toLowerCase();
  if (state !== null && state !== ours && !PLAIN.test(said)) return said === '' ? '—' : said;
  for (const column of givenBack) {
    const cell = cells[column] ?? '';
    const text = cell.toLowerCase();
    if (column === ours || cell === '' || amountIn(cell) === 0 || DENIED.test(text) || PLAIN.test(text)) continue;
    return cell;
  }
  return (
    cells.find((cell, column) => {
      const text = cell.toLowerCase();
      return column !== ours && DOUBTFUL.test(text) && !DENIED.test(text);
    }) ?? null
  );
}

/** What the name of a sheet, or what stands above its headings, says of all rows: such as that they are refunds. */
function titleDoubt({ name, rows }: Table, first: number): string | null {
  const above = rows.slice(0, Math.max(0, first - 1)).flatMap(({ cells }) => cells);
  return [name, ...above].map(tidy).find((title) => DOUBTFUL.test(title.toLowerCase())) ?? null;
}

function amountIn(cell: string): number {
  const [text] = /-?\d+(?:\.\d+)?/u.exec(cell.replaceAll(',', '')) ?? [];
  return text === undefined ? Number.NaN : Number(text);
}

/** The headings: the row near the top with most cells that are known, and what is known is in it. */
function headsOf(table: Table): { columns: Columns; first: number } {
  const none: Columns = { time: null, count: null, state: null, givenBack: [] };
  let best = { columns: none, first: 0, score: 0 };
  for (const [index, { cells }] of table.rows.slice(0, MAX_ABOVE).entries()) {
    const heads = cells.map((cell) =>
      tidy(cell)
        .toLowerCase()
        .replace(/\([^()]*\)|[^\p{L}\p{N}]/gu, ''),
    );
    // A title that was merged across all columns has one.
    if (heads.filter((head) => head !== '').length < 2 || receiptsIn(cells.map(tidy)).length > 0) continue;
    const place = (kind: keyof typeof HEADS) => {
      const at = heads.findIndex((head) => HEADS[kind].test(head));
      return at < 0 ? null : at;
    };
    const columns = {
      ...{ time: place('time'), count: place('count'), state: place('state') },
      givenBack: heads.flatMap((head, column) => (GIVEN_BACK.test(head) ? [column] : [])),
    };
    const score = [columns.time, columns.count, columns.state].filter((column) => column !== null).length;
    if (score > best.score) best = { columns, first: index + 1, score };
  }
  return best;
}
