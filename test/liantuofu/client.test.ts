import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Connections, Use } from '../../src/liantuofu/client.ts';
import { sign } from '../../src/liantuofu/sign.ts';
import { realTime } from '../../src/time/real.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { KEY, listen, REQUEST, respond, SUCCESS, vendorAt, wire } from './wire.ts';

const BUSY = { state: 'unsent', reason: 'busy' };
const STOPPING = { state: 'unsent', reason: 'stopping' };
const HOUR_MS = 3_600_000;

describe('one call', () => {
  test('is a form post that verifies, with digits for random', async () => {
    const server = await wire({ onRequest: (socket) => respond(socket, SUCCESS) });
    expect(await vendorAt(server.url).consume(REQUEST)).toEqual({ state: 'succeeded', vendorMsg: '成功' });

    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.line).toBe('POST /open/timescard/userTimesCardConsume HTTP/1.1');
    const { sign: signature, ...params } = Object.fromEntries(new URLSearchParams(server.requests[0]?.body));
    expect(signature).toBe(sign(params, KEY));
    expect(params['random']).toMatch(/^\d+$/);
    expect(params).toEqual({
      appId: 'EW_N5946005323',
      random: params['random'],
      remark: '张三 R-1',
      consumeSource: '1',
      cardNo: '914095353294404024',
      count: '2',
      consumeMerchantCode: 'EW_N2949193145',
      consumeEmployeeId: '11',
    });
  });

  test.each([
    ['', '/open/timescard/userTimesCardConsume'],
    ['/', '/open/timescard/userTimesCardConsume'],
    ['/mirror/v2', '/mirror/v2/open/timescard/userTimesCardConsume'],
    ['/mirror/v2/', '/mirror/v2/open/timescard/userTimesCardConsume'],
  ])('keeps the path prefix of the base URL: %j', async (prefix, path) => {
    const server = await wire({ onRequest: (socket) => respond(socket, SUCCESS) });
    await vendorAt(server.url + prefix).consume(REQUEST);
    expect(server.requests[0]?.line).toBe(`POST ${path} HTTP/1.1`);
  });

  test('believes the body, not the content type', async () => {
    const headers = ['content-type: text/html;charset=ISO-8859-1', `content-length: ${Buffer.byteLength(SUCCESS)}`];
    const server = await wire({ onRequest: (socket) => respond(socket, SUCCESS, { headers }) });
    expect(await vendorAt(server.url).consume(REQUEST)).toEqual({ state: 'succeeded', vendorMsg: '成功' });
  });

  test('waits for the real answer behind an early hint', async () => {
    const server = await wire({
      onRequest(socket) {
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n');
        respond(socket, SUCCESS);
      },
    });
    expect((await vendorAt(server.url).consume(REQUEST)).state).toBe('succeeded');
  });

  test('never rejects, even for a request that cannot be built', async () => {
    const server = await wire({});
    const broken = Object.defineProperty({ ...REQUEST }, 'card', {
      get() {
        throw new Error('no card');
      },
    });
    expect((await vendorAt(server.url).consume(broken)).state).toBe('unsent');
    expect(server.connections()).toBe(0);
  });

  test('keeps its outcome when the observer throws', async () => {
    const server = await wire({ onRequest: (socket) => respond(socket, SUCCESS) });
    const vendor = vendorAt(server.url, {
      onCall() {
        throw new Error('observer');
      },
    });
    expect((await vendor.consume(REQUEST)).state).toBe('succeeded');
  });

  test('is reported with outcome, cause and times, and logged without card, key or signature', async () => {
    const server = await wire({ onRequest: (socket) => respond(socket, 'oops', { status: '500 Oops' }) });
    const log = { warn: vi.fn(), error: vi.fn() };
    const vendor = vendorAt(server.url, { log, time: { ...realTime, monotonic: () => 1000 } });
    await vendor.consume(REQUEST);

    const times = { ms: 0, queuedMs: 0 };
    expect(vendor.calls).toEqual([
      { outcome: { state: 'unknown', reason: 'unclear-answer' }, cause: 'http-500', ...times },
    ]);
    const signature = new URLSearchParams(server.requests[0]?.body).get('sign') ?? '';
    const said = JSON.stringify([log.warn.mock.calls, log.error.mock.calls, vendor.calls]);
    expect(said).toContain('http-500');
    for (const secret of [REQUEST.card, KEY, signature]) expect(said).not.toContain(secret);
  });
});

