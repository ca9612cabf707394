import { expect, test, vi } from 'vitest';
import { createAvailability, type Unheard } from '../../src/liantuofu/availability.ts';
import type { CardLook } from '../../src/redemption/card.ts';
import { realTime } from '../../src/time/real.ts';
import { respond, vendorAt, wire } from './wire.ts';

const CARD = '914095353294404024';
const UNAVAILABLE: CardLook = { kind: 'unavailable' };
const QUICK = { timeoutMs: 1_000 };
const TEN_MINUTES = 10 * 60_000;
const no = (msg: string) => JSON.stringify({ code: 'FAILED', msg });
const NO_CARD = no('次卡不存在');

/**
 * A vendor whose answer to a look depends on the card, with or without a status; null: none at all. Its client's clock is
 * moved by hand.
 */
async function shop(answer: (card: string) => string | readonly [status: number, body: string] | null) {
  const looked: string[] = [];
  const server = await wire({
    onRequest(socket) {
      const card = new URLSearchParams(server.requests.at(-1)?.body).get('cardNo') ?? '';
      looked.push(card);
      const said = answer(card);
      if (said === null) return;
      const [status, body] = typeof said === 'string' ? [200, said] : said;
      respond(socket, body, {
        status: `${status} Whatever`,
        headers: [`content-length: ${Buffer.byteLength(body)}`],
      });
    },
  });
  const clock = { ms: 0 };
  const log = { warn: vi.fn(), error: vi.fn() };
  const paused: Unheard[] = [];
  const results: string[] = [];
  const vendor = vendorAt(server.url, {
    // What is awaited is real; only how long a pause lasts is not.
    time: { ...realTime, monotonic: () => clock.ms },
    log,
    onLook: (result) => results.push(result),
    onLooksPaused: (why) => paused.push(why),
  });
  return {
    clock,
    log,
    paused,
    results,
    looked,
    vendor,
    look: (card = CARD, options: object = {}) => vendor.detail(card, { ...QUICK, ...options }),
  };
}

const shown = (remaining = 8) => JSON.stringify({ suplusTimes: remaining });

test('cards that do not exist, however many people type, stop no looks', async () => {
  const { look, paused, vendor, log, looked } = await shop((card) => (card === CARD ? shown() : NO_CARD));
  for (let nth = 0; nth < 30; nth += 1) {
    expect(await look(`4000000000${10 + nth}`, { insist: nth % 2 === 0 })).toMatchObject({ kind: 'refused' });
  }
  expect(await look()).toMatchObject({ kind: 'found' });
  expect(looked).toHaveLength(31);
  expect(paused).toEqual([]);
  expect(vendor.problems()).toEqual([]);
  expect(log.warn).not.toHaveBeenCalled();
});

test.each(['动态码已失效', '该卡无权限在此门店核销', '无权限查看该次卡', '会员未授权', '剩余次数不足', '系统繁忙', ''])(
  'nor does a vendor who says %j of them',
  async (msg) => {
    const { look, paused } = await shop(() => no(msg));
    for (let nth = 0; nth < 12; nth += 1) await look();
    expect(paused).toEqual([]);
    expect(await look()).toMatchObject({ kind: 'refused' });
  },
);

test.each([
  ['无接口权限', 'permission', 'userTimesCardDetail'],
  ['接口未授权', 'permission', 'LIANTUOFU_CARD_DETAIL'],
  ['没有权限', 'permission', 'LIANTUOFU_APP_ID'],
  ['签名错误', 'signature', 'LIANTUOFU_KEY'],
  ['商户不存在', 'app', 'LIANTUOFU_APP_ID'],
])('a merchant who is told %j is left alone for ten minutes, which is logged and shown', async (msg, why, remedy) => {
  let body = no(msg);
  const { look, paused, looked, vendor, log, clock, results } = await shop(() => body);
  for (let nth = 0; nth < 3; nth += 1) await look();
  await expect.poll(() => paused).toEqual([why]);
  for (let nth = 0; nth < 5; nth += 1) expect(await look()).toEqual(UNAVAILABLE);
  expect(looked).toHaveLength(3);
  expect(vendor.problems().filter((problem) => problem.detail.includes('cards are not looked at'))).toHaveLength(1);
  expect(JSON.stringify(vendor.problems())).toContain(remedy);
  expect(log.warn).toHaveBeenCalledWith(expect.objectContaining({ why }), expect.anything());

  // Then one try, and each pause is logged.
  clock.ms += TEN_MINUTES;
  await look();
  await expect.poll(() => paused).toEqual([why, why]);
  expect(await look()).toEqual(UNAVAILABLE);
  expect(looked).toHaveLength(4);
  expect(log.warn).toHaveBeenCalledTimes(2);

  // A person who wants to know is not told to wait; what they find out holds for all.
  body = shown();
  expect(await look(CARD, { insist: true })).toMatchObject({ kind: 'found' });
  expect(await look()).toMatchObject({ kind: 'found' });
  expect(vendor.problems()).toEqual([]);
  expect(results.slice(-2)).toEqual(['found', 'found']);
});

