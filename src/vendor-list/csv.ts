import { isUtf8 } from 'node:buffer';
import { MAX_CELLS, MAX_COLUMNS, MAX_ROWS, type Table } from './table.ts';
import { Unreadable } from './unreadable.ts';

/** The only table of a text file. Throws Unreadable. */
export function readCsv(bytes: Buffer): Table {
  const text = decode(bytes).replace(/\r\n?/gu, '\n');
  if (/^\s*<(?:!doctype|html|table|\?xml)/iu.test(text)) throw new Unreadable('no-table');
  const delimiter = delimiterOf(text);
  const rows: { row: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let [at, row, left] = [0, 1, MAX_CELLS];
  while (at <= text.length) {
    const { cell, end } = cellAt(text, at, delimiter);
    if (cells.length < MAX_COLUMNS) cells.push(cell);
    left -= 1;
    if (text[end] !== delimiter) {
      if (cells.some((one) => one.trim() !== '')) rows.push({ row, cells });
      if (rows.length > MAX_ROWS || left < 0) throw new Unreadable('too-large');
      [cells, row] = [[], row + 1];
    }
    at = end + 1;
  }
  return { name: '', rows };
}

function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.includes(0)) {
    // Without a mark: what is Latin in it has a zero before or behind each byte.
    const zeros = [0, 0];
    for (const [place, byte] of bytes.subarray(0, 4096).entries())
      if (byte === 0) zeros[place % 2] = (zeros[place % 2] ?? 0) + 1;
    const [even = 0, odd = 0] = zeros;
    const isText = (even + odd) * 10 > Math.min(bytes.length, 4096) && Math.min(even, odd) * 4 <= Math.max(even, odd);
    if (!isText) throw new Unreadable('no-table');
    return new TextDecoder(even > odd ? 'utf-16be' : 'utf-16le').decode(bytes);
  }
  if (isUtf8(bytes)) return bytes.toString().replace(/^\uFEFF/u, '');
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Unreadable('no-table', { cause });
  }
}

/** What most of the first lines have; a comma where two are the same. */
function delimiterOf(text: string): string {
  const lines = text.slice(0, 100_000).split('\n').slice(0, 200);
  const bare = lines.map((line) => line.replace(/"[^"]*"/gu, ''));
  const [best = ','] = [',', '\t', ';', '|'].toSorted((one, other) => linesWith(bare, other) - linesWith(bare, one));
  return best;
}

function linesWith(lines: readonly string[], sign: string): number {
  return lines.filter((line) => line.includes(sign)).length;
}

/** The cell that begins here, and where it ends: at a delimiter, a line break or the end (RFC 4180). */
function cellAt(text: string, start: number, delimiter: string): { readonly cell: string; readonly end: number } {
  if (text[start] === '"') {
    for (let at = start + 1; ; at += 2) {
      at = text.indexOf('"', at);
      // A quote that is not closed is a sign like others.
      if (at < 0) break;
      if (text[at + 1] === '"') continue;
      const end = at + 1;
      if (end < text.length && text[end] !== delimiter && text[end] !== '\n') break;
      return { cell: text.slice(start + 1, at).replaceAll('""', '"'), end };
    }
  }
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n') end += 1;
  return { cell: text.slice(start, end), end };
}
