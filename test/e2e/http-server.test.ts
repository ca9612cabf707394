import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBody } from '../../src/transports/webhook/body.ts';
import { startHttp, type HttpServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';

const log = createLog({ level: 'silent' });
let server: HttpServer;
beforeEach(async () => {
  server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    log,
    addRoutes(router) {
      router.post('/echo', async (ctx) => {
        ctx.body = await readBody(ctx.req, 10);
      });
      router.get('/slow', async (ctx) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        ctx.body = 'done';
      });
    },
  });
});
afterEach(() => server.close(1_000));

const open = () => connect(Number(new URL(server.url).port), '127.0.0.1');

describe('a sender that is slow on purpose', () => {
  test('is cut off: without headers, without a word, without the body that was promised', async () => {
    const said = [
      'POST /echo HTTP/1.1\r\nHost: x\r\nX-Slow: ',
      '',
      'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab',
    ];
    await Promise.all(
      said.map(async (words) => {
        const socket = open();
        socket.on('error', () => undefined);
        socket.write(words);
        socket.resume();
        await once(socket, 'close');
      }),
    );
  });

  test('does not keep the service from stopping', async () => {
    const socket = open();
    socket.on('error', () => undefined);
    socket.write('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server.close(200);
    server = await startHttp({ host: '127.0.0.1', port: 0, addRoutes: () => undefined, log });
  });
});

test.each([
  ['a target that is no address', 'GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a chunk that has no size', 'POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n'],
  ['a body that ends early', 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab'],
  ['no HTTP at all', 'GARBAGE\r\n\r\n'],
])('%s is refused, and no error of the service', async (_name, words) => {
  const heard: { readonly level: string; readonly msg: string }[] = [];
  const own = await startHttp({
    host: '127.0.0.1',
    port: 0,
    log: createLog({ level: 'info', destination: { write: (line) => void heard.push(JSON.parse(line) as never) } }),
    addRoutes: (router) =>
      router.post('/echo', async (ctx) => {
        ctx.body = await readBody(ctx.req, 10).catch(() => 'gone');
      }),
  });
  const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
  socket.end(words);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /u);
  await own.close(1_000);
  expect(heard.filter(({ level }) => level !== 'info')).toEqual([]);
});

test('a sender that hangs up half-way harms no other', async () => {
  const socket = open();
  await once(socket, 'connect');
  socket.write('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab');
  socket.resetAndDestroy();
  const answer = await fetch(`${server.url}/echo`, { method: 'POST', body: '核销' });
  expect(await answer.text()).toBe('核销');
});

test('closing lets a running request end, on a connection that wants to live on', async () => {
  const answer = fetch(`${server.url}/slow`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const closed = server.close(5_000);
  expect(await (await answer).text()).toBe('done');
  await closed;
  await expect(fetch(`${server.url}/slow`)).rejects.toThrow();
  server = await startHttp({ host: '127.0.0.1', port: 0, addRoutes: () => undefined, log });
});

test('a port that is taken is said so at the start', async () => {
  const port = Number(new URL(server.url).port);
  await expect(startHttp({ host: '127.0.0.1', port, addRoutes: () => undefined, log })).rejects.toThrow('EADDRINUSE');
});
