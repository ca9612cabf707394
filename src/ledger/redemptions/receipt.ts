import { randomInt } from 'node:crypto';

/** No 0/O, 1/I/L and U: people read these aloud and type them on a phone. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A receipt number such as `R-7K3M9Q2A`: 30^8 of them, so that a shop never meets the same one twice. */
export function newReceipt(): string {
  let receipt = 'R-';
  for (let i = 0; i < 8; i++) receipt += ALPHABET.charAt(randomInt(ALPHABET.length));
  return receipt;
}
