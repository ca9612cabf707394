import type { Text } from '../pages/text.ts';

/** What was understood of rows that were pasted from a spreadsheet. */
export interface Spreadsheet {
  readonly stores: readonly { readonly code: string; readonly name: string }[];
  readonly staff: readonly {
    readonly user: string;
    readonly name: string;
    readonly employeeId: number | null;
    /** Its name or its code, as it stands there. */
    readonly store: string;
    /** Null: the sheet does not say. */
    readonly role: 'staff' | 'manager' | null;
  }[];
  /** What was not understood, and what was taken for granted. */
  readonly notes: readonly SheetNote[];
}

export interface SheetNote {
  /** From 1; null: about the whole sheet. */
  readonly row: number | null;
  /** The heading, or the letter; null: about the whole row. */
  readonly column: string | null;
  readonly message: Text;
}

export function readSpreadsheet(text: string): Spreadsheet {
  const [heading = [], ...rows] = text.split(/\r?\n/u).map((line) => line.split('\t').map((cell) => cell.trim()));
  const at = (name: string) => heading.indexOf(name);
  const notes: SheetNote[] = [];
  const stores = new Map<string, string>();
  const staff: Spreadsheet['staff'][number][] = [];
  let store = { code: '', name: '' };
  rows.forEach((cells, index) => {
    const cell = (name: string) => cells[at(name)] ?? '';
    if (cells.every((each) => each === '')) return;
    if (cell('门店编号') === '' && store.code !== '') {
      notes.push({
        row: index + 2,
        column: '门店编号',
        message: {
          zh: `是合并的单元格，按上一行的 ${store.code} 算`,
          en: `a merged cell; taken as ${store.code} of the row above`,
        },
      });
    } else store = { code: cell('门店编号'), name: cell('门店名称') };
    stores.set(store.code, store.name);
    const number = cell('工号');
    if (number !== '' && !/^\d+$/u.test(number))
      notes.push({
        row: index + 2,
        column: '工号',
        message: { zh: `「${number}」不是数字，没有用`, en: `“${number}” is no number and was left out` },
      });
    staff.push({
      user: cell('账号'),
      name: cell('姓名'),
      employeeId: /^\d+$/u.test(number) ? Number(number) : null,
      store: store.code,
      role: cell('角色') === '店长' ? 'manager' : cell('角色') === '店员' ? 'staff' : null,
    });
  });
  return { stores: [...stores].map(([code, name]) => ({ code, name })), staff, notes };
}
