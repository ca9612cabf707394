import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createPlatformHttp } from '../../src/platforms/http.ts';
import { TLS } from '../support/tls.ts';
import { startTunnel } from '../support/tunnel.ts';

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

test('calls go through the proxy of the environment, but not to this machine, nor to what is excepted', async () => {
  const usual = getCACertificates('default');
  setDefaultCACertificates([TLS.cert]);
  const api = createSecureServer(TLS, (request, response) => {
    request.resume().on('end', () => response.end('{"errcode":0}'));
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const tunnel = await startTunnel((api.address() as AddressInfo).port);
  const http = createPlatformHttp({ url: `http://user:word@${tunnel.host}`, except: '0.0.0.0' });
  onTestFinished(async () => {
    setDefaultCACertificates(usual);
    await http.close();
    await tunnel.close();
    api.close();
  });
  expect(await http.call('https://api.example/send', { text: '…' })).toMatchObject({ kind: 'response', errcode: 0 });
  expect(tunnel.asked).toEqual(['api.example:443 Basic dXNlcjp3b3Jk']);

  const { url } = await platform('gzip', gzipSync('{"errcode":0}'));
  expect(await http.call(url, {})).toMatchObject({ kind: 'response' });
  // This machine as well, by a name that says so and by one that does not.
  for (const host of ['127.0.0.1:1', 'localhost:1', '[::1]:1', '0.0.0.0:1']) {
    expect(await http.call(`https://${host}/`, {})).toMatchObject({ kind: 'silence', left: false });
  }
  expect(tunnel.asked).toHaveLength(1);
});

test('a proxy that cannot be reached, or does not let through, is silence', async () => {
  const tunnel = await startTunnel(1);
  const through = createPlatformHttp({ url: `http://${tunnel.host}`, except: '' });
  const away = createPlatformHttp({ url: 'http://127.0.0.1:1', except: '' });
  onTestFinished(async () => {
    await Promise.all([through.close(), away.close(), tunnel.close()]);
  });
  expect(await through.call('https://api.example/', {})).toMatchObject({ kind: 'silence' });
  expect(await away.call('https://api.example/', {})).toMatchObject({ kind: 'silence', left: false });
});

test('a call that is given up has left when it was written, and has not while all connections are busy', async () => {
  let arrived = 0;
  const allBusy = Promise.withResolvers<undefined>();
  const server = createServer(() => {
    arrived += 1;
    if (arrived === 16) allBusy.resolve(undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const http = createPlatformHttp();
  onTestFinished(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const enough = new AbortController();
  const busy = Array.from({ length: 16 }, () => http.exchange(url, {}, { signal: enough.signal }));
  await allBusy.promise;
  const waiting = new AbortController();
  const behind = http.exchange(url, {}, { signal: waiting.signal });
  waiting.abort();
  expect(await behind).toMatchObject({ kind: 'silence', left: false });
  enough.abort();
  for (const call of busy) expect(await call).toMatchObject({ kind: 'silence', left: true, cause: 'AbortError' });
  expect(await http.exchange(url, {}, { signal: AbortSignal.abort() })).toMatchObject({ kind: 'silence', left: false });
  expect(arrived).toBe(16);
});

test('an address that is none is silence, and nothing left', async () => {
  const http = createPlatformHttp();
  onTestFinished(() => http.close());
  expect(await http.call('no address', {})).toMatchObject({ kind: 'silence', left: false, cause: 'ERR_INVALID_URL' });
});
