/** One cell: as it stands there, and tidied for reading. */
export interface Cell {
  readonly raw: string;
  readonly text: string;
}

const DELIMITERS = ['\t', ',', ';', '，', '；', '|'] as const;

/** Marks that show nothing and come along with what is copied. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/gu;

/** The rows and cells of a text that was copied from a spreadsheet, or saved as CSV. */
export function cellsOf(text: string): Cell[][] {
  const lines = text.replace(/^\uFEFF/u, '').replace(/\r\n?|[\u0085\u2028\u2029]/gu, '\n');
  return split(lines, delimiterOf(lines)).map((row) => row.map((raw) => ({ raw: raw.trim(), text: tidy(raw) })));
}

/** Full-width signs as usual ones, nothing that cannot be seen, one blank at a time; without the mark by which Excel says "text". */
function tidy(raw: string): string {
  return raw
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^'(?=.)/u, '');
}

/** What stands between the cells: a tab where there is one, otherwise what most lines have. Null: blanks. */
function delimiterOf(text: string): string | null {
  const bare = text.replace(/"(?:[^"]|"")*"/gu, '');
  if (bare.includes('\t')) return '\t';
  const lines = bare.split('\n').filter((line) => line.trim() !== '');
  const linesWith = (sign: string) => lines.filter((line) => line.includes(sign)).length;
  const [best] = DELIMITERS.map((sign) => ({ sign, count: linesWith(sign) })).toSorted((a, b) => b.count - a.count);
  if (best !== undefined && best.count * 2 > lines.length) return best.sign;
  const counts = new Set(lines.map((line) => line.trim().split(/\s+/u).length));
  return counts.size === 1 && !counts.has(1) ? null : '\t';
}

function split(text: string, delimiter: string | null): string[][] {
  if (delimiter === null) return text.split('\n').map((line) => line.trim().split(/\s+/u));
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const { cell, end } = cellAt(text, at, delimiter);
    row.push(cell);
    if (text[end] !== delimiter) {
      rows.push(row);
      row = [];
    }
    at = end + 1;
  }
  return rows;
}

/** The cell that begins here, and where it ends: at a delimiter, a line break or the end. */
function cellAt(text: string, start: number, delimiter: string): { readonly cell: string; readonly end: number } {
  if (text[start] === '"') {
    let at = start + 1;
    for (;;) {
      const quote = text.indexOf('"', at);
      // A quote that is not closed is a sign like others.
      if (quote < 0) break;
      if (text[quote + 1] === '"') {
        at = quote + 2;
        continue;
      }
      const end = quote + 1;
      if (end < text.length && text[end] !== delimiter && text[end] !== '\n') break;
      return { cell: text.slice(start + 1, quote).replaceAll('""', '"'), end };
    }
  }
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n') end += 1;
  return { cell: text.slice(start, end), end };
}
