import { hash, timingSafeEqual } from 'node:crypto';

/** WeCom's `msg_signature`: SHA-1 over the four parts in byte order, as 40 lower-case hex digits. All parts are ASCII. */
export function computeSignature(token: string, timestamp: string, nonce: string, encrypted: string): string {
  return hash('sha1', [token, timestamp, nonce, encrypted].sort().join(''));
}

/** Compares in constant time; a text other than 40 lower-case hex digits never matches. */
export function signaturesMatch(expected: string, given: string): boolean {
  return /^[0-9a-f]{40}$/.test(given) && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}
