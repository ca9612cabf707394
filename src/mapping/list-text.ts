import { entryText } from './entry-text.ts';
import { outlineOf } from './json-outline.ts';

/** A change of one entry of a list beside the staff. */
export interface ListEdit {
  readonly list: 'stores' | 'conversations' | 'notify';
  /** Whether the document has that list. */
  readonly isThere: boolean;
  /** Its number; null: it is put behind the others. */
  readonly row: number | null;
  /** Null: it is taken out. */
  readonly entry: object | null;
}

/** What takes the place of the bytes from one offset to before another. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: Buffer;
}

const NOTHING = Buffer.alloc(0);
const CLOSING_BRACE = 0x7d;

/** How `json` has to change for `edit`; everything else in it, and how it is laid out, stays. */
export function spliceFor(json: Buffer, { list, isThere, row, entry }: ListEdit): Splice {
  if (!isThere) return newList(json, list, entry);
  const { start, ends, close } = outlineOf(json, list);
  const texts = Array.from(ends, (end, at) => json.subarray(at === 0 ? start : ends[at - 1], end));
  const gap = texts.length === 0 ? Buffer.from('\n  ') : json.subarray(ends.at(-1), close);
  if (row === null) texts.push(entry === null ? NOTHING : entryText(entry, texts.at(-1) ?? NOTHING));
  else texts[row] = entry === null ? NOTHING : entryText(entry, texts[row] ?? NOTHING);
  const [first, ...others] = texts.filter(({ length }) => length > 0);
  const text = first === undefined ? NOTHING : Buffer.concat([withoutComma(first), ...others, gap]);
  return { from: start, to: close, text };
}

/** The text of entries that no other comes before. */
export function withoutComma(text: Buffer): Buffer {
  const comma = text.indexOf(',');
  return comma >= 0 && comma < text.indexOf('{') ? text.subarray(comma + 1) : text;
}

/** A list that is not there yet is the last field of the document. */
function newList(json: Buffer, list: string, entry: object | null): Splice {
  let from = json.lastIndexOf(CLOSING_BRACE);
  while (/\s/u.test(String.fromCharCode(json[from - 1] ?? 0))) from -= 1;
  if (entry === null) return { from, to: from, text: NOTHING };
  const field = JSON.stringify({ [list]: [entry] }, null, 2);
  const text = json.includes('\n') ? field.slice(1, -2) : JSON.stringify({ [list]: [entry] }).slice(1, -1);
  return { from, to: from, text: Buffer.from(`,${text}`) };
}
