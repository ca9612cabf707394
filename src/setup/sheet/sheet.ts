import type { Text } from '../../pages/text.ts';

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
