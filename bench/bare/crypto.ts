import { createCipheriv, createDecipheriv, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { WecomKeys } from '../../test/support/wecom.ts';

/** WeCom's envelope with as little around Node's own functions as it can do with. */
export function bareEnvelope({ token, aesKey, receiveId }: WecomKeys) {
  const key = Buffer.from(aesKey, 'base64');
  const iv = key.subarray(0, 16);
  const id = Buffer.from(receiveId);

  const sign = (timestamp: string, nonce: string, encrypted: string) =>
    hash('sha1', [token, timestamp, nonce, encrypted].sort().join(''));

  return {
    /** The plaintext, or null when the signature is wrong. */
    open(query: URLSearchParams, encrypted: string): string | null {
      const expected = sign(query.get('timestamp') ?? '', query.get('nonce') ?? '', encrypted);
      const given = Buffer.from(query.get('msg_signature') ?? '');
      if (given.length !== expected.length || !timingSafeEqual(Buffer.from(expected), given)) return null;
      const aes = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
      const plain = Buffer.concat([aes.update(encrypted, 'base64'), aes.final()]);
      return plain.toString('utf8', 20, 20 + plain.readUInt32BE(16));
    },
    seal(plaintext: string, timestamp: number, nonce: string) {
      const text = Buffer.from(plaintext);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(text.length);
      const padding = 32 - ((20 + text.length + id.length) % 32);
      const aes = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
      const parts = [randomBytes(16), length, text, id, Buffer.alloc(padding, padding)];
      const encrypted = Buffer.concat([aes.update(Buffer.concat(parts)), aes.final()]).toString('base64');
      return { encrypted, signature: sign(String(timestamp), nonce, encrypted) };
    },
  };
}
