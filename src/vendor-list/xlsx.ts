import { MAX_CELLS, MAX_COLUMNS, MAX_ROWS, type Table, type TableRow } from './table.ts';
import type { Epoch } from './times.ts';
import { Unreadable } from './unreadable.ts';
import { attribute, walkXml } from './xml.ts';
import { Zip } from './zip.ts';

/** Of all parts that are read, unpacked. */
const MAX_UNPACKED = 64 * 1024 * 1024;
const MAX_SHEETS = 60;

/** The sheets of an `.xlsx` file (ECMA-376), and from when it counts days. Throws Unreadable. */
export function readXlsx(bytes: Buffer): { readonly tables: Table[]; readonly epoch: Epoch } {
  const zip = new Zip(bytes, MAX_UNPACKED);
  const workbook = zip.text('xl/workbook.xml');
  if (workbook === null) throw new Unreadable('no-table');
  const targets = readTargets(zip.text('xl/_rels/workbook.xml.rels') ?? '');
  const strings = readStrings(zip.text('xl/sharedStrings.xml') ?? '');
  const budget = { rows: MAX_ROWS, cells: MAX_CELLS };
  const sheets = readSheets(workbook);
  // What a list lacks may be taken for not carried out, so that no part of it may be left out.
  if (sheets.length > MAX_SHEETS) throw new Unreadable('too-large');
  const tables = sheets.flatMap(({ name, id }) => {
    const target = targets.get(id);
    const sheet = target === undefined ? null : zip.text(target);
    // A sheet that is a chart has no cells.
    return sheet === null ? [] : [{ name, rows: readRows(sheet, strings, budget) }];
  });
  return { tables, epoch: /\bdate1904="(?:1|true)"/u.test(workbook) ? 1904 : 1900 };
}

function readSheets(xml: string): { name: string; id: string }[] {
  const sheets: { name: string; id: string }[] = [];
  walkXml(xml, {
    open(name, attributes) {
      if (name !== 'sheet') return;
      const id = attribute(attributes, 'r:id') ?? /\s\w+:id="([^"]*)"/u.exec(attributes)?.[1] ?? '';
      sheets.push({ name: attribute(attributes, 'name') ?? '', id });
    },
    close: () => undefined,
    text: () => undefined,
  });
  return sheets;
}

/** Where the parts of the workbook are, by their ids. */
function readTargets(xml: string): Map<string, string> {
  const targets = new Map<string, string>();
  walkXml(xml, {
    open(name, attributes) {
      const [id, target] = [attribute(attributes, 'Id'), attribute(attributes, 'Target')];
      if (name !== 'Relationship' || id === null || target === null) return;
      targets.set(id, target.startsWith('/') ? target.slice(1) : `xl/${target}`);
    },
    close: () => undefined,
    text: () => undefined,
  });
  return targets;
}

function readStrings(xml: string): string[] {
  const strings: string[] = [];
  let text: string[] | null = null;
  let isText = false;
  let isReading = false;
  walkXml(xml, {
    open(name) {
      if (name === 'si') text = [];
      // How a word is pronounced is no part of it.
      else if (name === 'rPh') isReading = true;
      else if (name === 't') isText = !isReading;
    },
    close(name) {
      if (name === 't') isText = false;
      else if (name === 'rPh') isReading = false;
      else if (name === 'si') strings.push((text ?? []).join(''));
    },
    text(piece) {
      if (isText) text?.push(piece);
    },
  });
  return strings;
}

function readRows(xml: string, strings: readonly string[], budget: { rows: number; cells: number }): TableRow[] {
  const rows: TableRow[] = [];
  let number = 0;
  let cells: string[] = [];
  let column = -1;
  let type = '';
  let value = '';
  let isValue = false;
  walkXml(xml, {
    open(name, attributes) {
      if (name === 'row') {
        number = Number(attribute(attributes, 'r') ?? number + 1);
        [cells, column] = [[], -1];
      } else if (name === 'c') {
        const place = attribute(attributes, 'r');
        column = place === null ? column + 1 : columnOf(place);
        type = attribute(attributes, 't') ?? 'n';
        value = '';
      } else if (name === 'v' || name === 't') isValue = true;
    },
    close(name) {
      if (name === 'v' || name === 't') isValue = false;
      else if (name === 'c' && value !== '' && column < MAX_COLUMNS) {
        while (cells.length < column) cells.push('');
        cells[column] = type === 's' ? (strings[Number(value)] ?? '') : value;
        budget.cells -= 1;
      } else if (name === 'row' && cells.length > 0) {
        rows.push({ row: number, cells });
        budget.rows -= 1;
        if (budget.rows < 0 || budget.cells < 0) throw new Unreadable('too-large');
      }
    },
    text(piece) {
      if (isValue) value += piece;
    },
  });
  return rows;
}

/** Of a place such as `AB12`, from 0. */
function columnOf(place: string): number {
  let column = 0;
  for (const letter of place) {
    const nth = letter.charCodeAt(0) - 64;
    if (nth < 1 || nth > 26) break;
    column = column * 26 + nth;
  }
  return column - 1;
}
