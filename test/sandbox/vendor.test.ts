import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sign } from '../../src/liantuofu/sign.ts';
import type { ConsumeRequest, Vendor } from '../../src/redemption/ports.ts';
import { SANDBOX_CARDS, type CardManner, type SandboxCard } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor, type SimulatedVendorOptions } from '../../src/sandbox/vendor.ts';
import { KEY, vendorAt } from '../liantuofu/wire.ts';

const APP_ID = 'EW_N5946005323';
const CONSUME = '/open/timescard/userTimesCardConsume';
const FORM = 'application/x-www-form-urlencoded; charset=utf-8';
const PLAIN = card((candidate) => candidate.manner === 'normal').card;

const PARAMS = {
  appId: APP_ID,
  random: '83920174',
  remark: '张三 R-1',
  consumeSource: '1',
  cardNo: PLAIN,
  count: '2',
  consumeMerchantCode: 'EW_N2949193145',
  consumeEmployeeId: '11',
};

describe('the cards on the list', () => {
  test('are 18 digits each and told apart by their last four', () => {
    for (const { card: number } of SANDBOX_CARDS) expect(number).toMatch(/^\d{18}$/);
    expect(new Set(SANDBOX_CARDS.map(({ card: number }) => number.slice(-4))).size).toBe(SANDBOX_CARDS.length);
  });

  test('a normal card is booked once, with everything that was sent', async () => {
    const { simulator, vendor } = await start({ now: () => 1_700_000_000_000 });
    expect(await vendor.consume(request(PLAIN))).toEqual({ state: 'succeeded', vendorMsg: '成功' });
    expect(simulator.books.consumptions).toEqual([
      {
        card: PLAIN,
        count: 2,
        remark: 'R-1',
        store: 'EW_N2949193145',
        employeeId: 11,
        at: 1_700_000_000_000,
      },
    ]);
    expect(simulator.books.balance(PLAIN)).toBe(18);
  });

  test.each([
    ['expired', card(({ expired }) => expired).card, '次卡已过期'],
    ['with too few times left', card(({ balance }) => balance === 1).card, '剩余次数不足'],
    ['unknown', '000000000000000000', '次卡不存在'],
  ])('a card that is %s is refused and nothing is booked', async (_name, number, vendorMsg) => {
    const { simulator, vendor } = await start();
    expect(await vendor.consume(request(number))).toEqual({ state: 'refused', vendorMsg });
    expect(simulator.books.consumptions).toEqual([]);
    expect(simulator.books.calls).toMatchObject([{ refused: vendorMsg, params: { cardNo: number } }]);
  });

  test('a dynamic code stands for its card, once a minute', async () => {
    let time = 1_000_000;
    const { simulator, vendor } = await start({ now: () => time });
    const { card: number, dynamicCode } = card((candidate) => candidate.dynamicCode !== null);
    const byCode = request(dynamicCode ?? '');

    expect((await vendor.consume(byCode)).state).toBe('succeeded');
    expect(simulator.books.balance(number)).toBe(18);
    expect(await vendor.consume(byCode)).toEqual({ state: 'refused', vendorMsg: '动态码已失效' });
    time += 60_000;
    expect((await vendor.consume(byCode)).state).toBe('succeeded');
    expect(simulator.books.consumptions.map((consumption) => consumption.card)).toEqual([number, number]);
  });

  test.each<[CardManner, number, object]>([
    ['slow', 1, { state: 'succeeded', vendorMsg: '成功' }],
    ['silent', 1, { state: 'unknown', reason: 'timeout' }],
    ['reset-after', 1, { state: 'unknown', reason: 'connection-lost' }],
    ['reset-before', 0, { state: 'unknown', reason: 'connection-lost' }],
    ['html-500', 1, { state: 'unknown', reason: 'unclear-answer' }],
    ['truncated', 1, { state: 'unknown', reason: 'unclear-answer' }],
    ['odd-code', 1, { state: 'unknown', reason: 'unclear-answer' }],
  ])('a %s card books %i and looks like this from outside', async (manner, booked, outcome) => {
    const { simulator, vendor } = await start({ slowMs: 50 }, manner === 'silent' ? 200 : 5000);
    const misbehaving = card((candidate) => candidate.manner === manner);
    expect(await vendor.consume(request(misbehaving.card))).toEqual(outcome);
    expect(simulator.books.consumptions).toHaveLength(booked);
    expect(simulator.books.balance(misbehaving.card)).toBe(20 - 2 * booked);
    expect(simulator.books.calls).toHaveLength(1);
  });

  test('can be added and replaced while it runs', async () => {
    const { simulator, vendor } = await start({ cards: [] });
    const added: SandboxCard = { ...card(({ manner }) => manner === 'normal'), balance: 2 };
    simulator.books.setCard(added);
    expect((await vendor.consume(request(added.card))).state).toBe('succeeded');
    expect((await vendor.consume(request(added.card))).state).toBe('refused');
    simulator.books.setCard(added);
    expect((await vendor.consume(request(added.card))).state).toBe('succeeded');
  });
});

