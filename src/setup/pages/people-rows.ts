import { Fields } from '../../pages/form.ts';
import type { FieldProblem, People } from '../ports.ts';

// The people as they stand in a form: everything is text, and stores are called by their names.

const COLUMNS = {
  stores: ['code', 'name'],
  staff: ['user', 'name', 'employeeId', 'store', 'role'],
  conversations: ['id', 'store'],
} as const;

export type List = keyof typeof COLUMNS;
type RowOf<L extends List> = Readonly<Record<(typeof COLUMNS)[L][number], string>>;
export type StaffRow = RowOf<'staff'>;

export interface PeopleRows {
  readonly stores: readonly RowOf<'stores'>[];
  readonly staff: readonly StaffRow[];
  readonly conversations: readonly RowOf<'conversations'>[];
}

export const LISTS = Object.keys(COLUMNS) as List[];

export const EMPTY_ROWS = {
  stores: { code: '', name: '' },
  staff: { user: '', name: '', employeeId: '', store: '', role: 'staff' },
  conversations: { id: '', store: '' },
} as const satisfies { readonly [L in List]: RowOf<L> };

/** The draft as rows of a form. */
export function rowsOfPeople({ stores, staff, conversations }: People): PeopleRows {
  return {
    stores: stores.map(({ code, name }) => ({ code, name })),
    staff: staff.map(({ user, name, employeeId, store, role }) => ({
      user,
      name,
      employeeId: employeeId === null ? '' : String(employeeId),
      store: nameOfStore(store, stores),
      role,
    })),
    conversations: conversations.map(({ id, store }) => ({ id, store: nameOfStore(store, stores) })),
  };
}

/** What was typed; without rows in which nothing stands, unless these are wanted. */
export function rowsOfFields(fields: Fields, blanks?: 'with-blanks'): PeopleRows {
  const read = <L extends List>(list: L) => readList(fields, list, blanks === 'with-blanks');
  return {
    stores: read('stores'),
    staff: read('staff').map((row) => ({ ...row, role: row.role === 'manager' ? 'manager' : 'staff' })),
    conversations: read('conversations'),
  };
}

/** The name of a field in a row, such as `stores[2].code`. */
const FIELD = /^(?<of>[a-z]{1,20})\[(?<index>\d{1,6})\]\./u;

function readList<L extends List>(fields: Fields, list: L, withBlanks: boolean): RowOf<L>[] {
  const columns: readonly string[] = COLUMNS[list];
  const indices = new Set(
    fields.names().flatMap((name) => {
      const { of, index } = FIELD.exec(name)?.groups ?? {};
      return of === list && index !== undefined ? [index] : [];
    }),
  );
  return [...indices]
    .map((index) => columns.map((column): [string, string] => [column, fields.one(`${list}[${index}].${column}`)]))
    .filter((row) => withBlanks || row.some(([column, value]) => column !== 'role' && value !== ''))
    .map((row) => Object.fromEntries(row) as RowOf<L>);
}

/** A form with these rows, and with what else was in the former one. */
export function fieldsOfRows(rows: PeopleRows, former: Fields): Fields {
  const others = former.names().filter((name) => !LISTS.some((list) => name.startsWith(`${list}[`)));
  const fields: [string, string][] = others.map((name) => [name, former.text(name)]);
  for (const list of LISTS) {
    rows[list].forEach((row, index) => {
      for (const [column, value] of Object.entries(row)) fields.push([fieldOf(list, index, column), value]);
    });
  }
  return new Fields(Object.fromEntries(fields));
}

export const fieldOf = (list: List, index: number, column: string): string => `${list}[${index}].${column}`;

/** Reads the rows. What only the form can know to be wrong is a problem; everything else is the draft's to judge. */
export function peopleOfRows(rows: PeopleRows): { people: People; problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const { stores } = rows;

  const storeCode = (called: string, field: string): string => {
    if (called === '') return stores.length === 1 ? (stores[0]?.code ?? '') : '';
    if (stores.some(({ code }) => code === called)) return called;
    const named = stores.filter(({ name }) => name === called);
    if (named.length === 1) return named[0]?.code ?? '';
    problems.push({ field, message: named.length === 0 ? noSuchStore(called) : severalStores(called) });
    return '';
  };

  const staff = rows.staff.map(({ user, name, employeeId, store, role }, index) => {
    const typed = employeeId.normalize('NFKC');
    const isNumber = /^\d{1,15}$/u.test(typed);
    if (typed !== '' && !isNumber) problems.push({ field: fieldOf('staff', index, 'employeeId'), message: NO_NUMBER });
    return {
      user,
      name,
      employeeId: isNumber ? Number(typed) : null,
      store: storeCode(store, fieldOf('staff', index, 'store')),
      role: role === 'manager' ? ('manager' as const) : ('staff' as const),
    };
  });
  const conversations = rows.conversations.map(({ id, store }, index) => ({
    id,
    store: storeCode(store, fieldOf('conversations', index, 'store')),
  }));
  return { people: { stores, staff, conversations }, problems };
}

const NO_NUMBER = {
  zh: '工号要填联拓富后台里的员工 ID，只有数字，比如 11。没有就空着。',
  en: 'The employee id is the number of this person in the vendor’s back office, such as 11. Leave it empty if there is none.',
};
const noSuchStore = (called: string) => ({
  zh: `上面的门店里没有「${called}」。填门店的名称或编号，要一模一样；新门店先加到门店里。`,
  en: `There is no store “${called}” in the list above. Take a store’s name or code exactly as it stands there; add a new store to the list first.`,
});
const severalStores = (called: string) => ({
  zh: `有好几家店都叫「${called}」，请改填门店编号。`,
  en: `Several stores are called “${called}”. Give the store’s code instead.`,
});

/** What a store is called in a form: its name, where no other store has the same one. */
export function nameOfStore(code: string, stores: People['stores']): string {
  const name = stores.find((store) => store.code === code)?.name ?? '';
  const isClear =
    name !== '' && stores.every((store) => store.code === code || ![store.name, store.code].includes(name));
  return isClear ? name : code;
}

/** The same rows and these besides. A store of the same code, a person of the same id: only what is not empty is changed. */
export function mergeRows(rows: PeopleRows, added: Partial<PeopleRows>): PeopleRows {
  return {
    stores: mergeBy(rows.stores, added.stores ?? [], ({ code }) => code),
    staff: mergeBy(rows.staff, added.staff ?? [], ({ user }) => user),
    conversations: mergeBy(rows.conversations, added.conversations ?? [], ({ id }) => id),
  };
}

function mergeBy<Row extends Readonly<Record<string, string>>>(
  rows: readonly Row[],
  added: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const merged = [...rows];
  const places = new Map(merged.map((row, at) => [keyOf(row), at] as const).toReversed());
  for (const row of added) {
    const key = keyOf(row);
    const at = key === '' ? undefined : places.get(key);
    const told = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ''));
    if (at === undefined) places.set(key, merged.push(row) - 1);
    else merged[at] = { ...(merged[at] as Row), ...told };
  }
  return merged;
}
