/** The filled cells of a sheet, as text. */
export interface Table {
  readonly name: string;
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** From 1. */
  readonly row: number;
  /** By column; what is empty is empty text. */
  readonly cells: readonly string[];
}

/** A year of a large chain has fewer. */
export const MAX_ROWS = 50_000;
export const MAX_COLUMNS = 200;
export const MAX_CELLS = 2_000_000;