describe('a look at a card', () => {
  const DETAIL = '/open/timescard/userTimesCardDetail';
  const look = async (simulator: SimulatedVendor, params: Record<string, string>): Promise<unknown> => {
    const init = { method: 'POST', headers: { 'content-type': FORM }, body: signed(params).toString() };
    return (await fetch(simulator.url + DETAIL, init)).json();
  };
  const asking = (cardNo: string) => ({ appId: APP_ID, random: '1', cardNo });

  test('shows the card as it is, without a code, and takes nothing off it', async () => {
    const { simulator, vendor } = await start();
    expect(await look(simulator, asking(PLAIN))).toMatchObject({ cardNo: PLAIN, suplusTimes: 20 });
    await vendor.consume(request(PLAIN));
    const seen = await look(simulator, asking(PLAIN));
    expect(seen).toMatchObject({ suplusTimes: 18 });
    expect(seen).not.toHaveProperty('code');
    expect(simulator.books.looks).toEqual([PLAIN, PLAIN]);
    expect(simulator.books.calls).toHaveLength(1);
  });

  test('by a dynamic code shows the card behind it', async () => {
    const { simulator } = await start();
    const { card: number, dynamicCode } = card((candidate) => candidate.dynamicCode !== null);
    expect(await look(simulator, asking(dynamicCode ?? ''))).toMatchObject({ cardNo: number });
  });

  test.each([
    ['a card that does not exist', asking('000000000000000000'), '次卡不存在'],
    ['a card that this merchant may not see', asking(card(({ detail }) => detail === 'denied').card), '无接口权限'],
    ['no card', { appId: APP_ID, random: '1' }, '参数错误:cardNo'],
    ['letters in random', { ...asking(PLAIN), random: 'x1' }, '参数错误:random'],
    ['another merchant', { ...asking(PLAIN), appId: 'EW_N1' }, '商户不存在'],
  ])('with %s is refused', async (_name, params, msg) => {
    const { simulator } = await start();
    expect(await look(simulator, params)).toEqual({ code: 'FAILED', msg });
  });

  test('with a wrong signature is refused', async () => {
    const { simulator } = await start();
    const body = new URLSearchParams({ ...asking(PLAIN), sign: 'f'.repeat(32) });
    const response = await fetch(simulator.url + DETAIL, { method: 'POST', body });
    expect(await response.json()).toEqual({ code: 'FAILED', msg: '签名错误' });
  });
});

