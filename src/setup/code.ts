import { createHash, randomInt } from 'node:crypto';
import { codeFile } from '../code-in-file.ts';

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

/** Where `npm run setup` leaves its code for a service that runs. */
export const { write: writeCode, read: readCode, remove: removeCode } = codeFile('setup-code.json', CODE_LASTS_MS);
