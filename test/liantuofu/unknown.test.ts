import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Vendor } from '../../src/redemption/ports.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { REQUEST, respond, SUCCESS, vendorAt, wire, type Behaviour, type Wire } from './wire.ts';

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
  const consumeTooLong = async (server: Wire, vendor: Vendor, time: VirtualTime) => {
    const consuming = vendor.consume(REQUEST);
    await expect.poll(() => server.requests).toHaveLength(1);
    await time.pass(10_000);
    return consuming;
  };

  test('none at all', async () => {
    const server = await wire({});
    const time = new VirtualTime();
    expect(await consumeTooLong(server, vendorAt(server.url, { time }), time)).toEqual(TIMEOUT);
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
    const time = new VirtualTime();
    expect(await consumeTooLong(server, vendorAt(server.url, { time }), time)).toEqual(TIMEOUT);
  });

  test('an answer that comes later is not taken for that of the next call', async () => {
    let answerFirst = (): void => undefined;
    const server = await wire({
      onRequest(socket, nth) {
        if (nth === 1) answerFirst = () => respond(socket, SUCCESS);
        else respond(socket, '{"code":"FAILED","msg":"次卡已过期"}');
      },
    });
    const time = new VirtualTime();
    const vendor = vendorAt(server.url, { time });
    expect(await consumeTooLong(server, vendor, time)).toEqual(TIMEOUT);
    answerFirst();
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

describe('a vendor that makes little of connections', () => {
  const consume = (nth: number) => ({ ...REQUEST, remark: `R-${nth}` });
  /** However slow this machine is, no caller is turned away. */
  const PATIENT = { timeoutMs: 30_000, maxQueueMs: 15_000, connectTimeoutMs: 15_000 };
  const REFUSED = '{"code":"FAILED","msg":"次卡已过期"}';

  /** Says yes to every other request, going by its remark, as `consume` numbers them. */
  const answerTo = (body: string): string =>
    Number(new URLSearchParams(body).get('remark')?.slice(2)) % 2 === 0 ? SUCCESS : REFUSED;
  const stateOf = (nth: number) => (nth % 2 === 0 ? 'succeeded' : 'refused');

  test.each(['end', 'destroy', 'resetAndDestroy'] as const)(
    'it closes by %s behind each answer, a little later',
    async (close) => {
      const server = await wire({
        onRequest(socket, nth) {
          respond(socket, SUCCESS);
          setTimeout(() => socket[close](), nth % 4);
        },
      });
      const vendor = vendorAt(server.url, PATIENT);
      for (let nth = 0; nth < 60; nth += 1) {
        expect((await vendor.consume(consume(nth))).state).toBe('succeeded');
        await new Promise((resolve) => setTimeout(resolve, nth % 5));
      }
      const atOnce = Array.from({ length: 300 }, (_, nth) => vendor.consume(consume(nth)));
      const states = new Set((await Promise.all(atOnce)).map(({ state }) => state));
      expect([...states]).toEqual(['succeeded']);
      expect(server.requests).toHaveLength(360);
    },
  );

  test.each(['end', 'destroy', 'resetAndDestroy'] as const)('it closes by %s behind each look', async (close) => {
    const server = await wire({
      onRequest(socket, nth) {
        respond(socket, '{"suplusTimes":8}');
        setTimeout(() => socket[close](), nth % 4);
      },
    });
    const vendor = vendorAt(server.url, { ...PATIENT, maxLooks: 8 });
    const kinds = new Set<string>();
    for (let nth = 0; nth < 60; nth += 1) {
      kinds.add((await vendor.detail(REQUEST.card, { timeoutMs: 30_000 })).kind);
      await new Promise((resolve) => setTimeout(resolve, nth % 5));
    }
    const atOnce = Array.from({ length: 32 }, () => vendor.detail(REQUEST.card, { timeoutMs: 30_000 }));
    for (const { kind } of await Promise.all(atOnce)) kinds.add(kind);
    expect([...kinds]).toEqual(['found']);
    expect(server.requests).toHaveLength(92);
  });

  test('it closes instead of answering the second request of a connection', async () => {
    const served = new Set<Socket>();
    const server = await wire({
      onRequest(socket) {
        if (served.has(socket)) socket.destroy();
        else respond(socket, SUCCESS);
        served.add(socket);
      },
    });
    const vendor = vendorAt(server.url, PATIENT);
    for (let nth = 0; nth < 3; nth += 1) {
      expect((await vendor.consume(consume(nth))).state).toBe('succeeded');
      // A connection is free again one turn of the event loop after its answer.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(server.requests).toHaveLength(3);
  });

  test('it answers twice, the second time when the next request has just arrived', async () => {
    const last = new Map<Socket, string>();
    const server = await wire({
      onRequest(socket) {
        const stray = last.get(socket);
        if (stray !== undefined) respond(socket, stray);
        const answer = answerTo(server.requests.at(-1)?.body ?? '');
        last.set(socket, answer);
        respond(socket, answer);
      },
    });
    const vendor = vendorAt(server.url, PATIENT);
    for (let nth = 0; nth < 4; nth += 1) {
      expect((await vendor.consume(consume(nth))).state).toBe(stateOf(nth));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

  test('it answers twice, the second time a little later', async () => {
    const server = await wire({
      onRequest(socket, nth) {
        const answer = answerTo(server.requests.at(-1)?.body ?? '');
        respond(socket, answer);
        setTimeout(() => respond(socket, answer), nth % 4);
      },
    });
    const vendor = vendorAt(server.url, PATIENT);
    for (let nth = 0; nth < 60; nth += 1) {
      expect((await vendor.consume(consume(nth))).state).toBe(stateOf(nth));
      await new Promise((resolve) => setTimeout(resolve, nth % 3));
    }
    const atOnce = Array.from({ length: 300 }, (_, nth) => vendor.consume(consume(nth)));
    expect((await Promise.all(atOnce)).map(({ state }) => state)).toEqual(atOnce.map((_, nth) => stateOf(nth)));
  });

  test('it refuses a look twice, the second time when a consume has just arrived', async () => {
    const last = new Map<Socket, string>();
    const server = await wire({
      onRequest(socket) {
        const stray = last.get(socket);
        if (stray !== undefined) respond(socket, stray);
        const answer = server.requests.at(-1)?.line.includes('Consume') === true ? SUCCESS : REFUSED;
        last.set(socket, answer);
        respond(socket, answer);
      },
    });
    const vendor = vendorAt(server.url, PATIENT);
    expect((await vendor.detail(REQUEST.card, { timeoutMs: 10_000 })).kind).toBe('refused');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await vendor.consume(REQUEST)).state).toBe('succeeded');
    expect(server.connections()).toBe(2);
  });
});
