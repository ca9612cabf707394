import { once } from 'node:events';
import { createServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Proxy } from '../../../src/proxy.ts';
import { createOpenLine, type Ears, type Line } from '../../../src/transports/socket/open.ts';
import type { Ending } from '../../../src/transports/socket/socket.ts';
import { TLS } from '../../support/tls.ts';
import { startTunnel } from '../../support/tunnel.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A gateway that says back what it hears. `status` refuses every handshake. */
async function startEcho(status?: number) {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient: (_info, done: (taken: boolean, code?: number) => void) => done(status === undefined, status),
  });
  await once(server, 'listening');
  closing.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on('connection', (peer: WebSocket) => {
    peer.on('error', () => undefined);
    peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }));
  });
  const { port } = server.address() as AddressInfo;
  return { server, url: `ws://127.0.0.1:${port}/?ticket=a-secret-ticket`, host: `127.0.0.1:${port}` };
}

/** What is heard of a line, in order. */
function listen(url: string, proxy: Proxy | null = null, refused: Ears['refused'] = () => null) {
  const heard: string[] = [];
  const frames: [string, boolean][] = [];
  const opened = Promise.withResolvers<undefined>();
  const closed = Promise.withResolvers<Ending>();
  const line: Line = createOpenLine(proxy)(url, {
    opened: () => opened.resolve(undefined),
    refused,
    heard: () => void heard.push('heard'),
    frame: (data, isBinary) => void frames.push([data.toString(), isBinary]),
    closed: (ending) => closed.resolve(ending),
  });
  closing.push(() => line.terminate());
  return { line, heard, frames, opened: opened.promise, closed: closed.promise };
}

test('texts and bytes go out and come in', async () => {
  const { line, frames, opened } = listen((await startEcho()).url);
  await opened;
  expect(await line.send('核销')).toBe(true);
  expect(await line.send(Buffer.from('bytes'))).toBe(true);
  await expect
    .poll(() => frames)
    .toEqual([
      ['核销', false],
      ['bytes', true],
    ]);
});

test('pings and pongs are something heard', async () => {
  const { server, url } = await startEcho();
  const { line, heard, opened } = listen(url);
  await opened;
  line.ping();
  await expect.poll(() => heard.length).toBe(1);
  for (const client of server.clients) client.ping();
  await expect.poll(() => heard.length).toBe(2);
});

test.each([
  [401, 'refused'],
  [403, 'refused'],
  [429, 'rate-limited'],
  [503, 'unreachable'],
])('a handshake refused with %i is %s', async (status, reason) => {
  const { url, host } = await startEcho(status);
  const ending = await listen(url).closed;
  expect(ending).toMatchObject({ reason, detail: `${host} refused the handshake with status ${status}` });
  expect(ending.remedy === null).toBe(reason !== 'refused');
});

test('a platform may say more of a handshake that it refuses', async () => {
  const heard: unknown[] = [];
  const { url } = await startEcho(403);
  const said: Ending = { reason: 'refused', detail: 'not published', remedy: 'publish it', notBeforeMs: 60_000 };
  const { closed } = listen(url, null, (status, headers) => {
    heard.push(status, headers.connection);
    return said;
  });
  expect(await closed).toEqual(said);
  expect(heard).toEqual([403, 'close']);
});

test('a port on which nothing listens cannot be reached', async () => {
  const server = createTcpServer();
  const port = await portOf(server);
  server.close();
  expect(await listen(`ws://127.0.0.1:${port}`).closed).toEqual({
    reason: 'unreachable',
    detail: `127.0.0.1:${port}: ECONNREFUSED`,
    remedy: null,
  });
});

test('a handshake that hangs can be given up', async () => {
  const server = createTcpServer((socket) => void closing.push(() => socket.destroy()));
  const { line, closed } = listen(`ws://127.0.0.1:${await portOf(server)}`);
  await once(server, 'connection');
  line.terminate();
  expect(await closed).toMatchObject({ reason: 'unreachable' });
});

test('the other end closes, or is gone', async () => {
  const { server, url, host } = await startEcho();
  const one = listen(url);
  await one.opened;
  for (const client of server.clients) client.close(1001, 'card 9140');
  expect(await one.closed).toEqual({ reason: 'closed', detail: `${host} closed it with code 1001`, remedy: null });
  expect(await one.line.send('too late')).toBe(false);
  const two = listen(url);
  await two.opened;
  for (const client of server.clients) client.terminate();
  expect(await two.closed).toMatchObject({ reason: 'closed' });
});

test('a frame that is too large ends the connection', async () => {
  const { url } = await startEcho();
  const { line, closed, opened, frames } = listen(url);
  await opened;
  await line.send('x'.repeat(1024 * 1024 + 1));
  expect(await closed).toMatchObject({ reason: 'closed' });
  expect(frames).toEqual([]);
});

test('a close is polite', async () => {
  const { server, url } = await startEcho();
  const { line, closed, opened } = listen(url);
  await opened;
  const code = Promise.withResolvers<number>();
  for (const client of server.clients) client.on('close', (said) => code.resolve(said));
  line.close();
  await closed;
  expect(await code.promise).toBe(1000);
});

test.each(['ws://gateway.example/', 'http://gateway.example/', 'nonsense'])('%s is not opened', (url) => {
  expect(() => createOpenLine(null)(url, NO_EARS)).toThrow();
});
const NO_EARS = {
  opened: () => undefined,
  refused: () => null,
  heard: () => undefined,
  frame: () => undefined,
  closed: () => undefined,
};

test('an encrypted connection goes through the proxy of the environment, one to this machine does not', async () => {
  const usual = getCACertificates('default');
  setDefaultCACertificates([TLS.cert]);
  closing.push(() => setDefaultCACertificates(usual));
  const https = createServer(TLS);
  const echo = new WebSocketServer({ server: https });
  echo.on('connection', (peer) => {
    closing.push(() => peer.terminate());
    peer.on('message', (data, binary) => peer.send(data, { binary }));
  });
  const tunnel = await startTunnel(await portOf(https));
  closing.push(() => tunnel.close());
  const proxy = { url: `http://user:word@${tunnel.host}`, except: '0.0.0.0' };

  const far = listen('wss://gateway.example:8443/?ticket=a-secret-ticket', proxy);
  await far.opened;
  await far.line.send('through');
  await expect.poll(() => far.frames).toEqual([['through', false]]);
  expect(tunnel.asked).toEqual(['gateway.example:8443 Basic dXNlcjp3b3Jk']);

  const near = listen((await startEcho()).url, proxy);
  await near.opened;
  // This machine too, by a name that does not say so.
  expect(await listen('wss://0.0.0.0:1/', proxy).closed).toMatchObject({ detail: '0.0.0.0:1: ECONNREFUSED' });
  expect(tunnel.asked).toHaveLength(1);
});

test('a proxy that refuses is no open connection', async () => {
  const tunnel = await startTunnel(1);
  closing.push(() => tunnel.close());
  const ending = await listen('wss://gateway.example/', { url: `http://${tunnel.host}`, except: '' }).closed;
  expect(ending).toMatchObject({ reason: 'unreachable', remedy: null });
});
