import type { Text } from '../pages/text.ts';

/** What text pasted from a spreadsheet says: rows for the pages to show, and what was not understood. */
export interface Sheet {
  readonly stores: readonly SheetStore[];
  readonly staff: readonly SheetPerson[];
  readonly problems: readonly SheetProblem[];
  /** What was read otherwise than it stands there, such as a store that was carried down through merged cells. */
  readonly notes: readonly Text[];
}

/** Rows count from 1, as the spreadsheet was pasted. */
export interface SheetStore {
  readonly code: string;
  readonly name: string;
  readonly row: number;
}

export interface SheetPerson {
  /** Platform and id where it could be told, otherwise as it stands there; empty: none. */
  readonly user: string;
  readonly name: string;
  readonly employeeId: number | null;
  /** The store's code, or what stands there. */
  readonly store: string;
  readonly role: 'staff' | 'manager';
  readonly row: number;
}

export interface SheetProblem {
  readonly row: number;
  /** Counts from 1; null: the whole row. */
  readonly column: number | null;
  /** What stands there. */
  readonly cell: string;
  readonly message: Text;
}

export function readSpreadsheet(text: string): Sheet {
  const [heading = [], ...rows] = text.split(/\r?\n/u).map((line) => line.split('\t').map((cell) => cell.trim()));
  const problems: SheetProblem[] = [];
  const notes: Text[] = [];
  const stores = new Map<string, SheetStore>();
  const staff: SheetPerson[] = [];
  let store = '';
  rows.forEach((cells, index) => {
    const row = index + 2;
    const cell = (name: string) => cells[heading.indexOf(name)] ?? '';
    if (cells.every((each) => each === '')) return;
    if (cell('门店编号') === '')
      notes.push({
        zh: `第 ${row} 行的门店是合并单元格，按 ${store} 算。`,
        en: `Row ${row}: merged cells, taken as ${store}.`,
      });
    else {
      store = cell('门店编号');
      stores.set(store, { code: store, name: cell('门店名称'), row });
    }
    const number = cell('工号');
    const isNumber = /^\d+$/u.test(number);
    if (number !== '' && !isNumber)
      problems.push({
        row,
        column: heading.indexOf('工号') + 1,
        cell: number,
        message: { zh: '工号不是数字。', en: 'No number.' },
      });
    const role = cell('角色') === '店长' ? 'manager' : 'staff';
    staff.push({
      user: cell('账号'),
      name: cell('姓名'),
      employeeId: isNumber ? Number(number) : null,
      store,
      role,
      row,
    });
  });
  return { stores: [...stores.values()], staff, problems, notes };
}
