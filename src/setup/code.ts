import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeToOthers, PRIVATE_FILE } from '../private-files.ts';

/** Without signs that are read for another one. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const LENGTH = 8;
/** How long a code in the file counts, in milliseconds. */
export const CODE_LASTS_MS = 15 * 60_000;

/** Makes a code that is typed once, such as `ABCD-EFGH`. */
export function newCode(): string {
  const signs = Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  return `${signs.slice(0, LENGTH / 2)}-${signs.slice(LENGTH / 2)}`;
}

/** What is kept of a code. People may type it in small letters, in full width, and without the hyphen. */
export function hashOf(code: string): string {
  const signs = code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z\d]/gu, '');
  return createHash('sha256').update(signs).digest('hex');
}

export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The code that `npm run setup` has made for a service that runs: how it is told to it. */
export interface CodeInFile {
  readonly hash: string;
  /** By which the two know that they speak of the same folder. It opens nothing. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

const path = (dataDir: string) => join(dataDir, 'setup-code.json');

/** Puts a code where the service of this folder finds it; one that was there counts no more. Throws what the file system does. */
export function writeCode(dataDir: string, code: CodeInFile): void {
  // Whatever stands there, perhaps a link, is not written through.
  rmSync(path(dataDir), { force: true });
  writeFileSync(path(dataDir), `${JSON.stringify(code)}\n`, { mode: PRIVATE_FILE, flag: 'wx' });
}

/** The code that waits, or null: there is none, or it is too old. One that others could see is thrown away. */
export function readCode(dataDir: string, now: number): CodeInFile | null {
  let read: unknown;
  try {
    if (closeToOthers(path(dataDir)) !== 'closed') removeCode(dataDir);
    read = JSON.parse(readFileSync(path(dataDir), 'utf8'));
  } catch {
    return null;
  }
  const { hash, id, madeAt } = Object(read) as Partial<Record<keyof CodeInFile, unknown>>;
  if (typeof hash !== 'string' || typeof id !== 'string' || typeof madeAt !== 'number') return null;
  // One of the future is the work of a clock that was wrong.
  return madeAt <= now && now < madeAt + CODE_LASTS_MS ? { hash, id, madeAt } : null;
}

/** Forgets it. Throws what the file system does: a code that cannot be taken away must not open anything. */
export function removeCode(dataDir: string): void {
  rmSync(path(dataDir), { force: true });
}
