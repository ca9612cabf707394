import { afterAll, beforeAll, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { sayInDingtalk, sayToApp, sayToBot, type Heard } from '../support/chats.ts';
import { makeShop, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

const MINUTE_MS = 60_000;
const YEARS_MS = 10 * 365 * 24 * 60 * MINUTE_MS;
const LINE = `核销 ${SANDBOX_CARDS[0]?.card ?? ''} 1`;

let vendor: SimulatedVendor;
let shop: Awaited<ReturnType<typeof makeShop>>;
let service: RunningService;
beforeAll(async () => {
  vendor = await startSimulatedVendor(VENDOR);
  shop = await makeShop(vendor.url);
  service = await startServiceProcess(shop.env);
});
afterAll(async () => {
  await service.end('SIGTERM');
  await vendor.close();
  await shop.clear();
});

let serial = 0;
const id = () => String(++serial);
type Say = (content: string, messageId: string, at?: number) => Promise<Heard>;
const sayApp: Say = (content, messageId, at) => sayToApp(service.url, { content, messageId }, undefined, at);
const sayBot: Say = (content, messageId, at) => sayToBot(service.url, { content, messageId }, undefined, at);
const sayDingtalk: Say = (content, msgId, at) => sayInDingtalk(service.url, content, { msgId }, undefined, at);

const STALE: readonly [string, Say, number][] = [
  ['app, 31 minutes ago', sayApp, -31 * MINUTE_MS],
  ['app, 10 years ago', sayApp, -YEARS_MS],
  ['app, in 31 minutes', sayApp, 31 * MINUTE_MS],
  ['app, in 10 years', sayApp, YEARS_MS],
  ['AI bot, 31 minutes ago', sayBot, -31 * MINUTE_MS],
  ['AI bot, in 10 years', sayBot, YEARS_MS],
  ['DingTalk, 45 minutes ago', sayDingtalk, -45 * MINUTE_MS],
  ['DingTalk, in 45 minutes', sayDingtalk, 45 * MINUTE_MS],
];

test.each(STALE)('a message that is not on record and not of now is not carried out: %s', async (_, say, off) => {
  const calls = vendor.books.calls.length;
  const messageId = id();
  expect((await say(LINE, messageId, Date.now() + off)).text).toMatch(/^未提交：这是一条旧消息，或者服务器时间不对/u);
  // Also not when it is delivered again with another time.
  expect((await say(LINE, messageId)).text).toContain('未提交');
  expect((await say('绑定 11 人民路店 张三', id(), Date.now() + off)).text).toMatch(/^未提交：/u);
  expect(vendor.books.calls).toHaveLength(calls);
  expect(service.lines.join('\n')).toMatch(/"notNow":"stale","signedAt":"[^"]+","now":"/u);
});

test('one that was seen in time gets its reply, whenever it is delivered again', async () => {
  const messageId = id();
  const { text } = await sayApp(LINE, messageId);
  expect(text).toContain('核销成功');
  const consumed = vendor.books.consumptions.length;
  expect((await sayApp(LINE, messageId, Date.now() - YEARS_MS)).text).toBe(text);
  expect(vendor.books.consumptions).toHaveLength(consumed);
});

test('a clock that is off by less than half an hour is none of our business', async () => {
  expect((await sayApp(LINE, id(), Date.now() - 29 * MINUTE_MS)).text).not.toContain('旧消息');
  expect((await sayApp(LINE, id(), Date.now() + 29 * MINUTE_MS)).text).not.toContain('旧消息');
});
