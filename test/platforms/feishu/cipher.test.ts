import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { decrypt, signatureOf } from '../../../src/platforms/feishu/cipher.ts';

const Vector = z.object({
  id: z.string(),
  kind: z.string(),
  encryptKey: z.string().catch(''),
  encrypt: z.string().catch(''),
  timestamp: z.string().catch(''),
  nonce: z.string().catch(''),
  rawBody: z.string().catch(''),
  decrypted: z.string().optional(),
  expected: z.unknown(),
});
const vectors = z
  .array(Vector)
  .parse(JSON.parse(readFileSync(new URL('../../vectors/dingtalk-feishu.json', import.meta.url), 'utf8')));
const ofKind = (...kinds: string[]) => vectors.filter(({ kind }) => kinds.includes(kind));

test.each(ofKind('feishu.event.decrypt', 'feishu.url_verification'))(
  'opens what the platform has encrypted ($id)',
  ({ encryptKey, encrypt, decrypted, expected }) => expect(decrypt(encryptKey, encrypt)).toBe(decrypted ?? expected),
);

test.each(ofKind('feishu.event.signature'))('signs as the platform does ($id)', (vector) => {
  const { timestamp, nonce, encryptKey, rawBody, expected } = vector;
  expect(signatureOf(timestamp, nonce, encryptKey, Buffer.from(rawBody))).toBe(expected);
});

test.each(['', 'AAAA', 'P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghkA', 'P37w+VZImNgPEO1RBhJ6Rg=='])(
  'opens nothing of %j',
  (encrypt) => expect(() => decrypt('test key', encrypt)).toThrow(),
);
