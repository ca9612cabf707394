import type { Text } from '../pages/text.ts';
import { userKey, type Platform } from '../redemption/user-id.ts';
import type { People } from './ports.ts';
import { cellsOf, type Cell } from './sheet/cells.ts';
import type { Kind } from './sheet/columns.ts';
import { rowsOf, type Named, type Row } from './sheet/rows.ts';
import type { Sheet, SheetPerson, SheetProblem, SheetStore } from './sheet/sheet.ts';
import { employeeIdIn, roleIn, userIn, type Value } from './sheet/values.ts';
import * as words from './sheet/words.ts';

export type * from './sheet/sheet.ts';

export interface SheetOptions {
  /** Of accounts that are written without their platform; null: such accounts are problems. */
  readonly platform: Platform | null;
  /** Stores that are there already: rows may name them. */
  readonly stores: People['stores'];
}

const MOST_CHARACTERS = 2_000_000;

/**
 * Reads what was copied from a spreadsheet, with headings or without, in any order of columns. Nothing is lost: what is not
 * understood is a problem with its row and column, and the rest of its row is read.
 */
export function readSheet(text: string, { platform, stores }: SheetOptions): Sheet {
  if (text.length > MOST_CHARACTERS) return refused(words.TOO_LONG);
  if (/<\/(?:table|tr|td|th)>/iu.test(text)) return refused(words.NOT_CELLS);
  return new Reader(platform, stores).read(cellsOf(text));
}

const refused = (message: Text): Sheet => ({
  stores: [],
  staff: [],
  problems: [{ row: 1, column: null, cell: '', message }],
  notes: [],
});

class Reader {
  readonly #platform: Platform | null;
  readonly #known: ReadonlyMap<string, string>;
  readonly #stores = new Map<string, SheetStore>();
  readonly #staff: SheetPerson[] = [];
  readonly #problems: SheetProblem[] = [];
  readonly #notes: Text[] = [];
  readonly #carried: number[] = [];
  readonly #zeros: number[] = [];
  readonly #capitals: number[] = [];
  /** The codes of the stores of each name; made when all stores are known. */
  #codes: ReadonlyMap<string, ReadonlySet<string>> = new Map();

  /** The code of the store where there is one only. */
  #onlyStore = '';

  constructor(platform: Platform | null, stores: People['stores']) {
    this.#platform = platform;
    this.#known = new Map(stores.map(({ code, name }) => [code, name]));
  }

  read(cells: readonly (readonly Cell[])[]): Sheet {
    const rows = rowsOf(
      cells,
      { platform: this.#platform, codes: [...this.#known.keys()] },
      { problems: this.#problems, notes: this.#notes, capitals: this.#capitals },
    );
    for (const row of rows) this.#takeStore(row);
    const all = new Set([...this.#known.keys(), ...this.#stores.keys()]);
    this.#codes = codesByName([...this.#stores.values(), ...[...this.#known].map(([code, name]) => ({ code, name }))]);
    if (all.size === 1) [this.#onlyStore = ''] = all;
    let last: Named | null = null;
    for (const row of rows) last = this.#takePerson(row, last);
    if (this.#carried.length > 0) this.#notes.push(words.carriedDown(this.#carried));
    if (this.#zeros.length > 0) this.#notes.push(words.withoutZeros(this.#zeros));
    if (this.#capitals.length > 0) this.#notes.push(words.capitals(this.#capitals));
    const staff = this.#withoutTwins();
    const stores = [...this.#stores.values()];
    const problems = this.#problems.toSorted((a, b) => a.row - b.row || (a.column ?? 0) - (b.column ?? 0));
    return { stores, staff, problems, notes: this.#notes };
  }

  #takeStore({ row, cells, store: { code, name } }: Row): void {
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
    const { row, cells, store: own } = at;
    const isNamed = own.code !== null || own.name !== null;
    const person = (['name', 'employeeId', 'user', 'role'] as const).filter((kind) => cells.has(kind));
    if (person.length === 0) {
      if (own.code === null && own.name !== null) this.#codeFor(at, own.name);
      return isNamed ? own : last;
    }
    if (!isNamed && last !== null) this.#carried.push(row);
    const store = isNamed ? own : (last ?? own);
    const value = <Read>(kind: Kind, read: (text: string) => Value<Read>, none: Read) =>
      this.#valueOf(at, kind, read, none);
    this.#staff.push({
      user: value('user', (text) => userIn(text, at.platform), ''),
      name: cells.get('name')?.text ?? '',
      employeeId: value<number | null>('employeeId', employeeIdIn, null),
      store: store.code ?? (store.name === null ? this.#onlyStore : this.#codeFor(at, store.name)),
      role: value('role', roleIn, 'staff'),
      row,
    });
    if (!cells.has('user')) this.#problems.push({ row, column: null, cell: '', message: words.NO_USER });
    if (/^0\d/u.test(cells.get('employeeId')?.text ?? '')) this.#zeros.push(row);
    return store.code === null && store.name === null ? last : store;
  }

  /** The code of the store of this name; the name where there is none. */
  #codeFor({ row, cells }: Row, name: string): string {
    const codes = this.#codes.get(name) ?? new Set<string>();
    const [code] = codes;
    if (code !== undefined && codes.size === 1) return code;
    const cell = cells.get('storeName') ?? cells.get('store') ?? cells.get('storeCode');
    const message = codes.size > 1 ? words.severalCodes(name, [...codes]) : words.noCode(name);
    this.#problems.push({ row, column: cell?.column ?? null, cell: name, message });
    return name;
  }

  #valueOf<Read>({ row, cells }: Row, kind: Kind, read: (text: string) => Value<Read>, none: Read): Read {
    const cell = cells.get(kind);
    if (cell === undefined) return none;
    const { value, problem } = read(cell.text);
    if (problem !== null) this.#problems.push({ row, column: cell.column, cell: cell.raw, message: problem });
    return value;
  }

  /** The same person twice: once is enough where both rows say the same. */
  #withoutTwins(): SheetPerson[] {
    const first = new Map<string, SheetPerson>();
    const same = new Set<SheetPerson>();
    for (const person of this.#staff) {
      const key = userKey(person.user);
      const before = person.user === '' ? undefined : first.get(key);
      if (before === undefined) first.set(key, person);
      else if (JSON.stringify({ ...person, row: 0 }) === JSON.stringify({ ...before, row: 0 })) {
        same.add(person);
        this.#notes.push(words.sameRow(person.row, before.row));
      } else
        this.#problems.push({
          row: person.row,
          column: null,
          cell: person.user,
          message: words.samePerson(person.user, before.row),
        });
    }
    return this.#staff.filter((person) => !same.has(person));
  }
}

/** By the name and by the code itself. */
function codesByName(stores: readonly { readonly code: string; readonly name: string }[]) {
  const found = new Map<string, Set<string>>();
  for (const { code, name } of stores)
    for (const called of [code, name]) found.set(called, (found.get(called) ?? new Set()).add(code));
  return found;
}
