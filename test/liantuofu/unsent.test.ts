import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { VirtualTime } from '../support/virtual-time.ts';
import { listen, REQUEST, respond, SUCCESS, vendorAt, wire } from './wire.ts';

const NO_CONNECTION = { state: 'unsent', reason: 'no-connection' };
const OVERDUE = { state: 'unsent', reason: 'overdue' };

const cert = readFileSync(new URL('fixtures/self-signed.crt', import.meta.url), 'utf8');
const key = readFileSync(new URL('fixtures/self-signed.key', import.meta.url), 'utf8');

describe('a call that provably never left', () => {
  test('connection refused', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    const vendor = vendorAt(`http://127.0.0.1:${port}`);
    expect(await vendor.consume(REQUEST)).toEqual(NO_CONNECTION);
    expect(vendor.calls[0]?.cause).toBe('ECONNREFUSED');
  });

  test('name not found', async () => {
    const vendor = vendorAt('http://does-not-exist.invalid', { connectTimeoutMs: 1000 });
    expect(await vendor.consume(REQUEST)).toEqual(NO_CONNECTION);
  });

  test('connect time-out: the listener no longer answers', async () => {
    const port = await deafListener();
    const vendor = vendorAt(`http://127.0.0.1:${port}`, { connectTimeoutMs: 200 });
    expect(await vendor.consume(REQUEST)).toEqual(NO_CONNECTION);
    expect(vendor.calls[0]?.cause).toBe('UND_ERR_CONNECT_TIMEOUT');
  });

  test('https to a port that speaks plain http', async () => {
    const server = createHttpServer((_request, response) => response.end(SUCCESS));
    const port = await listen(server);
    onTestFinished(() => void server.close());
    expect(await vendorAt(`https://127.0.0.1:${port}`).consume(REQUEST)).toEqual(NO_CONNECTION);
  });

  test('a certificate that no authority vouches for', async () => {
    const { port, received } = await tlsServer();
    const vendor = vendorAt(`https://127.0.0.1:${port}`);
    expect(await vendor.consume(REQUEST)).toEqual(NO_CONNECTION);
    expect(vendor.calls[0]?.cause).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(received()).toBe('');
  });

  test('reset during the TLS handshake', async () => {
    const server = await wire({ onBytes: (socket) => socket.resetAndDestroy() });
    expect(await vendorAt(`https://127.0.0.1:${server.port}`).consume(REQUEST)).toEqual(NO_CONNECTION);
  });

  test('time is up while still connecting: the connection that comes after all carries nothing', async () => {
    trustFixture();
    const tls = await tlsServer();
    const front = createTcpServer({ pauseOnConnect: true });
    const arrival = once(front, 'connection') as Promise<[Socket]>;
    const vendor = vendorAt(`https://127.0.0.1:${await listen(front)}`, { timeoutMs: 150, connectTimeoutMs: 5000 });
    expect(await vendor.consume(REQUEST)).toEqual(NO_CONNECTION);
    expect(vendor.calls[0]?.cause).toBe('timeout');

    const connected = vi.fn();
    subscribe('undici:client:connected', connected);
    onTestFinished(() => void unsubscribe('undici:client:connected', connected));
    const [socket] = await arrival;
    front.close();
    const onward = connect(tls.port, '127.0.0.1').on('error', () => undefined);
    socket.on('error', () => undefined).on('close', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
    await once(socket, 'close');
    expect(connected).toHaveBeenCalledOnce();
    expect(tls.received()).toBe('');
  });
});

