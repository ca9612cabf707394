// Longer than other files: each kind of cell is read by a few lines, and all of them share the rows and the problems.

import type { Text } from '../pages/text.ts';
import { isUser, userKey, type Platform } from '../redemption/user-id.ts';
import type { People } from './ports.ts';
import { cellsOf, type Cell } from './sheet/cells.ts';
import { codeAndName, guessColumns, headingsIn, MANAGER, STAFF, type Kind } from './sheet/columns.ts';
import type { Sheet, SheetPerson, SheetProblem, SheetStore } from './sheet/sheet.ts';
import * as words from './sheet/words.ts';

export type * from './sheet/sheet.ts';

export interface SheetOptions {
  /** Of accounts that are written without their platform; null: such accounts are problems. */
  readonly platform: Platform | null;
  /** Stores that are there already: rows may name them. */
  readonly stores: People['stores'];
}

const MOST_CHARACTERS = 2_000_000;
const PLATFORM_WORDS: readonly (readonly [RegExp, Platform])[] = [
  [/^(?:wecom|wework|wx|企业微信|企微|微信)$/iu, 'wecom'],
  [/^(?:dingtalk|ding|钉钉)$/iu, 'dingtalk'],
  [/^(?:feishu|lark|飞书)$/iu, 'feishu'],
];
const TOTAL = /^(?:合计|总计|小计|共计|总数|汇总|总共|共\s*\d+|(?:sub|grand )?totals?\b|sum\b)/iu;

/**
 * Reads what was copied from a spreadsheet, with headings or without, in any order of columns. Nothing is lost: what is not
 * understood is a problem with its row and column, and the rest of its row is read.
 */
export function readSheet(text: string, { platform, stores }: SheetOptions): Sheet {
  if (text.length > MOST_CHARACTERS)
    return {
      stores: [],
      staff: [],
      problems: [{ row: 1, column: null, cell: '', message: words.TOO_LONG }],
      notes: [],
    };
  return new Reader(platform, stores).read(cellsOf(text));
}

/** A row with the cells by what they are about; columns count from 1. */
interface Row {
  readonly row: number;
  readonly cells: ReadonlyMap<Kind, Cell & { readonly column: number }>;
}

/** A store as a row names it; null: not said. */
interface Named {
  readonly code: string | null;
  readonly name: string | null;
}

class Reader {
  readonly #platform: Platform | null;
  readonly #known: ReadonlyMap<string, string>;
  readonly #stores = new Map<string, SheetStore>();
  readonly #staff: SheetPerson[] = [];
  readonly #problems: SheetProblem[] = [];
  readonly #notes: Text[] = [];
  readonly #carried: number[] = [];

  constructor(platform: Platform | null, stores: People['stores']) {
    this.#platform = platform;
    this.#known = new Map(stores.map(({ code, name }) => [code, name]));
  }

