import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { readDetail } from '../../src/liantuofu/detail.ts';
import { sign } from '../../src/liantuofu/sign.ts';
import type { CardLook } from '../../src/redemption/card.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { KEY, REQUEST, respond, SUCCESS, vendorAt, wire } from './wire.ts';

const CARD = '914095353294404024';
const BODY = {
  cardNo: CARD,
  cardName: '洗车次卡',
  subTitle: '全店通用',
  suplusTimes: 8,
  endDate: '2026-12-31 23:59:59',
  memberName: '王小明',
  memberMobile: '13812341234',
  logo: 'https://example.com/logo.png',
};
const DETAIL = {
  card: CARD,
  name: '洗车次卡',
  remaining: 8,
  validUntil: '2026-12-31',
  memberName: '王小明',
  memberPhone: '13812341234',
};
const FOUND: CardLook = { kind: 'found', detail: DETAIL };
const UNAVAILABLE: CardLook = { kind: 'unavailable' };
const QUICK = { timeoutMs: 1_000 };

const read = (body: unknown, status = 200) =>
  readDetail(status, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

describe('an answer with a detail', () => {
  test.each([
    ['has no code, as the vendor’s own client knows it', BODY, DETAIL],
    ['has a code', { code: 'SUCCESS', msg: '成功', ...BODY }, DETAIL],
    ['counts in text', { ...BODY, suplusTimes: '8' }, DETAIL],
    ['counts to nothing', { ...BODY, suplusTimes: 0 }, { ...DETAIL, remaining: 0 }],
    ['has no last day', { ...BODY, endDate: '1970-01-01 00:00:00' }, { ...DETAIL, validUntil: null }],
    ['has a day only', { ...BODY, endDate: '2026-12-31' }, DETAIL],
    [
      'has nothing but the times',
      { suplusTimes: 8 },
      { card: null, name: null, remaining: 8, validUntil: null, memberName: null, memberPhone: null },
    ],
    [
      'has odd fields beside them',
      { ...BODY, cardNo: '9140 9535', cardName: 7, endDate: '永久', memberName: ' ', memberMobile: null },
      { card: null, name: null, remaining: 8, validUntil: null, memberName: null, memberPhone: null },
    ],
  ])('%s', (_name, body, detail) => {
    expect(read(body)).toEqual({ kind: 'found', detail });
  });

  test.each([
    '9140****4024',
    '9140XXXXXX4024',
    '914095353294xxxx',
    'XXX095353294404024',
    '9140xXx94024',
    '9140**XX4024',
  ])('masks the number as %s: that is not another one', (cardNo) => {
    expect(read({ ...BODY, cardNo })).toEqual({ kind: 'found', detail: { ...DETAIL, card: null } });
  });

  test.each(['9140XX94024', 'X140953532944040', 'AB12CD34'])('has a number with letters, %s', (cardNo) => {
    expect(read({ ...BODY, cardNo })).toEqual({ kind: 'found', detail: { ...DETAIL, card: cardNo } });
  });
});

describe('an answer without one', () => {
  test.each([
    ['a refusal', { code: 'FAILED', msg: '次卡不存在' }, { kind: 'refused', vendorMsg: '次卡不存在' }],
    ['a refusal with times in it', { code: 'FAILED', suplusTimes: 3 }, { kind: 'refused', vendorMsg: null }],
    ['another code', { ...BODY, code: 'PROCESSING' }, UNAVAILABLE],
    ['no times', { ...BODY, suplusTimes: null }, UNAVAILABLE],
    ['half a time', { ...BODY, suplusTimes: 0.5 }, UNAVAILABLE],
    ['less than nothing', { ...BODY, suplusTimes: -1 }, UNAVAILABLE],
    ['the answer to a consume', SUCCESS, UNAVAILABLE],
    ['a page', '<h1>Welcome</h1>', UNAVAILABLE],
    ['half of it', JSON.stringify(BODY).slice(0, 40), UNAVAILABLE],
    ['null', 'null', UNAVAILABLE],
  ])('%s', (_name, body, look) => {
    expect(read(body)).toEqual(look);
  });

  test.each([401, 403, 404, 405, 410, 501])('status %i: there is no such endpoint', (status) => {
    expect(read(BODY, status)).toEqual({ kind: 'missing' });
  });

  test.each([201, 302, 500, 502])('status %i says nothing', (status) => {
    expect(read(BODY, status)).toEqual(UNAVAILABLE);
  });
});

describe('a look', () => {
  test('is a form post that verifies, with nothing in it but the card', async () => {
    const server = await wire({ onRequest: (socket) => respond(socket, JSON.stringify(BODY)) });
    expect(await vendorAt(`${server.url}/mirror`).detail('286104937502', QUICK)).toEqual(FOUND);
    expect(server.requests[0]?.line).toBe('POST /mirror/open/timescard/userTimesCardDetail HTTP/1.1');
    const { sign: signature, ...params } = Object.fromEntries(new URLSearchParams(server.requests[0]?.body));
    expect(signature).toBe(sign(params, KEY));
    expect(params).toEqual({ appId: 'EW_N5946005323', random: params['random'], cardNo: '286104937502' });
    expect(params['random']).toMatch(/^\d+$/);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['hangs', () => undefined],
    ['stops half-way', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"suplusTimes"')],
  ])('at a vendor that %s comes to nothing, in time', async (_name, onRequest) => {
    const server = await wire({ onRequest });
    const time = new VirtualTime();
    const look = vendorAt(server.url, { time }).detail(CARD, { timeoutMs: 1_000 });
    await expect.poll(() => server.requests).toHaveLength(1);
    await time.pass(1_000);
    expect(await look).toEqual(UNAVAILABLE);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['cuts the connection', (socket) => socket.resetAndDestroy()],
    ['talks nonsense', (socket) => socket.write('SSH-2.0-OpenSSH\r\n\r\n')],
    ['never stops', (socket) => respond(socket, ' '.repeat(70_000) + JSON.stringify(BODY))],
  ])('at a vendor that %s comes to nothing at once', async (_name, onRequest) => {
    const server = await wire({ onRequest });
    const look = vendorAt(server.url, { time: new VirtualTime() }).detail(CARD, { timeoutMs: 1_000 });
    expect(await look).toEqual(UNAVAILABLE);
    expect(server.requests).toHaveLength(1);
  });

  test('at a vendor that is not there comes to nothing', async () => {
    expect(await vendorAt('http://127.0.0.1:1').detail(CARD, QUICK)).toEqual(UNAVAILABLE);
  });

  test('never takes the place of a redemption, nor does a redemption wait behind it', async () => {
    const server = await wire({
      onRequest: (socket) => {
        if (server.requests.at(-1)?.line.includes('Consume') === true) respond(socket, SUCCESS);
      },
    });
    const time = new VirtualTime();
    const vendor = vendorAt(server.url, { maxConcurrent: 1, maxLooks: 2, time });
    const looks = Array.from({ length: 5 }, () => vendor.detail(CARD, { timeoutMs: 1_000 }));
    await expect.poll(() => server.requests).toHaveLength(2);
    expect(await vendor.consume(REQUEST)).toMatchObject({ state: 'succeeded' });
    await time.pass(1_000);
    for (const look of looks) expect(await look).toEqual(UNAVAILABLE);
    // A caller that got no place in a third of the time went on without.
    expect(server.requests).toHaveLength(3);
  });

  test('is not begun without time left, which says nothing about the endpoint', async () => {
    const server = await wire({ onRequest: (socket) => respond(socket, JSON.stringify(BODY)) });
    const results: string[] = [];
    const vendor = vendorAt(server.url, { onLook: (result) => results.push(result) });
    for (const timeoutMs of [0, -1, -1_000, 0, 0])
      expect(await vendor.detail(CARD, { timeoutMs })).toEqual(UNAVAILABLE);
    expect(server.connections()).toBe(0);
    expect(await vendor.detail(CARD, QUICK)).toEqual(FOUND);
    expect(results).toEqual(['busy', 'busy', 'busy', 'busy', 'busy', 'found']);
  });

  test('is not begun any more after a pause of the process while it waited', async () => {
    const held: Socket[] = [];
    const server = await wire({ onRequest: (socket) => held.push(socket) });
    const results: string[] = [];
    const time = new VirtualTime();
    const vendor = vendorAt(server.url, { maxLooks: 1, time, onLook: (result) => results.push(result) });
    const running = vendor.detail(CARD, QUICK);
    const waiting = vendor.detail(CARD, QUICK);
    await expect.poll(() => held).toHaveLength(1);
    time.sleepMachine(60_000);
    for (const socket of held) respond(socket, JSON.stringify(BODY));
    expect(await running).toEqual(FOUND);
    expect(await waiting).toEqual(UNAVAILABLE);
    expect(results.toSorted()).toEqual(['busy', 'found']);
    expect(server.requests).toHaveLength(1);
  });

  test('ends when the time that it is given says so', async () => {
    const server = await wire({});
    const time = new VirtualTime();
    const look = vendorAt(server.url, { time }).detail(CARD, { timeoutMs: 3_600_000 });
    await expect.poll(() => server.requests).toHaveLength(1);
    await time.pass(3_600_000);
    expect(await look).toEqual(UNAVAILABLE);
  });

  test('is not begun any more when the client closes, and the running one ends first', async () => {
    const server = await wire({ onRequest: (socket) => setTimeout(() => respond(socket, JSON.stringify(BODY)), 50) });
    const vendor = vendorAt(server.url);
    const running = vendor.detail(CARD, QUICK);
    await expect.poll(() => server.requests).toHaveLength(1);
    const closed = vendor.close();
    expect(await vendor.detail(CARD, QUICK)).toEqual(UNAVAILABLE);
    expect(await running).toEqual(FOUND);
    await closed;
  });
});
