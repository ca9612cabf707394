import { createCipheriv, createDecipheriv, hash } from 'node:crypto';

const IV_BYTES = 16;

/** `X-Lark-Signature`: 64 lower-case hex digits over the raw bytes as received, still encrypted. */
export function signatureOf(timestamp: string, nonce: string, encryptKey: string, body: Buffer): string {
  return hash('sha256', Buffer.concat([Buffer.from(timestamp + nonce + encryptKey), body]));
}

/** The base64 that `decrypt` opens; `iv` is 16 random bytes. */
export function encrypt(encryptKey: string, text: string, iv: Buffer): string {
  const cipher = createCipheriv('aes-256-cbc', hash('sha256', encryptKey, 'buffer'), iv);
  return Buffer.concat([iv, cipher.update(text), cipher.final()]).toString('base64');
}

/** The text in `encrypt`, base64 of an IV and AES-256-CBC. Throws where it was not encrypted with this key. */
export function decrypt(encryptKey: string, encrypt: string): string {
  const bytes = Buffer.from(encrypt, 'base64');
  const key = hash('sha256', encryptKey, 'buffer');
  const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, IV_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES)), decipher.final()]).toString();
}
