import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createPlatformHttp } from '../../src/platforms/http.ts';

/** A platform behind a proxy that compresses every response; also how the groups' robots are heard. */
async function platform(coding: string, body: Buffer) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers['accept-encoding']);
    request.resume().on('end', () => response.writeHead(200, { 'content-encoding': coding }).end(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const http = createPlatformHttp();
  onTestFinished(async () => {
    await http.close();
    server.close();
  });
  return { http, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const)('an answer in %s is heard, though it was asked for as it is', async (coding, compress) => {
  const { http, url, asked } = await platform(coding, compress('{"errcode":0,"errmsg":"ok"}'));
  expect(await http.call(url, { text: '…' })).toMatchObject({ kind: 'response', errcode: 0 });
  expect(await http.exchange(url)).toMatchObject({ kind: 'heard', json: { errcode: 0 } });
  expect(asked).toEqual(['identity', 'identity']);
});

test('one that would become huge is no answer', async () => {
  const { http, url } = await platform('gzip', gzipSync(`{"errcode":0}${' '.repeat(32 * 1024 * 1024)}`));
  expect(await http.exchange(url, {})).toMatchObject({ kind: 'heard', json: null });
  expect(await http.call(url, {})).toMatchObject({ kind: 'silence', left: true });
});
