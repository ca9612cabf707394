import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { NotAuthentic } from '../../transports/webhook/webhook.ts';

export type RandomBytes = (size: number) => Buffer;

export interface CipherOptions {
  /** EncodingAESKey from the console: 43 letters and digits. */
  readonly aesKey: string;
  /** Corp id for an app, empty for an AI bot. */
  readonly receiveId: string;
  readonly randomBytes: RandomBytes;
}

/** WeCom's message encryption (developer.work.weixin.qq.com/document/path/90968). */
export interface Cipher {
  /** Message to base64. */
  encrypt(message: string): string;
  /** Base64 to message. Throws NotAuthentic. Call it only on what carries a good signature. */
  decrypt(encrypted: string): string;
}

// AES works on 16 bytes, but WeCom pads to 32: Node's own unpadding refuses half of all messages.
const BLOCK = 32;
const RANDOM = 16;
const HEADER = RANDOM + 4;

/** Derives the key once. Throws TypeError on an EncodingAESKey that cannot be one. */
export function createCipher({ aesKey, receiveId, randomBytes }: CipherOptions): Cipher {
  // Not validated by re-encoding: the last character has two spare bits, and published keys do set them.
  if (!/^[A-Za-z0-9]{43}$/.test(aesKey)) throw new TypeError('EncodingAESKey must be 43 letters and digits');
  const keyBytes = Buffer.from(aesKey, 'base64');
  const key = createSecretKey(keyBytes);
  const iv = keyBytes.subarray(0, 16);
  const id = Buffer.from(receiveId);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  return {
    encrypt(message) {
      const text = Buffer.from(message);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(text.length);
      const padding = BLOCK - ((HEADER + text.length + id.length) % BLOCK);
      const plain = Buffer.concat([randomBytes(RANDOM), length, text, id, Buffer.alloc(padding, padding)]);
      const aes = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
      return Buffer.concat([aes.update(plain), aes.final()]).toString('base64');
    },

    decrypt(encrypted) {
      const aes = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
      const plain = unpad(Buffer.concat([aes.update(decodeBlocks(encrypted)), aes.final()]));
      if (plain.length < HEADER) throw new NotAuthentic('decrypted message has no header');
      const end = HEADER + plain.readUInt32BE(RANDOM);
      if (end > plain.length) throw new NotAuthentic('decrypted message is shorter than it says');
      if (!plain.subarray(end).equals(id)) throw new NotAuthentic('message is for another receive id');
      try {
        return utf8.decode(plain.subarray(HEADER, end));
      } catch {
        throw new NotAuthentic('decrypted message is not UTF-8');
      }
    },
  };
}

/** 32 bytes as the console and the messages write them: base64 without its `=`, in its usual or in its URL-safe alphabet. */
const FILE_KEY = /^[A-Za-z0-9+/_-]{43}=?$/;

/**
 * Decrypts a file that WeCom serves to an AI bot: nothing but its bytes, padded as messages are. `aesKey` is the
 * EncodingAESKey of the callbacks, or by the long connection that of the file (documents 100719, 101463). Throws
 * NotAuthentic where it is not encrypted so.
 */
export function decryptFile(encrypted: Uint8Array, aesKey: string): Uint8Array {
  if (!FILE_KEY.test(aesKey)) throw new NotAuthentic('the key of the file is not one');
  if (encrypted.length === 0 || encrypted.length % 16 !== 0) throw new NotAuthentic('file is not in whole blocks');
  const key = Buffer.from(aesKey, 'base64');
  const aes = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return unpad(Buffer.concat([aes.update(encrypted), aes.final()]));
}

function decodeBlocks(encrypted: string): Buffer {
  const bytes = Buffer.from(encrypted, 'base64');
  // Node's decoder skips what is not base64; only an exact round trip shows that nothing was skipped.
  if (bytes.toString('base64') !== encrypted) throw new NotAuthentic('ciphertext is not base64');
  if (bytes.length === 0 || bytes.length % BLOCK !== 0) throw new NotAuthentic('ciphertext is not in whole blocks');
  return bytes;
}

function unpad(padded: Buffer): Buffer {
  const padding = padded.at(-1) ?? 0;
  const valid = padding >= 1 && padding <= BLOCK && padded.subarray(-padding).every((byte) => byte === padding);
  if (!valid) throw new NotAuthentic('padding is wrong');
  return padded.subarray(0, -padding);
}