describe('many calls', () => {
  test('64 at the vendor at once, the rest behind them, each sent once', async () => {
    const vendorSide = await holdingServer();
    const vendor = vendorAt(vendorSide.url, { timeoutMs: 60_000 });
    const calls = Array.from({ length: 100 }, () => vendor.consume(REQUEST));
    await expect.poll(() => vendorSide.held()).toBe(64);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(vendorSide.held()).toBe(64);

    vendorSide.release();
    const states = (await Promise.all(calls)).map(({ state }) => state);
    expect(states).toEqual(Array.from({ length: 100 }, () => 'succeeded'));
    expect(vendorSide.received()).toBe(100);
    expect(vendorSide.mostAtOnce()).toBe(64);
  });

  test('a full queue turns the next one away at once', async () => {
    const vendorSide = await holdingServer();
    const vendor = vendorAt(vendorSide.url, { maxConcurrent: 1, maxQueued: 2 });
    const calls = [1, 2, 3].map(() => vendor.consume(REQUEST));
    expect(await vendor.consume(REQUEST)).toEqual(BUSY);
    expect(vendor.calls[0]?.cause).toBe('queue-full');

    vendorSide.release();
    expect((await Promise.all(calls)).map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });

  test('one person’s twenty lines take turns with the one line of others, as the vendor sees it', async () => {
    const server = await wire({ onRequest: (socket) => respond(socket, SUCCESS) });
    const vendor = vendorAt(server.url, { maxConcurrent: 1, timeoutMs: 60_000 });
    const line = (user: string, nth: number) => {
      const request = { ...REQUEST, remark: `${user}${nth}` };
      return vendor.consume(request, { asker: { user, message: 1 } });
    };
    const mine = Array.from({ length: 20 }, (_, nth) => line('wecom:a', nth));
    const others = Array.from({ length: 10 }, (_, nth) => line(`wecom:other${nth}-`, 0));
    expect(vendor.linesBefore({ user: 'wecom:other9-', message: 1 })).toBe(10);
    expect(vendor.linesBefore({ user: 'wecom:a', message: 1 })).toBe(10);
    for (const call of await Promise.all([...mine, ...others])) expect(call.state).toBe('succeeded');
    const remarks = server.requests.map(({ body }) => new URLSearchParams(body).get('remark') ?? '');
    const own = Array.from({ length: 20 }, (_, nth) => `wecom:a${nth}`);
    const one = Array.from({ length: 10 }, (_, nth) => `wecom:other${nth}-0`);
    expect(remarks).toEqual([...own.slice(0, 2), ...one, ...own.slice(2)]);
    expect(vendor.linesBefore({ user: 'wecom:a', message: 1 })).toBeNull();
  });

  test('five hundred at once are all sent, each once, without one being turned away', async () => {
    const server = await wire({ onRequest: (socket) => respond(socket, SUCCESS) });
    const waiting: number[] = [];
    const onWaiting = (calls: number) => waiting.push(calls);
    const vendor = vendorAt(server.url, { timeoutMs: 60_000, onWaiting });
    const calls = Array.from({ length: 500 }, (_, nth) =>
      vendor.consume(REQUEST, { asker: { user: `wecom:${nth}`, message: nth } }),
    );
    for (const call of await Promise.all(calls)) expect(call.state).toBe('succeeded');
    expect(server.requests).toHaveLength(500);
    expect([Math.max(...waiting), waiting.at(-1)]).toEqual([436, 0]);
  });

  test('what stands against a call is asked when it has a place, and nothing is sent then', async () => {
    const vendorSide = await holdingServer();
    const vendor = vendorAt(vendorSide.url, { maxConcurrent: 1 });
    const running = vendor.consume(REQUEST);
    await expect.poll(() => vendorSide.held()).toBe(1);
    const obstacle = vi.fn(async () => 'storage' as const);
    const waiting = vendor.consume(REQUEST, { obstacle });
    expect(obstacle).not.toHaveBeenCalled();
    vendorSide.release();
    expect(await waiting).toEqual({ state: 'unsent', reason: 'storage' });
    expect((await running).state).toBe('succeeded');
    expect((await vendor.consume(REQUEST, { obstacle: () => null })).state).toBe('succeeded');
    expect(vendorSide.received()).toBe(2);
  });

  test('a call for which that cannot be said in time is not sent', async () => {
    const vendorSide = await holdingServer();
    const time = new VirtualTime();
    const vendor = vendorAt(vendorSide.url, { time, timeoutMs: 8_000 });
    const silent = vendor.consume(REQUEST, { obstacle: () => new Promise(() => undefined) });
    await time.pass(1_000);
    expect(await silent).toEqual({ state: 'unsent', reason: 'overdue' });
    expect(vendorSide.received()).toBe(0);
  });

  test('those that found no place in time are logged together, once a minute', async () => {
    const vendorSide = await holdingServer();
    const log = { warn: vi.fn(), error: vi.fn() };
    const time = new VirtualTime();
    const vendor = vendorAt(vendorSide.url, { maxConcurrent: 1, maxQueued: 1, timeoutMs: 4_000, time, log });
    const running = vendor.consume(REQUEST);
    const waiting = vendor.consume(REQUEST);
    for (let nth = 0; nth < 5; nth++) expect(await vendor.consume(REQUEST)).toEqual(BUSY);
    await expect.poll(() => vendorSide.held()).toBe(1);
    vendorSide.release();
    await running;
    await time.pass(60_000);
    expect((await waiting).state).toBe('succeeded');
    const said = 'calls were not sent: there was no place in time';
    expect(log.warn.mock.calls).toEqual([
      [{ 'queue-full': 1 }, said],
      [{ 'queue-full': 4 }, said],
    ]);
    await vendor.close();
    expect(time.waiting).toBe(0);
  });

  test('who waits too long is told busy, never sent late, and the queue moves on', async () => {
    const vendorSide = await holdingServer();
    const time = new VirtualTime();
    const vendor = vendorAt(vendorSide.url, { maxConcurrent: 1, timeoutMs: 1_500, time });
    const both = Promise.all([vendor.consume(REQUEST), vendor.consume(REQUEST)]);
    await expect.poll(() => vendorSide.held()).toBe(1);
    await time.pass(1_500);
    const [first, second] = await both;
    expect(first).toEqual({ state: 'unknown', reason: 'timeout' });
    expect(second).toEqual(BUSY);
    expect(vendor.calls.map(({ cause }) => cause)).toEqual(['queue-deadline', 'timeout']);

    vendorSide.release();
    expect((await vendor.consume(REQUEST)).state).toBe('succeeded');
    expect(vendorSide.received()).toBe(2);
  });
});

test('no more connections than places, although each call has one of its own', async () => {
  let open = 0;
  let most = 0;
  const connected = (message: unknown): void => {
    most = Math.max(most, (open += 1));
    (message as { socket: Socket }).socket.on('close', () => (open -= 1));
  };
  subscribe('undici:client:connected', connected);
  onTestFinished(() => void unsubscribe('undici:client:connected', connected));
  const server = await wire({ onRequest: (socket) => respond(socket, SUCCESS) });
  const vendor = vendorAt(server.url, { maxConcurrent: 8, timeoutMs: 30_000 });
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => vendor.consume(REQUEST)));
  expect(outcomes.every(({ state }) => state === 'succeeded')).toBe(true);
  expect(server.connections()).toBe(100);
  expect(most).toBe(8);
});