describe('a request', () => {
  test('may be a form post or a query', async () => {
    const { simulator } = await start();
    expect(await post(simulator, signed(PARAMS))).toEqual({ code: 'SUCCESS', msg: '成功' });
    const response = await fetch(`${simulator.url}${CONSUME}?${signed(PARAMS).toString()}`);
    expect(await response.json()).toEqual({ code: 'SUCCESS', msg: '成功' });
    expect(simulator.books.balance(PLAIN)).toBe(16);
  });

  const without = (name: keyof typeof PARAMS) =>
    Object.fromEntries(Object.entries(PARAMS).filter(([given]) => given !== name));
  test.each<[string, Record<string, string>, string]>([
    ['of another merchant', { ...PARAMS, appId: 'EW_N1' }, '商户不存在'],
    ['with letters in random', { ...PARAMS, random: 'liantuo123' }, '参数错误:random'],
    ['without random', without('random'), '参数错误:random'],
    ['with an unknown source', { ...PARAMS, consumeSource: '3' }, '参数错误:consumeSource'],
    ['without a card', without('cardNo'), '参数错误:cardNo'],
    ['for nothing', { ...PARAMS, count: '0' }, '参数错误:count'],
    ['for half a time', { ...PARAMS, count: '0.5' }, '参数错误:count'],
    ['without a count', without('count'), '参数错误:count'],
    ['for a store of odd shape', { ...PARAMS, consumeMerchantCode: '人民路店' }, '参数错误:consumeMerchantCode'],
    ['without a store', without('consumeMerchantCode'), '参数错误:consumeMerchantCode'],
    ['by an employee without a number', { ...PARAMS, consumeEmployeeId: '张三' }, '参数错误:consumeEmployeeId'],
    ['with an empty parameter', { ...PARAMS, remark: '' }, '空参数不应传递:remark'],
  ])('%s is refused', async (_name, params, msg) => {
    const { simulator } = await start();
    expect(await post(simulator, signed(params))).toEqual({ code: 'FAILED', msg });
    expect(simulator.books.consumptions).toEqual([]);
  });

  test.each([
    ['wrong', 'f'.repeat(32)],
    ['in capitals', sign(PARAMS, KEY).toUpperCase()],
    ['made with another key', sign(PARAMS, 'another')],
    ['of another length', 'abc'],
  ])('whose signature is %s is refused', async (_name, signature) => {
    const { simulator } = await start();
    const form = new URLSearchParams({ ...PARAMS, sign: signature });
    expect(await post(simulator, form)).toEqual({ code: 'FAILED', msg: '签名错误' });
  });

  test('with a parameter given twice is refused', async () => {
    const { simulator } = await start();
    const form = signed(PARAMS);
    form.append('count', '2');
    expect(await post(simulator, form)).toEqual({ code: 'FAILED', msg: '参数重复:count' });
  });

  test('in another content type is refused', async () => {
    const { simulator } = await start();
    expect(await post(simulator, signed(PARAMS), 'application/json')).toEqual({ code: 'FAILED', msg: '请求格式错误' });
  });

  test('over 64 KiB gets 413, one for another path 404', async () => {
    const { simulator } = await start();
    const body = new URLSearchParams({ remark: 'x'.repeat(65 * 1024) });
    expect((await fetch(simulator.url + CONSUME, { method: 'POST', body })).status).toBe(413);
    expect((await fetch(`${simulator.url}/open/timescard/other`, { method: 'POST', body: '' })).status).toBe(404);
  });
});

test('runs as a process of its own, whose books can be read over HTTP', async () => {
  const main = fileURLToPath(new URL('../../src/sandbox/vendor-main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '--port', '0', '--app-id', APP_ID, '--key', KEY], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };

  expect((await vendorAt(url).consume(request(PLAIN))).state).toBe('succeeded');
  const books: unknown = await (await fetch(`${url}/__books`)).json();
  expect(books).toMatchObject({
    consumptions: [{ card: PLAIN, count: 2, remark: 'R-1', store: 'EW_N2949193145', employeeId: 11 }],
    calls: [{ refused: null }],
    balances: { [PLAIN]: 18 },
  });

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

async function start(
  options: Partial<SimulatedVendorOptions> = {},
  timeoutMs = 5000,
): Promise<{ simulator: SimulatedVendor; vendor: Vendor }> {
  const simulator = await startSimulatedVendor({ appId: APP_ID, key: KEY, ...options });
  onTestFinished(() => simulator.close());
  return { simulator, vendor: vendorAt(simulator.url, { timeoutMs }) };
}

function request(number: string): ConsumeRequest {
  return { card: number, count: 2, remark: 'R-1', storeCode: 'EW_N2949193145', employeeId: 11 };
}

function signed(params: Record<string, string>): URLSearchParams {
  return new URLSearchParams({ ...params, sign: sign(params, KEY) });
}

async function post(simulator: SimulatedVendor, form: URLSearchParams, type = FORM): Promise<unknown> {
  const init = { method: 'POST', headers: { 'content-type': type }, body: form.toString() };
  return (await fetch(simulator.url + CONSUME, init)).json();
}

function card(matches: (candidate: SandboxCard) => boolean): SandboxCard {
  const found = SANDBOX_CARDS.find(matches);
  if (found === undefined) throw new Error('no such card on the list');
  return found;
}
