import { parseEnv } from 'node:util';

/** Above what the setup adds where a `.env` has no place for it. */
export const HEADING = '# Added by the setup';

/** A value that no `.env` can hold. The message says why and what to do, and does not repeat the value. */
export class CannotBeWritten extends Error {
  override readonly name = 'CannotBeWritten';
  /** The setting. */
  readonly setting: string;

  constructor(setting: string, message: string) {
    super(message);
    this.setting = setting;
  }
}

/** One assignment of the text, as offsets. */
interface Assignment {
  readonly name: string;
  /** Of its first line. */
  readonly start: number;
  /** Where its value begins, or may begin. */
  readonly value: number;
  /** Behind the value, its quotes included: what stands from here to the end of the line is a comment or nothing. */
  readonly valueEnd: number;
  /** Behind its last line break. */
  readonly end: number;
}

/** What may be a setting's name. */
const SETTING = /^\w+$/u;

/** A line such as `# PORT=3000`: a setting that is not in force, and what stands behind its `=`. */
const COMMENTED_OUT = /^#[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*([^\r\n]*)/u;

/**
 * The text of a `.env` with these settings set, or taken out (null). Comments, order, line ends and every other setting stay
 * as they are, to the byte. A setting that stands twice is kept where it counts: the last time. Throws CannotBeWritten.
 */
export function editEnv(text: string, changes: ReadonlyMap<string, string | null>): string {
  const found = [text, withoutBlankValues(text)].flatMap((before) => {
    const after = changed(before, changes);
    return misread(before, after, changes) === null ? [after] : [];
  });
  const [edited] = found;
  if (edited !== undefined) return edited;
  const name = misread(text, changed(text, changes), changes) ?? '.env';
  throw new CannotBeWritten(
    name,
    'cannot be written into .env, which has a quote that is not closed: mend that by hand',
  );
}

function changed(text: string, changes: ReadonlyMap<string, string | null>): string {
  let edited = text;
  const added: string[] = [];
  for (const [name, value] of changes) {
    const all = assignmentsIn(edited).filter((each) => each.name === name);
    const last = all.at(-1);
    if (value !== null && last === undefined) {
      // Behind blanks and odd signs Node may find one that is not seen here.
      if (valueIn(edited, name) === value) continue;
      const line = `${name}=${quoted(name, value)}`;
      const placed = atItsComment(edited, name, line);
      if (placed === null) added.push(line);
      else edited = placed;
      continue;
    }
    if (value !== null && last !== undefined && valueIn(edited, name) !== value)
      edited = edited.slice(0, last.value) + quoted(name, value) + edited.slice(last.valueEnd);
    for (const each of all.slice(0, value === null ? all.length : -1).toReversed()) edited = without(edited, each);
  }
  return withAdded(edited, added);
}

/** The first setting that the program would not read as it is meant; null: none. */
function misread(before: string, after: string, changes: ReadonlyMap<string, string | null>): string | null {
  const [was, is] = [valuesIn(before), valuesIn(after)];
  const wrong = [...changes].find(([name, value]) => is[name] !== (value ?? undefined));
  const others = Object.keys(was).filter((name) => SETTING.test(name) && !changes.has(name));
  return wrong?.[0] ?? others.find((name) => is[name]?.trim() !== was[name]?.trim()) ?? null;
}

/** Behind an `=` with nothing but blanks Node takes the next line for the value: nobody means that. */
function withoutBlankValues(text: string): string {
  return assignmentsIn(text)
    .toReversed()
    .reduce((mended, { value, valueEnd, end }) => {
      const [blanks = ''] = value === valueEnd ? (/^[ \t]+(?=\r?\n|$)/u.exec(mended.slice(valueEnd, end)) ?? []) : [];
      return mended.slice(0, value) + mended.slice(value + blanks.length);
    }, text);
}

function valuesIn(text: string): Readonly<Record<string, string | undefined>> {
  return parseEnv(text.replace(/^\uFEFF/u, ''));
}

function valueIn(text: string, name: string): string | undefined {
  return valuesIn(text)[name];
}