describe('time is the one that it is given', () => {
  test('who waits, and who is at the vendor, hears of the end of their time', async () => {
    const vendorSide = await holdingServer();
    const time = new VirtualTime();
    const vendor = vendorAt(vendorSide.url, { maxConcurrent: 1, time, timeoutMs: 4 * HOUR_MS });
    const running = vendor.consume(REQUEST);
    const waiting = vendor.consume(REQUEST);
    await expect.poll(() => vendorSide.held()).toBe(1);
    await time.pass(2 * HOUR_MS);
    expect(await waiting).toEqual(BUSY);
    await time.pass(2 * HOUR_MS);
    expect(await running).toEqual({ state: 'unknown', reason: 'timeout' });
    expect(vendor.calls).toMatchObject([{ ms: 2 * HOUR_MS, queuedMs: 2 * HOUR_MS }, { ms: 4 * HOUR_MS }]);
  });

  test.each([3_000, 60_000])('after a pause of %i ms no call that waited is sent any more', async (ms) => {
    const vendorSide = await holdingServer();
    const time = new VirtualTime();
    const vendor = vendorAt(vendorSide.url, { maxConcurrent: 1, time });
    const running = vendor.consume(REQUEST);
    const waiting = [vendor.consume(REQUEST), vendor.consume(REQUEST)];
    await expect.poll(() => vendorSide.held()).toBe(1);
    time.sleepMachine(ms);
    vendorSide.release();
    expect((await running).state).toBe('succeeded');
    expect(await Promise.all(waiting)).toEqual([BUSY, BUSY]);
    expect(vendor.calls.map(({ cause }) => cause)).toEqual(expect.arrayContaining(['queue-deadline']));
    expect((await vendor.consume(REQUEST)).state).toBe('succeeded');
    expect(vendorSide.received()).toBe(2);
  });
});

