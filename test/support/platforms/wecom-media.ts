import { createCipheriv, randomBytes } from 'node:crypto';
import type { Storage } from './storage.ts';

/** The address of a picture to an AI bot is good for five minutes (document 100719). */
const LASTS_MS = 5 * 60_000;
const BLOCK = 32;

/** Keeps a picture that is sent to an AI bot, encrypted with a key of 43 characters; what its message names it by. */
export function keepForBot(storage: Storage, bytes: Uint8Array, aesKey: string): { readonly url: string } {
  return { url: storage.addressOf(storage.keep(encryptFile(bytes, aesKey)), LASTS_MS) };
}

/** The same by the long connection, where each has a key of its own. */
export function keepWithKey(storage: Storage, bytes: Uint8Array): { readonly url: string; readonly aeskey: string } {
  const aeskey = randomBytes(32).toString('base64').replace('=', '');
  return { ...keepForBot(storage, bytes, aeskey), aeskey };
}

/** As WeCom's documents say: AES-256-CBC, the iv the first 16 bytes of the key, padded to 32 bytes. */
export function encryptFile(bytes: Uint8Array, aesKey: string): Buffer {
  const key = Buffer.from(aesKey, 'base64');
  const padding = BLOCK - (bytes.length % BLOCK);
  const aes = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([aes.update(bytes), aes.update(Buffer.alloc(padding, padding)), aes.final()]);
}
