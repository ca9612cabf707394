/** Where and why a text is not JSON, or holds a name twice in one object. Line and column count from 1. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';

  constructor(text: string, offset: number, problem: string) {
    super(`${placeOf(text, offset)}: ${problem}`);
  }
}

/**
 * Reads JSON more strictly than JSON.parse, which gives no line and lets the second of two equal names win: in a file
 * that people edit, that would silently drop what the first one said. Throws JsonTextError.
 */
export function parseJson(text: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    new Scanner(text).scan();
    throw error;
  }
  // Of two equal names in one object the first is lost. To look for them costs far more than to count.
  if (countColons(text) !== countNames(document)) new Scanner(text).scan();
  return document;
}

/** How many names the objects of a JSON text have. */
function countColons(json: string): number {
  let count = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === 0x22) quoted = !quoted;
    else if (code === 0x5c) at += 1;
    else if (code === 0x3a && !quoted) count += 1;
  }
  return count;
}

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  const values: unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const each of values) count += countNames(each);
  return Array.isArray(value) ? count : count + values.length;
}

/** The line, from 1, on which each of the given places (such as `staff[3].user`) begins. `text` must be JSON. */
export function linesOf(text: string, places: ReadonlySet<string>): Map<string, number> {
  const lines = new Map<string, number>();
  let line = 1;
  let counted = 0;
  // Values come in the order of the text, so each line is counted once.
  new Scanner(text, (place, offset) => {
    if (!places.has(place)) return;
    line += newlines(text, counted, offset);
    counted = offset;
    lines.set(place, line);
  }).scan();
  return lines;
}

type OnValue = (place: string, offset: number) => void;

class Scanner {
  readonly #text: string;
  readonly #onValue: OnValue | undefined;
  readonly #blank = /[ \t\r\n]*/y;
  readonly #string = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
  readonly #literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
  #at = 0;

  constructor(text: string, onValue?: OnValue) {
    this.#text = text;
    this.#onValue = onValue;
  }

  scan(): void {
    this.#value('');
    if (this.#peek() !== '') throw this.#wrong('the end of the file');
  }

  #value(place: string): void {
    const first = this.#peek();
    this.#onValue?.(place, this.#at);
    if (first === '{') this.#object(place);
    else if (first === '[') this.#array(place);
    else if (first === '"') this.#take(this.#string, 'a text that ends on its line, with " at both ends');
    else this.#take(this.#literal, 'a value');
  }

  #object(place: string): void {
    const names = new Set<string>();
    this.#at += 1;
    if (this.#accept('}')) return;
    do {
      if (this.#peek() !== '"') throw this.#wrong('a name in double quotes');
      const start = this.#at;
      const quoted = this.#take(this.#string, 'a name in double quotes');
      const name = quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
      if (names.has(name)) throw new JsonTextError(this.#text, start, `${quoted} stands twice in one object`);
      names.add(name);
      if (!this.#accept(':')) throw this.#wrong('":"');
      this.#value(this.#onValue === undefined || place === '' ? name : `${place}.${name}`);
    } while (this.#accept(','));
    if (!this.#accept('}')) throw this.#wrong('"," or "}"');
  }

  #array(place: string): void {
    this.#at += 1;
    if (this.#accept(']')) return;
    let index = 0;
    do {
      this.#value(this.#onValue === undefined ? '' : `${place}[${index}]`);
      index += 1;
    } while (this.#accept(','));
    if (!this.#accept(']')) throw this.#wrong('"," or "]"');
  }

  /** The next character that is not blank; empty at the end. */
  #peek(): string {
    this.#blank.lastIndex = this.#at;
    this.#blank.test(this.#text);
    this.#at = this.#blank.lastIndex;
    return this.#text.charAt(this.#at);
  }

  #accept(sign: string): boolean {
    if (this.#peek() !== sign) return false;
    this.#at += 1;
    return true;
  }

  #take(token: RegExp, expected: string): string {
    token.lastIndex = this.#at;
    const [found] = token.exec(this.#text) ?? [];
    if (found === undefined) throw this.#wrong(expected);
    this.#at = token.lastIndex;
    return found;
  }

  #wrong(expected: string): JsonTextError {
    const code = this.#text.codePointAt(this.#at);
    const found = code === undefined ? 'the end of the file' : String.fromCodePoint(code);
    return new JsonTextError(this.#text, this.#at, `expected ${expected}, found ${found}`);
  }
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function placeOf(text: string, offset: number): string {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  return `line ${newlines(text, 0, offset) + 1}, column ${offset - lineStart + 1}`;
}
