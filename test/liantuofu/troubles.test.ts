import { describe, expect, test, vi } from 'vitest';
import { troubleIn, type Trouble } from '../../src/liantuofu/refusals.ts';
import type { MerchantTrouble } from '../../src/liantuofu/troubles.ts';
import { realTime } from '../../src/time/real.ts';
import { REQUEST, respond, SUCCESS, vendorAt, wire } from './wire.ts';

describe('what a refusal says about the merchant', () => {
  test.each<[Trouble | null, string[]]>([
    [
      'signature',
      [
        '签名错误',
        '验签失败',
        '签名不正确',
        '签名校验不通过',
        '无效的签名',
        '密钥错误',
        'sign error',
        'invalid signature',
        '参数错误:sign',
      ],
    ],
    [
      'app',
      [
        '商户不存在',
        '核心商户不存在',
        'appId错误',
        '无效的appId',
        'appId 不存在',
        '商户已停用',
        '商户已被禁用',
        '应用已禁用',
        '服务已到期',
        '参数错误:appId',
        'invalid merchant',
      ],
    ],
    [
      'permission',
      [
        '无接口权限',
        '没有权限',
        '权限不足',
        '无权访问',
        '接口未授权',
        '商户未开通次卡功能',
        '未开通次卡接口',
        'IP不在白名单',
        'permission denied',
        'Forbidden',
      ],
    ],
    [
      'store',
      [
        '门店不存在',
        '核销门店不存在',
        '门店不属于该商户',
        '门店已停用',
        '门店未绑定',
        '商户未绑定门店',
        'consumeMerchantCode无效',
      ],
    ],
    [
      null,
      [
        '剩余次数不足',
        '次卡不存在',
        '次卡已过期',
        '动态码已失效',
        '该次卡不支持在此门店核销',
        '不在适用门店范围',
        '无权限查看该次卡',
        '该员工没有核销权限',
        '员工不存在',
        '会员账号不存在',
        '用户已注销',
        '系统繁忙，请稍后再试',
        '参数错误:cardNo',
        '请会员签名后核销',
        '该卡已冻结',
        '',
        '成功',
      ],
    ],
  ])('%s', (trouble, sentences) => {
    for (const words of sentences) expect(`${words}: ${troubleIn(words)}`).toBe(`${words}: ${trouble}`);
  });

  test('nothing where there are no words', () => {
    expect(troubleIn(null)).toBeNull();
  });
});

/** A vendor that answers as it is told. */
async function shop() {
  const vendorSays = { body: SUCCESS, status: '200 OK' };
  const server = await wire({ onRequest: (socket) => respond(socket, vendorSays.body, answerHead()) });
  const answerHead = () => ({
    status: vendorSays.status,
    headers: [`content-length: ${Buffer.byteLength(vendorSays.body)}`],
  });
  const clock = { ms: 0 };
  const log = { warn: vi.fn(), error: vi.fn() };
  const told: MerchantTrouble[] = [];
  const lasted: number[] = [];
  const present: (readonly MerchantTrouble[])[] = [];
  const vendor = vendorAt(server.url, {
    time: { ...realTime, uptime: () => clock.ms },
    log,
    onTrouble: (trouble, forMs) => void (told.push(trouble), lasted.push(forMs)),
    onTroubles: (now) => present.push(now),
  });
  const refuse = (msg: string) =>
    Object.assign(vendorSays, { body: JSON.stringify({ code: 'FAILED', msg }), status: '200 OK' });
  const agree = () => Object.assign(vendorSays, { body: SUCCESS, status: '200 OK' });
  return { vendor, vendorSays, refuse, agree, clock, log, told, lasted, present };
}

test('a key that goes bad is an error with its remedy, once, until the next good answer', async () => {
  const { vendor, refuse, agree, log, told, present } = await shop();
  await vendor.consume(REQUEST);
  expect(vendor.problems()).toEqual([]);
  refuse('签名错误');
  for (let nth = 0; nth < 20; nth += 1) {
    expect(await vendor.consume(REQUEST)).toEqual({ state: 'refused', vendorMsg: '签名错误' });
  }
  expect(log.error).toHaveBeenCalledTimes(1);
  const [[said]] = log.error.mock.calls as [[{ remedy: string }]];
  expect(said).toMatchObject({ trouble: 'signature', vendorMsg: '签名错误' });
  expect(said.remedy).toContain('LIANTUOFU_KEY');
  expect(told).toEqual([{ trouble: 'signature', store: null }]);
  expect(vendor.problems()).toMatchObject([
    { what: 'vendor', detail: expect.stringContaining('LIANTUOFU_KEY') as string },
  ]);

  agree();
  await vendor.consume(REQUEST);
  expect(vendor.problems()).toEqual([]);
  expect(present.map(({ length }) => length)).toEqual([1, 0]);
  expect(log.warn).toHaveBeenCalledTimes(1);
});