  read(cells: readonly (readonly Cell[])[]): Sheet {
    const rows = this.#rowsOf(cells);
    for (const row of rows) this.#takeStore(row);
    let last: Named | null = null;
    for (const row of rows) last = this.#takePerson(row, last);
    if (this.#carried.length > 0) this.#notes.push(words.carriedDown(this.#carried));
    this.#findTwins();
    const stores = [...this.#stores.values()];
    const problems = this.#problems.toSorted((a, b) => a.row - b.row || (a.column ?? 0) - (b.column ?? 0));
    return { stores, staff: this.#staff, problems, notes: this.#notes };
  }

  /** The rows of data, each by the headings above it. */
  #rowsOf(all: readonly (readonly Cell[])[]): Row[] {
    const filled = all
      .map((cells, index) => ({ cells, row: index + 1 }))
      .filter(({ cells }) => cells.some(({ text }) => text !== ''));
    const first = filled.findIndex(({ cells }) => headingsIn(cells) !== null);
    const data = first < 0 ? filled.filter(({ cells }) => !isTotal(cells)) : filled;
    let kinds: readonly (Kind | null)[] = first < 0 ? guessColumns(data.map(({ cells }) => cells)) : [];
    const rows: Row[] = [];
    for (const [index, { cells, row }] of filled.entries()) {
      const headings = headingsIn(cells);
      const said = cells.map(({ raw }) => raw).filter((raw) => raw !== '');
      if (headings !== null) {
        kinds = headings;
        const unused = cells.filter(({ text }, column) => text !== '' && kinds[column] === 'other');
        if (unused.length > 0) this.#notes.push(words.unusedColumns(unused.map(({ raw }) => raw)));
      } else if (index < first) this.#notes.push(words.aboveHeadings(row, said.join(' ')));
      else if (isTotal(cells)) this.#notes.push(words.totalRow(row, said.join(' ')));
      else rows.push(this.#rowOf(row, cells, kinds, first >= 0));
    }
    return rows;
  }

  #rowOf(row: number, cells: readonly Cell[], kinds: readonly (Kind | null)[], hasHeadings: boolean): Row {
    const found = new Map<Kind, Cell & { readonly column: number }>();
    for (const [index, cell] of cells.entries()) {
      if (cell.text === '') continue;
      const kind = kinds[index] ?? null;
      if (kind !== null && kind !== 'other') found.set(kind, { ...cell, column: index + 1 });
      else if (kind === null || !hasHeadings)
        this.#problems.push({ row, column: index + 1, cell: cell.raw, message: words.NO_HEADING });
    }
    const isUsed = [...found.keys()].some((kind) => kind !== 'number' && kind !== 'platform');
    const said = cells.map(({ raw }) => raw).filter((raw) => raw !== '');
    if (!isUsed && this.#problems.at(-1)?.row !== row)
      this.#problems.push({ row, column: null, cell: said.join(' '), message: words.NOTHING_USED });
    return { row, cells: found };
  }

  #takeStore({ row, cells }: Row): void {
    const { code, name } = named(cells);
    if (code === null) return;
    const before = this.#stores.get(code);
    if (before === undefined) this.#stores.set(code, { code, name: name ?? this.#known.get(code) ?? '', row });
    else if (name !== null && before.name === '') this.#stores.set(code, { ...before, name });
    else if (name !== null && before.name !== name)
      this.#problems.push({
        row,
        column: (cells.get('storeName') ?? cells.get('store'))?.column ?? null,
        cell: name,
        message: words.twoNames(code, before.name, before.row),
      });
  }

