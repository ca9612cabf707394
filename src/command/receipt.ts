export interface ReceiptScan {
  /** Like `R-7K3M9Q2A`. */
  readonly receipt: string;
  /** What stands behind it, its separator included. */
  readonly rest: string;
}

// The ledger draws receipts from these: no 0/O, 1/I/L and U.
const SYMBOLS = '[2-9A-HJKMNP-TV-Z]{8}(?![A-Za-z0-9])';
const MARKED = new RegExp(`^R(?: ?[-‐‑‒–—−] ?| )?(${SYMBOLS})`, 'i');
const BARE = new RegExp(`^(${SYMBOLS})`, 'i');

/** Reads a receipt with its `R`, with or without the hyphen, at the very start of `text`. */
export function scanMarkedReceipt(text: string): ReceiptScan | null {
  return scan(MARKED, text);
}

/** The same, also without the `R`: only for places where no card may stand, because a card can look like that. */
export function scanReceipt(text: string): ReceiptScan | null {
  return scan(MARKED, text) ?? scan(BARE, text);
}

function scan(shape: RegExp, text: string): ReceiptScan | null {
  const [whole, symbols] = shape.exec(text) ?? [];
  if (whole === undefined || symbols === undefined) return null;
  return { receipt: `R-${symbols.toUpperCase()}`, rest: text.slice(whole.length) };
}
