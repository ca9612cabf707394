/** Where a list stands in a text, and where its entries end: offsets in bytes. */
export interface ListOutline {
  /** Right behind its `[`. */
  readonly start: number;
  /** Right behind each entry. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** Of its `]`. */
  readonly close: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Finds the list of objects that is the field `list` of the object which `json` holds. `json` is known to be JSON and
 * to have that list; a byte order mark may stand before it.
 */
export function outlineOf(json: Uint8Array, list: string): ListOutline {
  const ends: number[] = [];
  let start = -1;
  let depth = 0;
  let name = { from: 0, to: 0 };
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) {
      const from = at;
      at += 1;
      while (json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
      // Of a list at the top, the last text before it is its name.
      if (depth === 1) name = { from, to: at + 1 };
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (byte === 0x5b && depth === 2 && textOf(json, name) === list) start = at + 1;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (start < 0) continue;
      if (depth === 2) ends.push(at + 1);
      else if (depth === 1) return { start, ends: Uint32Array.from(ends), close: at };
    }
  }
  throw new Error(`there is no list ${list}`);
}

function textOf(json: Uint8Array, { from, to }: { readonly from: number; readonly to: number }): unknown {
  return JSON.parse(Buffer.from(json.subarray(from, to)).toString());
}