test('one that is wrong from the start is found by the first look as well', async () => {
  const { vendor, refuse, told, log } = await shop();
  refuse('签名错误');
  await vendor.detail(REQUEST.card, { timeoutMs: 1_000 });
  expect(told).toEqual([{ trouble: 'signature', store: null }]);
  await vendor.consume(REQUEST);
  expect(log.error).toHaveBeenCalledTimes(1);
});

test('looks that were paused because of the key are made again as soon as a redemption shows that it is good', async () => {
  const { vendor, refuse, agree } = await shop();
  refuse('签名错误');
  for (let nth = 0; nth < 3; nth += 1) await vendor.detail(REQUEST.card, { timeoutMs: 1_000 });
  expect(vendor.problems()).toHaveLength(2);
  agree();
  await vendor.consume(REQUEST);
  expect(vendor.problems()).toEqual([]);
});

test('a refusal of a card shows that the key is good', async () => {
  const { vendor, refuse } = await shop();
  refuse('签名错误');
  await vendor.consume(REQUEST);
  refuse('剩余次数不足');
  await vendor.consume(REQUEST);
  expect(vendor.problems()).toEqual([]);
});

test('a store that the vendor does not know is shown until that store is served', async () => {
  const { vendor, refuse, agree } = await shop();
  refuse('门店不存在');
  await vendor.consume(REQUEST);
  expect(vendor.problems()).toMatchObject([
    { what: 'vendor', detail: expect.stringContaining(REQUEST.storeCode) as string },
  ]);
  agree();
  await vendor.consume({ ...REQUEST, storeCode: 'EW_N2' });
  await vendor.detail(REQUEST.card, { timeoutMs: 1_000 });
  expect(vendor.problems()).toHaveLength(1);
  await vendor.consume(REQUEST);
  expect(vendor.problems()).toEqual([]);
});

test.each([
  ['403 Forbidden', 'permission'],
  ['401 Unauthorized', 'permission'],
  ['404 Not Found', 'address'],
])('an answer of %s is one as well, though it says nothing of the redemption', async (status, trouble) => {
  const { vendor, vendorSays, told } = await shop();
  Object.assign(vendorSays, { status, body: '<h1>no</h1>' });
  expect(await vendor.consume(REQUEST)).toMatchObject({ state: 'unknown' });
  expect(told).toEqual([{ trouble, store: null }]);
  Object.assign(vendorSays, { status: '500 Oops' });
  await vendor.consume(REQUEST);
  expect(vendor.problems()).toHaveLength(1);
});

test('one that comes and goes is logged every ten minutes at most', async () => {
  const { vendor, refuse, agree, clock, log } = await shop();
  for (let nth = 0; nth < 6; nth += 1) {
    refuse('商户不存在');
    await vendor.consume(REQUEST);
    agree();
    await vendor.consume(REQUEST);
  }
  expect(log.error).toHaveBeenCalledTimes(1);
  clock.ms += 10 * 60_000;
  refuse('商户不存在');
  await vendor.consume(REQUEST);
  expect(log.error).toHaveBeenCalledTimes(2);
});

test('how long one has lasted is known, and when an answer last showed that it is not so', async () => {
  const { vendor, refuse, agree, clock, lasted } = await shop();
  const key = { trouble: 'signature', store: null } as const;
  const elsewhere = { trouble: 'store', store: 'EW_OTHER' } as const;
  expect(vendor.trouble(key)).toEqual({ forMs: null, refusedMsAgo: null, wellMsAgo: null });
  refuse('签名错误');
  await vendor.consume(REQUEST);
  clock.ms += 20 * 60_000;
  await vendor.consume(REQUEST);
  expect(lasted).toEqual([0, 20 * 60_000]);
  expect(vendor.trouble(key)).toEqual({ forMs: 20 * 60_000, refusedMsAgo: 0, wellMsAgo: null });
  agree();
  await vendor.consume(REQUEST);
  clock.ms += 1_000;
  expect(vendor.trouble(key)).toEqual({ forMs: null, refusedMsAgo: null, wellMsAgo: 1_000 });
  // Nothing was asked for that store.
  expect(vendor.trouble(elsewhere)).toEqual({ forMs: null, refusedMsAgo: null, wellMsAgo: null });
});
