import { createCipheriv, randomBytes, randomUUID } from 'node:crypto';
import type { ApiAnswer } from './dingtalk-api.ts';

/** An encrypted picture of an AI bot is there for five minutes (document 100719). */
const ENCRYPTED_MS = 5 * 60_000;
const BLOCK = 32;
export const MEDIA_PATH = '/media/';

/** What WeCom keeps of the pictures that people send: encrypted for an AI bot, and as they are for an app. */
export function createWecomMedia({ now }: { readonly now: () => number }) {
  const files = new Map<string, { readonly bytes: Buffer; readonly until: number }>();
  const keep = (bytes: Uint8Array, until: number) => {
    const id = randomUUID();
    files.set(id, { bytes: Buffer.from(bytes), until });
    return id;
  };
  /** The path of a picture that is encrypted with a key of 43 characters. */
  const addEncrypted = (bytes: Uint8Array, aesKey: string) =>
    `${MEDIA_PATH}${keep(encryptFile(bytes, aesKey), now() + ENCRYPTED_MS)}?sign=secret`;

  return {
    addEncrypted,
    /** The same with a key of its own, as by the long connection. */
    addWithKey(bytes: Uint8Array): { readonly path: string; readonly aeskey: string } {
      const aeskey = randomBytes(32).toString('base64').replace('=', '');
      return { path: addEncrypted(bytes, aeskey), aeskey };
    },
    /** The path of one that is not encrypted. */
    addPlain: (bytes: Uint8Array) => `${MEDIA_PATH}${keep(bytes, Infinity)}`,
    /** What is at a path, as the storage of its cloud answers. */
    get(path: string): ApiAnswer {
      const file = files.get(path.slice(MEDIA_PATH.length));
      if (file === undefined) return { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' };
      if (now() <= file.until) return { status: 200, body: file.bytes };
      return {
        status: 403,
        body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
      };
    },
  };
}

/** As WeCom's documents say: AES-256-CBC, the iv the first 16 bytes of the key, padded to 32 bytes. */
export function encryptFile(bytes: Uint8Array, aesKey: string): Buffer {
  const key = Buffer.from(aesKey, 'base64');
  const padding = BLOCK - (bytes.length % BLOCK);
  const aes = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([aes.update(bytes), aes.update(Buffer.alloc(padding, padding)), aes.final()]);
}
