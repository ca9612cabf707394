import { createCipheriv, randomBytes } from 'node:crypto';
import { WecomCrypto } from '@wecom/aibot-node-sdk';
import { decrypt, encrypt } from '@wecom/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotAuthentic } from '../../../src/transports/webhook/webhook.ts';
import { createCipher } from '../../../src/platforms/wecom/cipher.ts';
import { vectors } from './vectors.ts';

const aesKey = 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU';
const rawKey = Buffer.from(aesKey, 'base64');

/** Ciphertext of exactly these bytes, which must be whole 16-byte blocks. */
function encryptRaw(plain: Buffer): string {
  const aes = createCipheriv('aes-256-cbc', rawKey, rawKey.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([aes.update(plain), aes.final()]).toString('base64');
}

/** Layout of a message with every part free to be wrong. */
function layout(text: Buffer, parts: { length?: number; id?: string; padding?: Buffer } = {}): Buffer {
  const { length = text.length, id = '', padding } = parts;
  const header = Buffer.alloc(20);
  header.writeUInt32BE(length, 16);
  const unpadded = Buffer.concat([header, text, Buffer.from(id)]);
  const size = 32 - (unpadded.length % 32);
  return Buffer.concat([unpadded, padding ?? Buffer.alloc(size, size)]);
}

describe('WeCom cipher', () => {
  const bot = createCipher({ aesKey, receiveId: '', randomBytes });

  const encrypted = vectors.filter((vector) => vector.plaintext !== undefined);
  it.each(encrypted)('decrypts vector $id', ({ encodingAesKey, receiveId, encrypted, plaintext }) => {
    expect(createCipher({ aesKey: encodingAesKey, receiveId, randomBytes }).decrypt(encrypted)).toBe(plaintext);
  });

  const deterministic = encrypted.filter((vector) => vector.random16 !== undefined);
  it.each(deterministic)('encrypts to vector $id', ({ encodingAesKey, receiveId, encrypted, plaintext, random16 }) => {
    const cipher = createCipher({ aesKey: encodingAesKey, receiveId, randomBytes: () => Buffer.from(random16 ?? '') });
    expect(cipher.encrypt(plaintext ?? '')).toBe(encrypted);
  });

  // 0 to 63 ASCII characters meet every padding length twice; the text behind them brings Chinese and emoji.
  const message = fc
    .tuple(fc.nat(63), fc.string({ unit: fc.constantFrom('核', '销', ' ', '\n', '9', '🎂', '👨‍👩‍👧‍👦', '\u3000', ']]>') }))
    .map(([padding, text]) => 'x'.repeat(padding) + text);
  const receiveId = fc.constantFrom('', 'wwCORP', 'ww1436e0e65a779aee');
  const key = fc.stringMatching(/^[A-Za-z0-9]{43}$/);

  it("agrees with Tencent's @wecom/crypto in both directions", () => {
    fc.assert(
      fc.property(key, message, receiveId, (aesKey, text, id) => {
        const ours = createCipher({ aesKey, receiveId: id, randomBytes });
        expect(decrypt(aesKey, ours.encrypt(text))).toMatchObject({ message: text, id });
        expect(ours.decrypt(encrypt(aesKey, text, id))).toBe(text);
      }),
    );
  });

  it("agrees with Tencent's AI bot SDK in both directions", () => {
    fc.assert(
      fc.property(key, message, receiveId, (aesKey, text, id) => {
        const ours = createCipher({ aesKey, receiveId: id, randomBytes });
        const theirs = new WecomCrypto('token', aesKey, id);
        expect(theirs.decrypt(ours.encrypt(text))).toBe(text);
        expect(ours.decrypt(theirs.encrypt(text, '1760000000', 'nonce').encrypt)).toBe(text);
      }),
    );
  });

  it('meets every padding from 1 to 32', () => {
    for (let length = 0; length < 64; length++) {
      expect(bot.decrypt(encrypt(aesKey, 'x'.repeat(length), ''))).toHaveLength(length);
    }
  });

  it('keeps a byte order mark', () => {
    expect(bot.decrypt(encrypt(aesKey, '\uFEFF1', ''))).toBe('\uFEFF1');
  });

  it.each([
    ['nothing', ''],
    ['a stray character', `${encrypt(aesKey, 'text', '').slice(0, -4)}*${encrypt(aesKey, 'text', '').slice(-4)}`],
    ['a line break in the base64', `${encrypt(aesKey, 'text', '')}\n`],
    ['base64 without its padding', encryptRaw(layout(Buffer.from('text'))).replace(/=+$/, '')],
    ['URL-safe base64', encryptRaw(Buffer.alloc(32, 7)).replaceAll('+', '-').replaceAll('/', '_').replace('=', '')],
    ['16 bytes', encryptRaw(Buffer.alloc(16, 16))],
    ['48 bytes', encryptRaw(Buffer.alloc(48, 16))],
    ['padding 0', encryptRaw(Buffer.alloc(32, 0))],
    ['padding 33', encryptRaw(layout(Buffer.alloc(11), { padding: Buffer.alloc(33, 33) }))],
    ['uneven padding', encryptRaw(layout(Buffer.alloc(8), { padding: Buffer.from([9, 4, 4, 4]) }))],
    ['nothing but padding', encryptRaw(Buffer.alloc(32, 32))],
    ['19 bytes', encryptRaw(Buffer.concat([Buffer.alloc(19), Buffer.alloc(13, 13)]))],
    ['a length beyond the end', encryptRaw(layout(Buffer.from('text'), { length: 5 }))],
    ['an enormous length', encryptRaw(layout(Buffer.from('text'), { length: 0xffffffff }))],
    ['a length that ends early', encryptRaw(layout(Buffer.from('text'), { length: 3 }))],
    ['another receive id', encryptRaw(layout(Buffer.from('text'), { id: 'wwOTHER' }))],
    ['bytes that are not UTF-8', encryptRaw(layout(Buffer.from([0xe6, 0xa0])))],
  ])('refuses %s', (_, ciphertext) => {
    expect(() => bot.decrypt(ciphertext)).toThrow(NotAuthentic);
  });

  it('refuses an empty receive id where a corp is expected', () => {
    const app = createCipher({ aesKey, receiveId: 'wwCORP', randomBytes });
    expect(() => app.decrypt(encrypt(aesKey, 'text', ''))).toThrow(NotAuthentic);
  });

  it.each([
    ['42 characters', aesKey.slice(1)],
    ['44 characters', `${aesKey}A`],
    ['base64 beyond letters and digits', `+${aesKey.slice(1)}`],
    ['a line break at the end', `${aesKey.slice(1)}\n`],
  ])('does not start with an EncodingAESKey of %s', (_, aesKey) => {
    expect(() => createCipher({ aesKey, receiveId: '', randomBytes })).toThrow(TypeError);
  });
});
