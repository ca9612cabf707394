import type { IncomingMessage } from 'node:http';
import { BodyTooLarge, readBody } from '../transports/webhook/body.ts';

/** Enough for the staff of 10,000 people, each letter of which may be sent as nine bytes. */
const MAX_FORM_BYTES = 8 * 1024 * 1024;

/** What was typed into a form. */
export class Fields {
  /** By name, in the order of the form: a table of people has as many as ten thousand names. */
  readonly #fields = new Map<string, string[]>();

  constructor(fields: Iterable<readonly [string, string]> | Readonly<Record<string, string>> = {}) {
    const pairs = Symbol.iterator in fields ? fields : Object.entries(fields);
    for (const [name, value] of pairs) {
      const values = this.#fields.get(name);
      if (values === undefined) this.#fields.set(name, [value]);
      else values.push(value);
    }
  }

  /** The value of a field that a form has once, without blanks around it; empty where it is absent or repeated. */
  one(name: string): string {
    return this.text(name).trim();
  }

  /** The same with the blanks around it, which mean something in what was pasted from a table. */
  text(name: string): string {
    const [value = '', ...others] = this.#fields.get(name) ?? [];
    return others.length === 0 ? value : '';
  }

  /** The values of a field that may be repeated, in the order of the form, without blanks around each. */
  all(name: string): string[] {
    return (this.#fields.get(name) ?? []).map((value) => value.trim());
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /** Every name once, in the order of the form. */
  names(): string[] {
    return [...this.#fields.keys()];
  }

  /** The same fields but for these, which get other values. */
  with(values: Readonly<Record<string, string>>): Fields {
    const changed = new Fields();
    for (const [name, all] of this.#fields) changed.#fields.set(name, all);
    for (const [name, value] of Object.entries(values)) changed.#fields.set(name, [value]);
    return changed;
  }
}

/** Reads a submitted form. Returns the HTTP status of the refusal where it is none, is too large or is not UTF-8. */
export async function readForm(request: IncomingMessage, limit = MAX_FORM_BYTES): Promise<Fields | 400 | 413 | 415> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return 415;
  let body: Buffer;
  try {
    body = await readBody(request, limit);
  } catch (error) {
    if (error instanceof BodyTooLarge) return 413;
    throw error;
  }
  const fields = new URLSearchParams(body.toString('latin1'));
  // What is no UTF-8 is read as this sign, which people do not type.
  return [...fields].some((pair) => pair.join('').includes('\u{fffd}')) ? 400 : new Fields(fields);
}
