import { createServer } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { listen, REQUEST, SUCCESS, vendorAt } from './wire.ts';

/** A vendor behind a proxy that compresses every response. */
async function compressing(coding: string, compress: (body: string) => Buffer, answer: string) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers['accept-encoding']);
    request.resume().on('end', () => response.writeHead(200, { 'content-encoding': coding }).end(compress(answer)));
  });
  const port = await listen(server);
  onTestFinished(() => void server.close());
  return { vendor: vendorAt(`http://127.0.0.1:${port}`), asked };
}

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
] as const)('an answer in %s is read, though it was asked for as it is', async (coding, compress) => {
  const refusal = JSON.stringify({ code: 'FAILED', msg: '剩余次数不足' });
  for (const [answer, outcome] of [
    [SUCCESS, { state: 'succeeded', vendorMsg: '成功' }],
    [refusal, { state: 'refused', vendorMsg: '剩余次数不足' }],
  ] as const) {
    const { vendor, asked } = await compressing(coding, compress, answer);
    expect(await vendor.consume(REQUEST)).toEqual(outcome);
    expect(asked).toEqual(['identity']);
  }
  const { vendor, asked } = await compressing(coding, compress, '{"suplusTimes":8}');
  expect(await vendor.detail(REQUEST.card, { timeoutMs: 5_000 })).toMatchObject({ detail: { remaining: 8 } });
  expect(asked).toEqual(['identity']);
});

test.each([
  ['is cut off', (body: string) => gzipSync(body).subarray(0, -9)],
  ['is damaged', (body: string) => Buffer.from(gzipSync(body).map((byte, at) => (at === 20 ? byte ^ 0xff : byte)))],
  ['would become huge', (body: string) => gzipSync(body + ' '.repeat(32 * 1024 * 1024))],
])('one that %s says nothing', async (_name, compress) => {
  const { vendor } = await compressing('gzip', compress, SUCCESS);
  expect(await vendor.consume(REQUEST)).toEqual({ state: 'unknown', reason: 'unclear-answer' });
});