describe('a call that may not leave', () => {
  const no = () => false;
  const fail = () => {
    throw new Error('it cannot be known');
  };

  test.each([
    ['must not', no],
    ['may or may not, which cannot be known', fail],
  ])('any more when the connection is there, because it %s: no byte of it does', async (_name, last) => {
    const server = await wire({ onRequest: (socket) => respond(socket, SUCCESS) });
    const vendor = vendorAt(server.url, { maxConcurrent: 1 });
    const mayLeave = vi.fn<() => boolean>().mockReturnValueOnce(true).mockImplementationOnce(last);
    expect(await vendor.consume(REQUEST, { mayLeave })).toEqual(OVERDUE);
    expect(vendor.calls[0]?.cause).toBe('overdue');
    await expect.poll(() => [server.connections(), server.sockets.size]).toEqual([1, 0]);
    expect(server.bytes()).toBe(0);

    expect(await vendor.consume(REQUEST)).toMatchObject({ state: 'succeeded' });
  });

  test.each([
    ['must not', no],
    ['may or may not, which cannot be known', fail],
  ])('from the start, because it %s: no connection is made', async (_name, mayLeave) => {
    const server = await wire({});
    expect(await vendorAt(server.url).consume(REQUEST, { mayLeave })).toEqual(OVERDUE);
    expect(server.connections()).toBe(0);
  });

  test('any more when the handshake is over: no byte of it does', async () => {
    trustFixture();
    const { port, received } = await tlsServer();
    const mayLeave = vi.fn<() => boolean>().mockReturnValueOnce(true).mockReturnValue(false);
    expect(await vendorAt(`https://127.0.0.1:${port}`).consume(REQUEST, { mayLeave })).toEqual(OVERDUE);
    expect(received()).toBe('');
  });

  test('because the process was paused while it connected, and no timer has noticed yet', async () => {
    const server = await wire({ onRequest: (socket) => respond(socket, SUCCESS) });
    const time = new VirtualTime();
    const mayLeave = vi.fn(() => {
      time.sleepMachine(5_000);
      return true;
    });
    expect(await vendorAt(server.url, { time }).consume(REQUEST, { mayLeave })).toEqual(OVERDUE);
    expect(mayLeave).toHaveBeenCalledOnce();
    await expect.poll(() => [server.connections(), server.sockets.size]).toEqual([1, 0]);
    expect(server.bytes()).toBe(0);
  });
});

test('a call that may leave does, and was asked while nothing of it had left', async () => {
  const server = await wire({ onRequest: (socket) => respond(socket, SUCCESS) });
  const bytes: number[] = [];
  const mayLeave = () => bytes.push(server.bytes()) > 0;
  expect(await vendorAt(server.url).consume(REQUEST, { mayLeave })).toMatchObject({ state: 'succeeded' });
  expect(bytes).toEqual([0, 0]);
  expect(server.requests).toHaveLength(1);
});

test('over TLS with a trusted certificate the call succeeds', async () => {
  trustFixture();
  const { port, received } = await tlsServer();
  expect(await vendorAt(`https://127.0.0.1:${port}`).consume(REQUEST)).toEqual({
    state: 'succeeded',
    vendorMsg: '成功',
  });
  expect(received()).toContain('cardNo=914095353294404024');
});

/** A listener whose queue is full and stays full, so that the kernel drops every further handshake. */
async function deafListener(): Promise<number> {
  const worker = new Worker(
    `const { createServer } = require('node:net');
     const { parentPort } = require('node:worker_threads');
     const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const fillers: Socket[] = [];
  onTestFinished(async () => {
    for (const filler of fillers) filler.destroy();
    await worker.terminate();
  });
  const [port] = (await once(worker, 'message')) as [number];
  for (;;) {
    const filler = connect(port, '127.0.0.1').on('error', () => undefined);
    fillers.push(filler);
    const connected = await Promise.race([
      once(filler, 'connect').then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 300, false)),
    ]);
    if (!connected) return port;
  }
}

interface TlsWitness {
  readonly port: number;
  readonly received: () => string;
}

async function tlsServer(): Promise<TlsWitness> {
  let received = '';
  const sockets = new Set<Socket>();
  const server = createTlsServer({ cert, key }, (socket: TLSSocket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
      respond(socket, SUCCESS);
    });
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  const port = await listen(server);
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return { port, received: () => received };
}

function trustFixture(): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, cert]);
  onTestFinished(() => setDefaultCACertificates(before));
}
