import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../src/content-coding.ts';

const MAX = 64 * 1024;
const PLAIN = Buffer.from('{"code":"SUCCESS","msg":"成功"}');
const CODED = {
  gzip: gzipSync(PLAIN),
  deflate: deflateSync(PLAIN),
  raw: deflateRawSync(PLAIN),
  br: brotliCompressSync(PLAIN),
};

describe('a coded body', () => {
  test.each([
    ['gzip', CODED.gzip],
    ['GZIP', CODED.gzip],
    ['x-gzip', CODED.gzip],
    [undefined, CODED.gzip],
    ['', CODED.gzip],
    ['deflate', CODED.deflate],
    ['deflate', CODED.raw],
    ['br', CODED.br],
    ['gzip, br', brotliCompressSync(CODED.gzip)],
    ['br, gzip', gzipSync(CODED.br)],
    ['gzip,gzip', gzipSync(CODED.gzip)],
    [['br', 'gzip'], gzipSync(CODED.br)],
    ['gzip', Buffer.concat([gzipSync(PLAIN.subarray(0, 9)), gzipSync(PLAIN.subarray(9))])],
  ])('%s is read', (coding, body) => {
    expect(decodeBody(body, coding, MAX)).toEqual(PLAIN);
  });

  test.each(['gzip', 'deflate', 'br', 'identity', 'utf-8', 'none', 'zstd', undefined])(
    'that is none, though it is called %s, is as it is',
    (coding) => {
      expect(decodeBody(PLAIN, coding, MAX)).toEqual(PLAIN);
    },
  );

  test.each(Object.entries(CODED))('of %s that is cut off or damaged is none that could be read', (name, body) => {
    const coding = name === 'raw' ? 'deflate' : name;
    for (let length = 0; length < body.length; length += 1) {
      const cut = body.subarray(0, length);
      expect((): unknown => JSON.parse(decodeBody(cut, coding, MAX).toString())).toThrow(SyntaxError);
    }
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', (body: Buffer) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
  ] as const)('of %s that would become huge stays small', (coding, compress) => {
    const bomb = compress(Buffer.concat([PLAIN, Buffer.alloc(16 * 1024 * 1024, ' ')]));
    expect(bomb.length).toBeLessThan(100_000);
    const before = process.memoryUsage();
    expect(decodeBody(bomb, coding, MAX)).toEqual(bomb);
    const after = process.memoryUsage();
    expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(8 * 1024 * 1024);
    expect(decodeBody(compress(Buffer.alloc(MAX, 'x')), coding, MAX)).toHaveLength(MAX);
  });
});
