import { createDecipheriv, hash } from 'node:crypto';

const IV_BYTES = 16;

/** `X-Lark-Signature`: 64 lower-case hex digits over the raw bytes as received, still encrypted. */
export function signatureOf(timestamp: string, nonce: string, encryptKey: string, body: Buffer): string {
  return hash('sha256', Buffer.concat([Buffer.from(timestamp + nonce + encryptKey), body]));
}

/** The text in `encrypt`, base64 of an IV and AES-256-CBC. Throws where it was not encrypted with this key. */
export function decrypt(encryptKey: string, encrypt: string): string {
  const bytes = Buffer.from(encrypt, 'base64');
  const key = hash('sha256', encryptKey, 'buffer');
  const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, IV_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES)), decipher.final()]).toString();
}
