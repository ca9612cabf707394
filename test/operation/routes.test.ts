import { request as ask } from 'node:http';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { connect } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMayLookInside, isInside } from '../../src/operation/insiders.ts';
import { addOperationRoutes } from '../../src/operation/routes.ts';
import { startHttp, type HttpServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/operation/metrics.ts';
import type { BotSeen } from '../../src/operation/bots.ts';
import type { Problem } from '../../src/problem.ts';

const TOKEN = 'a-token-that-nobody-guesses';
const MAPPING: Problem = { what: 'mapping', since: '2026-11-23T04:05:06.000Z', detail: 'line 9 is wrong' };
const BOT: BotSeen = {
  channel: 'wecom-app',
  name: '/wecom/app',
  by: 'callbacks',
  up: null,
  lastMessageAt: 1764216000000,
};
const FULL: Problem = { what: 'ledger', since: '2026-11-23T04:05:06.000Z', detail: 'database or disk is full' };

let obstacles: Problem[];
let server: HttpServer;
beforeEach(async () => {
  obstacles = [];
  const condition = { obstacles: async () => obstacles, problems: () => [MAPPING] };
  const metrics = createMetrics();
  server = await startHttp({
    host: '0.0.0.0',
    port: 0,
    log: createLog({ level: 'silent' }),
    addRoutes: (router) =>
      addOperationRoutes(router, {
        ...{ metrics, condition },
        seenBots: () => [BOT],
        mayLookInside: createMayLookInside(TOKEN),
      }),
  });
});
afterEach(() => server.close(1_000));

async function get(path: string, headers: Record<string, string> = {}, host = '127.0.0.1') {
  const asking = ask({ host, port: new URL(server.url).port, path, headers });
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

describe('/readyz', () => {
  test('is 200 while messages are accepted, and names what else there is to look after', async () => {
    const body = JSON.stringify({ ready: true, problems: [MAPPING], bots: [BOT] });
    expect(await get('/readyz')).toEqual({ status: 200, body });
  });

  test('is 503 with the reason when they are not', async () => {
    obstacles = [FULL];
    const body = JSON.stringify({ ready: false, problems: [FULL, MAPPING], bots: [BOT] });
    expect(await get('/readyz')).toEqual({ status: 503, body });
  });

  test('tells those outside no more than that', async () => {
    const outside = { 'x-forwarded-for': '127.0.0.1' };
    expect(await get('/readyz', outside)).toEqual({ status: 200, body: '{"ready":true}' });
    obstacles = [FULL];
    expect(await get('/readyz', outside)).toEqual({ status: 503, body: '{"ready":false}' });
    expect((await get('/readyz', { ...outside, authorization: `Bearer ${TOKEN}` })).body).toContain('disk is full');
  });
});

describe('/metrics', () => {
  test('is for this machine', async () => {
    expect(await get('/metrics')).toMatchObject({
      status: 200,
      body: expect.stringContaining('redemptions_total') as string,
    });
  });

  test.each([
    'Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'X-Forwarded-Host',
    'X-Real-IP',
    'X-Client-IP',
    'X-Original-URI',
    'CF-Connecting-IP',
    'True-Client-IP',
    'Fastly-Client-IP',
    'Ali-CDN-Real-IP',
    'Via',
  ])('refuses a request that a proxy has handed on (%s), with any value of the header', async (name) => {
    for (const value of ['127.0.0.1', '10.0.0.1', '', 'for=127.0.0.1', '8.8.8.8'])
      expect(await get('/metrics', { [name]: value })).toEqual({ status: 403, body: '' });
    expect(await get('/metrics', { [name]: 'x', authorization: `bearer ${TOKEN}` })).toMatchObject({ status: 200 });
  });

  test.each(['redeem.example.com', 'redeem.example.com:443', '127.0.0.1.example.com', 'localhost.example.com:3000'])(
    'refuses a request that comes through a tunnel to this machine as %j',
    async (host) => {
      expect((await get('/metrics', { host })).status).toBe(403);
      expect((await get('/metrics', { host, authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    },
  );

  test.each(['localhost', 'LOCALHOST:3000', '127.0.0.1:3000', '[::1]:3000', '0.0.0.0:3000', hostname()])(
    'is for this machine, as which it goes by %s',
    async (host) => {
      expect((await get('/metrics', { host })).status).toBe(200);
    },
  );

  test('refuses a request that a proxy hands on without a word, as nginx does unless it is told otherwise', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('GET /metrics HTTP/1.0\r\nHost: 127.0.0.1:3000\r\nConnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /u);
  });

  test.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer null',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    `Bearer ${TOKEN.toUpperCase()}`,
    `Bearer ${TOKEN} ${TOKEN}`,
    `Basic ${Buffer.from(`:${TOKEN}`).toString('base64')}`,
    TOKEN,
  ])('refuses a request from outside that shows %j', async (authorization) => {
    expect((await get('/metrics', { authorization, via: 'x' })).status).toBe(403);
    expect((await get(`/metrics?token=${TOKEN}`, { via: 'x' })).status).toBe(403);
  });

  test('refuses requests from outside where there is no token', () => {
    const request = (authorization: string) =>
      ({ headers: { authorization }, socket: { remoteAddress: '203.0.113.7' } }) as unknown as IncomingMessage;
    const mayLookInside = createMayLookInside(null);
    for (const shown of ['Bearer null', 'Bearer undefined', 'Bearer ', ''])
      expect(mayLookInside(request(shown))).toBe(false);
  });

  test('goes by the address of the connection, also of one that is not the loopback', async (context) => {
    const own = Object.values(networkInterfaces())
      .flat()
      .find((each) => each !== undefined && !each.internal && each.family === 'IPv4')?.address;
    if (own === undefined) return context.skip('this machine has no other address');
    expect((await get('/metrics', {}, own)).status).toBe(isInside(own) ? 200 : 403);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:7f00:1', true],
  ['10.1.2.3', true],
  ['::ffff:10.1.2.3', true],
  ['172.16.0.1', true],
  ['172.31.255.255', true],
  ['192.168.1.1', true],
  ['169.254.10.10', true],
  ['fe80::1%eth0', true],
  ['fd12:3456::1', true],
  ['172.15.255.255', false],
  ['172.32.0.1', false],
  ['11.0.0.1', false],
  ['192.169.0.1', false],
  ['100.64.0.1', false],
  ['203.0.113.7', false],
  ['::ffff:203.0.113.7', false],
  ['0.0.0.0', false],
  ['::', false],
  ['2001:db8::1', false],
  ['fec0::1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['::127.0.0.1', false],
  ['', false],
  ['localhost', false],
  [undefined, false],
])('%s is inside: %s', (address, inside) => {
  expect(isInside(address)).toBe(inside);
});