  /** Returns the store to which the rows below belong where they name none. */
  #takePerson(at: Row, last: Named | null): Named | null {
    const { row, cells } = at;
    const own = named(cells);
    const isNamed = own.code !== null || own.name !== null;
    const person = (['name', 'employeeId', 'user', 'role'] as const).filter((kind) => cells.has(kind));
    if (person.length === 0) {
      if (own.code === null && own.name !== null) this.#codeFor(at, own.name);
      return isNamed ? own : last;
    }
    if (!isNamed && last !== null) this.#carried.push(row);
    const store = isNamed ? own : (last ?? own);
    const user = this.#userOf(at);
    this.#staff.push({
      user,
      name: cells.get('name')?.text ?? '',
      employeeId: this.#employeeIdOf(at),
      store: store.code ?? (store.name === null ? this.#onlyStore() : this.#codeFor(at, store.name)),
      role: this.#roleOf(at),
      row,
    });
    return store.code === null && store.name === null ? last : store;
  }

  /** The code of the store of this name; the name where there is none. */
  #codeFor({ row, cells }: Row, name: string): string {
    const all = [...this.#stores.values(), ...[...this.#known].map(([code, known]) => ({ code, name: known }))];
    const codes = new Set(all.filter((store) => store.name === name || store.code === name).map(({ code }) => code));
    const [code] = codes;
    if (code !== undefined && codes.size === 1) return code;
    const cell = cells.get('storeName') ?? cells.get('store');
    const message = codes.size > 1 ? words.severalCodes(name, [...codes]) : words.noCode(name);
    this.#problems.push({ row, column: cell?.column ?? null, cell: name, message });
    return name;
  }

  #onlyStore(): string {
    const codes = new Set([...this.#stores.keys(), ...this.#known.keys()]);
    const [only = ''] = codes;
    return codes.size === 1 ? only : '';
  }

  #employeeIdOf({ row, cells }: Row): number | null {
    const cell = cells.get('employeeId');
    if (cell === undefined) return null;
    const bare = cell.text.replace(/\s/gu, '').replace(/^(?:no\.?|#)|号$/giu, '');
    const digits = /^\d{1,3}(?:,\d{3})+$/u.test(bare) ? bare.replaceAll(',', '') : bare.replace(/\.0+$/u, '');
    const value = Number(digits);
    if (/^\d+$/u.test(digits) && Number.isSafeInteger(value)) return value;
    if (/^[-—/无]+$/u.test(bare)) return null;
    const message = /^[\d.]+e\+?\d+$/iu.test(bare) ? words.SCIENTIFIC : words.NOT_A_NUMBER;
    this.#problems.push({ row, column: cell.column, cell: cell.raw, message });
    return null;
  }

  #userOf({ row, cells }: Row): string {
    const cell = cells.get('user');
    if (cell === undefined) {
      this.#problems.push({ row, column: null, cell: '', message: words.NO_USER });
      return '';
    }
    const said = platformIn(cells.get('platform')?.text ?? '');
    const colon = cell.text.indexOf(':');
    const platform = platformIn(cell.text.slice(0, Math.max(0, colon)));
    const bare = (platform === null ? cell.text : cell.text.slice(colon + 1).trim()).replace(/^(\d+)\.0+$/u, '$1');
    const place = platform ?? said ?? this.#platform;
    const user = place === null ? bare : `${place}:${bare}`;
    if (!isUser(user))
      this.#problems.push({
        row,
        column: cell.column,
        cell: cell.raw,
        message: place === null ? words.NO_PLATFORM : words.NOT_A_USER,
      });
    return user;
  }

  #roleOf({ row, cells }: Row): 'staff' | 'manager' {
    const cell = cells.get('role');
    const bare = (cell?.text ?? '').replace(/\s/gu, '');
    if (MANAGER.test(bare)) return 'manager';
    if (cell !== undefined && !STAFF.test(bare))
      this.#problems.push({ row, column: cell.column, cell: cell.raw, message: words.NO_ROLE });
    return 'staff';
  }

  /** The same person twice: once is enough where both rows say the same. */
  #findTwins(): void {
    const first = new Map<string, SheetPerson>();
    const same: SheetPerson[] = [];
    for (const person of this.#staff) {
      const key = userKey(person.user);
      const before = person.user === '' ? undefined : first.get(key);
      if (before === undefined) first.set(key, person);
      else if (JSON.stringify({ ...person, row: 0 }) === JSON.stringify({ ...before, row: 0 })) {
        same.push(person);
        this.#notes.push(words.sameRow(person.row, before.row));
      } else
        this.#problems.push({
          row: person.row,
          column: null,
          cell: person.user,
          message: words.samePerson(person.user, before.row),
        });
    }
    for (const person of same) this.#staff.splice(this.#staff.indexOf(person), 1);
  }
}

/** The store that a row names. */
function named(cells: Row['cells']): Named {
  const said = cells.get('store')?.text ?? null;
  const both = said === null ? null : codeAndName(said);
  const code = cells.get('storeCode')?.text.replace(/\s/gu, '') ?? both?.code ?? null;
  const rest = both === null ? said : both.name || null;
  const name = cells.get('storeName')?.text ?? rest;
  return { code, name: name !== null && name !== code ? name : null };
}

function isTotal(cells: readonly Cell[]): boolean {
  const texts = cells.map(({ text }) => text).filter((text) => text !== '');
  const [first = '', ...others] = texts;
  return TOTAL.test(first) && others.every((text) => /^[\d.,]+\s*[人家个名]?$/u.test(text) || TOTAL.test(text));
}

function platformIn(text: string): Platform | null {
  return PLATFORM_WORDS.find(([word]) => word.test(text.trim()))?.[1] ?? null;
}