test('connections can come from elsewhere: for each use its own, and each is destroyed', async () => {
  const seen: string[] = [];
  const connect = (use: Use): Connections => ({
    dispatch({ path }, handler) {
      seen.push(`${use} ${path.slice(path.lastIndexOf('/') + 1)}`);
      const controller = { aborted: false, paused: false, reason: null, pause() {}, resume() {}, abort() {} };
      handler.onRequestStart?.(controller, {});
      handler.onResponseStart?.(controller, 200, {});
      handler.onResponseData?.(controller, Buffer.from(use === 'consume' ? SUCCESS : '{"suplusTimes":8}'));
      handler.onResponseEnd?.(controller, {});
      return true;
    },
    async destroy() {
      seen.push(`${use} destroyed`);
    },
  });
  const vendor = vendorAt('http://vendor.invalid', { connect });
  expect((await vendor.detail(REQUEST.card, { timeoutMs: 1_000 })).kind).toBe('found');
  expect((await vendor.consume(REQUEST)).state).toBe('succeeded');
  await vendor.close();
  expect(seen).toEqual([
    'look userTimesCardDetail',
    'consume userTimesCardConsume',
    'consume destroyed',
    'look destroyed',
  ]);
});

describe('close', () => {
  test('lets running calls finish, tells waiting and new ones that it is stopping, then closes the connections', async () => {
    const vendorSide = await holdingServer();
    const vendor = vendorAt(vendorSide.url, { maxConcurrent: 1 });
    const running = vendor.consume(REQUEST);
    const waiting = vendor.consume(REQUEST);
    await expect.poll(() => vendorSide.held()).toBe(1);

    const closed = vendor.close();
    expect(await waiting).toEqual(STOPPING);
    expect(await vendor.consume(REQUEST)).toEqual(STOPPING);
    vendorSide.release();
    expect((await running).state).toBe('succeeded');
    await closed;
    await vendor.close();
    await expect.poll(() => vendorSide.connections()).toBe(0);
    expect(vendorSide.received()).toBe(1);
  });
});

interface HoldingServer {
  readonly url: string;
  /** Requests that wait for their answer. */
  readonly held: () => number;
  readonly mostAtOnce: () => number;
  readonly received: () => number;
  /** Answers those that wait and, from now on, all at once. */
  readonly release: () => void;
  readonly connections: () => Promise<number>;
}

async function holdingServer(): Promise<HoldingServer> {
  const held = new Set<() => void>();
  let holding = true;
  let mostAtOnce = 0;
  let received = 0;
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      received += 1;
      const answer = (): void => {
        held.delete(answer);
        response.end(SUCCESS);
      };
      held.add(answer);
      mostAtOnce = Math.max(mostAtOnce, held.size);
      if (!holding) answer();
    });
  });
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${port}`,
    held: () => held.size,
    mostAtOnce: () => mostAtOnce,
    received: () => received,
    release() {
      holding = false;
      for (const answer of held) answer();
    },
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => {
          if (error === null) resolve(count);
          else reject(error);
        });
      }),
  };
}
