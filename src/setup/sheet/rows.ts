import type { Text } from '../../pages/text.ts';
import type { Platform } from '../../redemption/user-id.ts';
import type { Cell } from './cells.ts';
import { acrossTwo, codeAndName, guessColumns, headingsIn, isCode, type Kind } from './columns.ts';
import type { SheetProblem } from './sheet.ts';
import { platformIn, platformOfHeading, storeCodeIn } from './values.ts';
import * as words from './words.ts';

/** A row with the cells by what they are about; columns count from 1. */
export interface Row {
  readonly row: number;
  readonly cells: Cells;
  /** Of accounts in it that do not say it themselves; null: not known. */
  readonly platform: Platform | null;
  readonly store: Named;
}

type Cells = ReadonlyMap<Kind, Cell & { readonly column: number }>;

/** A store as a row names it; null: not said. */
export interface Named {
  readonly code: string | null;
  readonly name: string | null;
}

/** What there is to say about a sheet. */
export interface Remarks {
  readonly problems: SheetProblem[];
  readonly notes: Text[];
  /** The rows whose store code was put into capitals. */
  readonly capitals: number[];
}

const TOTAL = /^(?:合计|总计|小计|共计|总数|汇总|总共|共\s*\d+|(?:sub|grand )?totals?\b|sum\b)/iu;

export interface RowsParts {
  /** Of accounts that do not say it, in a column whose heading does not say it either. */
  readonly platform: Platform | null;
  /** The codes of the stores that are there already. */
  readonly codes: readonly string[];
}

/** The rows of data, each by the headings above it; what is not understood is added to the remarks. */
export function rowsOf(cells: readonly (readonly Cell[])[], parts: RowsParts, remarks: Remarks): Row[] {
  return new RowReader(parts, remarks).read(cells);
}

class RowReader {
  readonly #platform: Platform | null;
  /** Each code as it is spelled, by that and in capitals. */
  readonly #spelled: ReadonlyMap<string, string>;
  readonly #remarks: Remarks;

  constructor({ platform, codes }: RowsParts, remarks: Remarks) {
    this.#platform = platform;
    this.#spelled = new Map([
      ...codes.map((code) => [code.toUpperCase(), code] as const),
      ...codes.map((code) => [code, code] as const),
    ]);
    this.#remarks = remarks;
  }

  read(all: readonly (readonly Cell[])[]): Row[] {
    const filled = all
      .map((cells, index) => ({ cells, row: index + 1 }))
      .filter(({ cells }) => cells.some(({ text }) => text !== '') && !isRule(cells));
    const headings = filled.map(({ cells }, index) => {
      const own = headingsIn(cells);
      const above = filled[index - 1]?.cells;
      return own === null || above === undefined || headingsIn(above) === null ? own : headingsIn(cells, above);
    });
    const first = headings.findIndex((kinds) => kinds !== null);
    const data = first < 0 ? filled.filter(({ cells }) => !isTotal(cells)) : [];
    let kinds: readonly (Kind | null)[] = guessColumns(data.map(({ cells }) => cells));
    let platform: Platform | null = null;
    const rows: Row[] = [];
    for (const [index, { cells, row }] of filled.entries()) {
      const said = cells.map(({ raw }) => raw).filter((raw) => raw !== '');
      const own = headings[index] ?? null;
      if (own !== null) {
        const next = headings.findIndex((each, at) => at > index && each !== null);
        const below = filled.slice(index + 1, next < 0 ? undefined : next).map((each) => each.cells);
        kinds = acrossTwo(own, below);
        platform = platformOfHeading(cells[kinds.indexOf('user')]?.text ?? '');
        const unused = cells.filter(({ text }, column) => text !== '' && kinds[column] === 'other');
        if (unused.length > 0) this.#remarks.notes.push(words.unusedColumns(unused.map(({ raw }) => raw)));
      } else if (index < first) this.#remarks.notes.push(words.aboveHeadings(row, said.join(' ')));
      else if (isTotal(cells)) this.#remarks.notes.push(words.totalRow(row, said.join(' ')));
      else rows.push(this.#rowOf(row, cells, kinds, first >= 0, platform));
    }
    return rows;
  }

  #rowOf(
    row: number,
    all: readonly Cell[],
    kinds: readonly (Kind | null)[],
    hasHeadings: boolean,
    ofHeading: Platform | null,
  ): Row {
    const cells = new Map<Kind, Cell & { readonly column: number }>();
    for (const [index, cell] of all.entries()) {
      if (cell.text === '') continue;
      const kind = kinds[index] ?? null;
      if (kind !== null && kind !== 'other') cells.set(kind, { ...cell, column: index + 1 });
      else if (kind === null || !hasHeadings)
        this.#remarks.problems.push({ row, column: index + 1, cell: cell.raw, message: words.NO_HEADING });
    }
    const isUsed = [...cells.keys()].some((kind) => kind !== 'number' && kind !== 'platform');
    const said = all.map(({ raw }) => raw).filter((raw) => raw !== '');
    if (!isUsed && this.#remarks.problems.at(-1)?.row !== row)
      this.#remarks.problems.push({ row, column: null, cell: said.join(' '), message: words.NOTHING_USED });
    const number = cells.get('number');
    if (isUsed && number !== undefined && !/^\d+(?:\.0+)?$/u.test(number.text))
      this.#remarks.problems.push({ row, column: number.column, cell: number.raw, message: words.NOT_COUNTED });
    const place = cells.get('platform');
    const ownPlatform = platformIn(place?.text ?? '');
    if (place !== undefined && ownPlatform === null)
      this.#remarks.problems.push({ row, column: place.column, cell: place.raw, message: words.NO_SUCH_PLATFORM });
    const platform = ownPlatform ?? ofHeading ?? this.#platform;
    return { row, cells, platform, store: this.#storeOf(row, cells, hasHeadings) };
  }

  /** The store that a row names. */
  #storeOf(row: number, cells: Cells, hasHeadings: boolean): Named {
    const ownCode = cells.get('storeCode');
    const said = cells.get('store')?.text ?? null;
    const both = said === null ? null : codeAndName(said);
    const written = ownCode?.text ?? both?.code ?? null;
    const read = written === null ? null : storeCodeIn(written, this.#spelled);
    // Without a heading it is a code by its form only.
    const isGuessed = ownCode !== undefined && !hasHeadings && !isCode(read ?? '');
    const code = isGuessed ? null : read;
    if (ownCode !== undefined && code === null)
      this.#remarks.problems.push({ row, column: ownCode.column, cell: ownCode.raw, message: words.NOT_A_CODE });
    if (code !== null && code !== written) this.#remarks.capitals.push(row);
    const rest = both === null ? said : both.name || null;
    // What is no code may be the name; then its row is of no other store in any case.
    const name = cells.get('storeName')?.text ?? rest ?? (code === null ? written : null);
    return { code, name: name !== null && name !== code ? name : null };
  }
}

/** The line below the headings of a table that is drawn with signs. */
function isRule(cells: readonly Cell[]): boolean {
  return cells.every(({ text }) => text === '' || /^:?-+:?$/u.test(text));
}

function isTotal(cells: readonly Cell[]): boolean {
  const texts = cells.map(({ text }) => text).filter((text) => text !== '');
  const [first = '', ...others] = texts;
  return TOTAL.test(first) && others.every((text) => /^[\d.,]+\s*[人家个名]?$/u.test(text) || TOTAL.test(text));
}
