/** A list of redemptions out of the vendor's own books, as far as it speaks of ours. */
export interface VendorList {
  /** Rows that carry a receipt or the start of one; what is repeated cell by cell is there once. */
  readonly rows: readonly ListRow[];
  /** All rows below the headings. */
  readonly total: number;
  /** Rows left out because the whole of them had been there before. */
  readonly doubled: number;
  readonly withoutReceipt: WithoutReceipt;
  /** The first and the last time in the column of times, as the vendor writes them (`2026-11-27 15:30:05`); null: there is none. */
  readonly times: { readonly from: string; readonly to: string } | null;
  /** Whether there is a column of counts. */
  readonly hasCounts: boolean;
}

/** Rows in which no receipt was found: they may be of redemptions made elsewhere, or have lost it. */
export interface WithoutReceipt {
  readonly rows: number;
  /** What numbers in them end with, four digits each. */
  readonly tails: readonly string[];
  /** Whether a long number was rounded by a spreadsheet, so that its end is lost. */
  readonly hasRounded: boolean;
}

export interface ListRow {
  readonly sheet: string;
  /** As the spreadsheet counts, from 1. */
  readonly row: number;
  /** Like `R-7K3M9Q2A`; only its start where it `isCut`. */
  readonly receipt: string;
  readonly isCut: boolean;
  /** The word of the row that says that it is no plain success, such as that it was refunded; null: there is none. */
  readonly doubt: string | null;
  /** Null where there is no column of counts, or no number in it. */
  readonly count: number | null;
}

/** Why a file is no list that can be read. */
export type NotAList =
  | 'empty'
  /** A picture, a document or something else without rows. */
  | 'no-table'
  /** The binary format that Excel wrote until 2003. */
  | 'old-excel'
  | 'password'
  /** More rows, or more behind its compression, than are read. */
  | 'too-large'
  | 'damaged'
  | 'too-slow'
  /** Others are being read. */
  | 'busy';

export type ListRead =
  | { readonly kind: 'list'; readonly list: VendorList; readonly sha256: string }
  | { readonly kind: 'not-a-list'; readonly why: NotAList };