test('an endpoint that is not there is noticed at once', async () => {
  const { look, paused, looked } = await shop(() => [404, '<h1>404</h1>']);
  expect(await look()).toEqual({ kind: 'missing' });
  await expect.poll(() => paused).toEqual(['missing']);
  expect(await look()).toEqual(UNAVAILABLE);
  expect(looked).toHaveLength(1);
});

test.each([
  ['a card of which the vendor says that no look is allowed', () => no('无接口权限')],
  ['a card at which the vendor answers 403', () => [403, 'no'] as const],
  ['a card at which the vendor stumbles', () => [500, 'oops'] as const],
])('%s is that card’s alone, as long as another one is shown', async (_name, oddly) => {
  const odd = '914095353294415135';
  const { look, paused, looked } = await shop((card) => (card === odd ? oddly() : shown()));
  await look();
  for (let nth = 0; nth < 12; nth += 1) await look(odd, { insist: true });
  // A look in doubt is followed by one at the card that was found before.
  await expect.poll(() => looked.filter((card) => card === CARD).length).toBeGreaterThan(1);
  expect(paused).toEqual([]);
  expect(await look()).toMatchObject({ kind: 'found' });
});

test('a card that is slow to be shown slows down its own redemption only', async () => {
  const { look, paused } = await shop((card) => (card === CARD ? shown() : null));
  for (let nth = 0; nth < 6; nth += 1) expect(await look('914095353294416247', { timeoutMs: 30 })).toEqual(UNAVAILABLE);
  expect(await look()).toMatchObject({ kind: 'found' });
  for (let nth = 0; nth < 6; nth += 1) expect(await look('914095353294416247', { timeoutMs: 30 })).toEqual(UNAVAILABLE);
  expect(paused).toEqual([]);
  expect(await look()).toMatchObject({ kind: 'found' });
});

test('a vendor who has shown cards and then is out of order is left alone for a minute', async () => {
  let up = true;
  const { look, paused, clock, vendor } = await shop(() => (up ? shown() : [502, 'Bad Gateway']));
  await look();
  up = false;
  for (let nth = 0; nth < 5; nth += 1) await look();
  await expect.poll(() => paused).toEqual(['silence']);
  expect(JSON.stringify(vendor.problems())).toContain('does not answer in time');
  up = true;
  expect(await look()).toEqual(UNAVAILABLE);
  clock.ms += 60_000;
  expect(await look()).toMatchObject({ kind: 'found' });
  expect(vendor.problems()).toEqual([]);
});

test('a vendor who cannot be reached is left alone for a minute', async () => {
  const paused: Unheard[] = [];
  const vendor = vendorAt('http://127.0.0.1:1', { onLooksPaused: (why) => paused.push(why) });
  for (let nth = 0; nth < 5; nth += 1) await vendor.detail(CARD, QUICK);
  await expect.poll(() => paused).toEqual(['unreachable']);
});

test.each([
  ['permission', 3],
  ['missing', 1],
  ['silence', 5],
] as const)('patience with %s ends after %i in a row, with no answer between them', (what, limit) => {
  const availability = createAvailability({ now: () => 0, onPause: () => undefined });
  const times = (count: number) => Array.from({ length: count }, () => availability.heard(what));
  expect(times(limit - 1)).not.toContain(true);
  availability.heard('answer');
  expect(times(limit - 1)).not.toContain(true);
  expect(times(1)).toEqual([true]);
});
