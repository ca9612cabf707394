import { describe, expect, test } from 'vitest';
import { REQUEST, respond, SUCCESS, vendorAt, wire, type Behaviour } from './wire.ts';

const LOST = { state: 'unknown', reason: 'connection-lost' };
const UNCLEAR = { state: 'unknown', reason: 'unclear-answer' };
const TIMEOUT = { state: 'unknown', reason: 'timeout' };

const answering = (body: string, head?: Parameters<typeof respond>[2]): Behaviour => ({
  onRequest: (socket) => respond(socket, body, head),
});

describe('the connection is lost', () => {
  test('reset before anything of the request was read', async () => {
    const server = await wire({
      onConnection(socket) {
        socket.pause();
        setTimeout(() => socket.resetAndDestroy(), 50);
      },
    });
    expect(await vendorAt(server.url).consume(REQUEST)).toEqual(LOST);
    expect(server.requests).toEqual([]);
    expect(server.connections()).toBe(1);
  });

  test('reset at once after accepting: never called done, never tried again on its own', async () => {
    const server = await wire({ onConnection: (socket) => socket.resetAndDestroy() });
    const outcome = await vendorAt(server.url).consume(REQUEST);
    // Whether writing had begun by then is up to the kernel; both answers are true.
    expect([LOST, { state: 'unsent', reason: 'no-connection' }]).toContainEqual(outcome);
    expect(server.connections()).toBe(1);
    expect(server.bytes()).toBe(0);
  });

  test('reset while the body is being sent', async () => {
    const server = await wire({ onBytes: (socket) => socket.resetAndDestroy() });
    const request = { ...REQUEST, remark: 'x'.repeat(8 * 1024 * 1024) };
    expect(await vendorAt(server.url).consume(request)).toEqual(LOST);
    expect(server.bytes()).toBeGreaterThan(0);
    expect(server.requests).toEqual([]);
    expect(server.connections()).toBe(1);
  });

  test('reset after the body was sent', async () => {
    const server = await wire({ onRequest: (socket) => socket.resetAndDestroy() });
    expect(await vendorAt(server.url).consume(REQUEST)).toEqual(LOST);
    expect(server.requests).toHaveLength(1);
  });

  test('closed in good manners, but without an answer', async () => {
    const server = await wire({ onRequest: (socket) => socket.end() });
    expect(await vendorAt(server.url).consume(REQUEST)).toEqual(LOST);
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['shorter than its content-length', [`content-length: ${SUCCESS.length + 100}`]],
    ['chunked without an end', ['transfer-encoding: chunked']],
  ])('answer %s', async (_name, headers) => {
    const body = headers[0]?.startsWith('transfer') === true ? `5\r\n${SUCCESS.slice(0, 5)}\r\n` : SUCCESS;
    const server = await wire({
      onRequest(socket) {
        respond(socket, body, { headers });
        socket.end();
      },
    });
    expect(await vendorAt(server.url).consume(REQUEST)).toEqual(LOST);
    expect(server.requests).toHaveLength(1);
  });
});

describe('no answer in time', () => {
  test('none at all', async () => {
    const server = await wire({});
    const vendor = vendorAt(server.url, { timeoutMs: 150 });
    expect(await vendor.consume(REQUEST)).toEqual(TIMEOUT);
    expect(server.requests).toHaveLength(1);
  });

  test('one that trickles in byte by byte', async () => {
    const server = await wire({
      onRequest(socket) {
        respond(socket, '', { headers: ['content-length: 1000'] });
        const trickle = setInterval(() => socket.write(' '), 20);
        socket.on('close', () => clearInterval(trickle));
      },
    });
    expect(await vendorAt(server.url, { timeoutMs: 300 }).consume(REQUEST)).toEqual(TIMEOUT);
  });

  test('an answer that comes later is not taken for that of the next call', async () => {
    const server = await wire({
      onRequest(socket, nth) {
        if (nth === 1) setTimeout(() => respond(socket, SUCCESS), 300);
        else respond(socket, '{"code":"FAILED","msg":"次卡已过期"}');
      },
    });
    const vendor = vendorAt(server.url, { timeoutMs: 150 });
    expect(await vendor.consume(REQUEST)).toEqual(TIMEOUT);
    expect(await vendor.consume(REQUEST)).toEqual({ state: 'refused', vendorMsg: '次卡已过期' });
    expect(server.connections()).toBe(2);
  });
});

describe('an answer that says neither yes nor no', () => {
  test.each([
    ['500 with a SUCCESS body', SUCCESS, { status: '500 Internal Server Error' }],
    ['a redirect', '', { status: '302 Found', headers: ['location: /elsewhere', 'content-length: 0'] }],
    ['HTML', '<html>502 Bad Gateway</html>', { headers: ['content-type: text/html', 'content-length: 28'] }],
    ['truncated JSON', SUCCESS.slice(0, 20), {}],
    ['an unknown code', '{"code":"PROCESSING"}', {}],
    ['no code', '{"msg":"成功"}', {}],
    ['nothing at all', '', {}],
  ])('%s', async (_name, body, head) => {
    const server = await wire(answering(body, head));
    expect(await vendorAt(server.url).consume(REQUEST)).toEqual(UNCLEAR);
    expect(server.requests).toHaveLength(1);
  });

  test('something that is not HTTP', async () => {
    const server = await wire({ onRequest: (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n') });
    expect(await vendorAt(server.url).consume(REQUEST)).toEqual(UNCLEAR);
  });

  test.each([
    ['announced', (length: number) => [`content-length: ${length}`]],
    ['unannounced', () => ['connection: close']],
  ])('more than 64 KiB, %s: the rest is not read', async (_name, headers) => {
    const body = SUCCESS + ' '.repeat(64 * 1024);
    const closed = Promise.withResolvers<undefined>();
    const server = await wire({
      onRequest(socket) {
        socket.on('close', () => closed.resolve(undefined));
        respond(socket, body, { headers: headers(Buffer.byteLength(body)) });
      },
    });
    expect(await vendorAt(server.url).consume(REQUEST)).toEqual(UNCLEAR);
    await closed.promise;
  });
});

describe('a kept-alive connection that the server is just closing', () => {
  test('closed on the arrival of the second request: unknown, and not sent again', async () => {
    const server = await wire({
      onRequest(socket, nth) {
        if (nth === 1) respond(socket, SUCCESS);
        else socket.destroy();
      },
    });
    const vendor = vendorAt(server.url);
    expect((await vendor.consume(REQUEST)).state).toBe('succeeded');
    // A connection is free again one turn of the event loop after its answer.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await vendor.consume(REQUEST)).toEqual(LOST);
    expect(server.requests).toHaveLength(2);
    expect(server.connections()).toBe(1);
  });

  test.each(['end', 'resetAndDestroy'] as const)(
    'closed by %s at about the same moment: one request at most for each call, and no false success',
    async (close) => {
      const server = await wire({
        onRequest(socket, nth) {
          respond(socket, SUCCESS);
          setTimeout(() => socket[close](), nth % 4);
        },
      });
      const vendor = vendorAt(server.url);
      for (let call = 0; call < 60; call += 1) {
        const before = server.requests.length;
        const { state } = await vendor.consume({ ...REQUEST, remark: `R-${call}` });
        const sent = server.requests.slice(before);
        expect(sent.length).toBeLessThanOrEqual(1);
        if (state === 'succeeded') expect(new URLSearchParams(sent[0]?.body).get('remark')).toBe(`R-${call}`);
        if (state === 'unsent') expect(sent).toEqual([]);
        await new Promise((resolve) => setTimeout(resolve, call % 5));
      }
    },
  );
});