/** As one writes it behind the `=`, so that Node reads exactly this value. */
function quoted(name: string, value: string): string {
  if (/[\r\n\0]/u.test(value)) throw new CannotBeWritten(name, 'must not have line breaks');
  if (/^[^\s'"`#\\]*$/u.test(value)) return value;
  // Inside of double quotes `\n` would become a line break.
  if (!value.includes("'")) return `'${value}'`;
  if (!value.includes('"') && !value.includes('\\n')) return `"${value}"`;
  if (!value.includes('`')) return `\`${value}\``;
  if (/^[^\s'"`#][^#]*$/u.test(value) && value === value.trim()) return value;
  throw new CannotBeWritten(name, 'has all three kinds of quotes in it, and .env has no way to write that');
}

/** In the order of the text, as `parseEnv` of Node finds them (`src/node_dotenv.cc`). */
function assignmentsIn(text: string): Assignment[] {
  const found: Assignment[] = [];
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  while (start < text.length) {
    const lineEnd = endOf(text, start);
    const equals = text.indexOf('=', start);
    const hasName = equals >= 0 && equals < lineEnd && text.slice(start, equals).trim() !== '';
    if (text[start] === '#' || !hasName) {
      start = lineEnd;
      continue;
    }
    const assignment = assignmentAt(text, start, equals);
    found.push(assignment);
    start = assignment.end;
  }
  return found;
}

function assignmentAt(text: string, start: number, equals: number): Assignment {
  const name = text
    .slice(start, equals)
    .trim()
    .replace(/^export +/u, '');
  let value = equals + 1;
  while (text[value] === ' ' || text[value] === '\t') value += 1;
  const lineEnd = endOf(text, value);
  const quote = text[value] ?? '';
  const closing = /['"`]/u.test(quote) ? text.indexOf(quote, value + 1) : -1;
  if (closing >= 0) {
    const end = endOf(text, closing);
    // What follows the quote is not read, so where it is no comment it goes with the value.
    const [rest = ''] = /^[ \t]*[^#\s][^\r\n]*/u.exec(text.slice(closing + 1, end)) ?? [];
    return { name, start, value, valueEnd: closing + 1 + rest.length, end };
  }
  const [unquoted] = /^[^\r\n]*/u.exec(text.slice(value, lineEnd)) ?? [''];
  // A quote that is never closed takes the whole line.
  const comment = /['"`]/u.test(quote) ? -1 : unquoted.indexOf('#');
  const written = (comment < 0 ? unquoted : unquoted.slice(0, comment)).trimEnd();
  if (written === '') return { name, start, value: equals + 1, valueEnd: equals + 1, end: lineEnd };
  return { name, start, value, valueEnd: value + written.length, end: lineEnd };
}

/** Behind the line break of the line of this offset. */
function endOf(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}

function without(text: string, { start, end }: Assignment): string {
  return text.slice(0, start) + text.slice(end);
}

/** With the line where the setting stands commented out: below it, or in its place where nothing is said there; null: nowhere. */
function atItsComment(text: string, name: string, line: string): string | null {
  const taken = assignmentsIn(text);
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length; start = endOf(text, start)) {
    const [comment = '', commented, said = ''] = COMMENTED_OUT.exec(text.slice(start, endOf(text, start))) ?? [];
    // A line inside of a value of several lines is no comment.
    if (commented !== name || taken.some((each) => each.start < start && start < each.end)) continue;
    const rest = text.slice(start + comment.length);
    if (said.trim() === '') return text.slice(0, start) + line + rest;
    const eol = eolOf(text);
    const end = endOf(text, start);
    const broken = text[end - 1] === '\n';
    return broken ? text.slice(0, end) + line + eol + text.slice(end) : text + eol + line;
  }
  return null;
}

/** At the end, together under one heading: below what stands there from an earlier time. */
function withAdded(text: string, added: readonly string[]): string {
  if (added.length === 0) return text;
  const eol = eolOf(text);
  const block = added.map((line) => line + eol).join('');
  const ended = text === '' || text === '\uFEFF' || text.endsWith('\n') ? text : text + eol;
  const heading = ended.lastIndexOf(HEADING);
  const isHeading = heading >= 0 && (heading === 0 || /[\n\uFEFF]/u.test(ended[heading - 1] ?? ''));
  // Only settings follow it: then they go on.
  if (isHeading && !/\n[ \t\r]*\n|\n[ \t]*#/u.test(ended.slice(heading))) return ended + block;
  const gap = ended === '' || ended === '\uFEFF' ? '' : eol;
  return `${ended}${gap}${HEADING}${eol}${block}`;
}

function eolOf(text: string): string {
  return /\r?\n/u.exec(text)?.[0] ?? '\n';
}
