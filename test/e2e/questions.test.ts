import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startService, type Service } from '../../src/service.ts';
import { sayToApp, sayToBot } from '../support/chats.ts';
import { makeShop, VENDOR } from '../support/service.ts';

// Several questions that wait for one person, around the real service and a simulated vendor.

const [A, B, C] = ['914095353294404024', '914095353294407358', '914095353294415135'] as const;

let vendor: SimulatedVendor;
let service: Service;
let clear: () => Promise<void>;
let serial = 0;
const newId = () => `81000000000000${++serial}`;

beforeEach(async () => {
  vendor = await startSimulatedVendor(VENDOR);
  const shop = await makeShop(vendor.url, { CONFIRM_COUNT_OVER: '5', CONFIRM_REPEAT_WITHIN_S: '120' });
  clear = shop.clear;
  const config = readConfig(shop.env);
  if (config.mode !== 'live') throw new Error('not live');
  service = await startService(config, { log: createLog({ level: 'silent' }) });
});
afterEach(async () => {
  await service.stop();
  await vendor.close();
  await clear();
});

async function say(content: string, messageId = newId()): Promise<string> {
  // The bot's Markdown has two blanks before the end of a line.
  return ((await sayToBot(service.url, { content, messageId })).text ?? '').replaceAll('  \n', '\n');
}
const spent = () => vendor.books.consumptions.map(({ card, count }) => [card, count]);
const receiptIn = (text: string) => /R-[0-9A-Z]{8}/.exec(text)?.[0] ?? 'no receipt';

test('two that wait are numbered; a number answers its own, with another count where one is said', async () => {
  const first = await say(`核销 ${A} 6`);
  expect(first).toMatch(/^待确认：核销6次[^]*回「确认」核销，回「取消」不核销/u);
  expect(await say(`核销 ${B} 7`)).toMatch(/^待确认 2：核销7次[^]*回「确认 2」核销，回「取消 2」不核销/u);
  for (const unclear of ['确认', '好', '1', '3次', '确认 3次', '确认。']) {
    expect(await say(unclear)).toMatch(/^有2笔在等[^]*尾号4024，6次：回「确认 1[^]*尾号7358，7次：回「确认 2/u);
  }
  expect(spent()).toEqual([]);
  expect(await say('确认 2 3次')).toMatch(/^核销成功[^]*尾号7358，3次/u);
  expect(await say('确认 2')).toMatch(/^核销成功[^]*尾号7358，3次/u);
  expect(await say('确认 3')).toMatch(/^没有编号为 3 的待确认。\n还在等您确认的：\n尾号4024，6次：回「确认 1」$/u);
  expect(await say('确认')).toMatch(/^核销成功[^]*尾号4024，6次/u);
  expect(spent()).toEqual([
    [B, 3],
    [A, 6],
  ]);
});

test('yes to all carries out each once, and tells what came of each', async () => {
  expect(await say(`核销 ${A} 6\n核销 ${B} 7`)).toMatch(/^待确认 1：[^]*\n待确认 2：/u);
  const third = await say(`核销 ${C} 8`);
  const id = newId();
  const [reply, again] = await Promise.all([say('确认 全部', id), say('确认 全部', id)]);
  expect(reply).toMatch(
    /^① 核销成功[^]*尾号4024，6次[^]*\n② 核销成功[^]*尾号7358，7次[^]*\n③ 核销成功[^]*尾号5135，8次/u,
  );
  expect(reply).toContain(receiptIn(third));
  expect([reply, again].filter((text) => text.includes('核销成功')).length).toBeGreaterThan(0);
  expect(await say('确认 全部', id)).toBe(reply);
  expect(await say('确认 全部')).not.toContain('待确认');
  expect(spent().toSorted()).toEqual(
    [
      [A, 6],
      [B, 7],
      [C, 8],
    ].toSorted(),
  );
});

test('yes to all leaves what it cannot choose, and says so below what it did', async () => {
  await say(`核销 ${B} 6`);
  await say('核销 9140 9535 3294 4040 24');
  expect(await say('确认 全部')).toMatch(
    /^核销成功[^]*还在等您确认的：\n尾号4024，1次：回「确认 R-[^]*尾号4040，24次：回「确认 R-/u,
  );
  expect(spent()).toEqual([[B, 6]]);
});

test('no to all withdraws each', async () => {
  await say(`核销 ${A} 6\n核销 ${B} 7`);
  expect(await say('取消 全部')).toMatch(/^未提交：已取消2笔\n尾号4024，6次[^]*\n尾号7358，7次/u);
  expect(await say('确认 全部')).toMatch(/^未提交[^]*已经取消/u);
  expect(spent()).toEqual([]);
});

test('a bare yes is pointed at the one that waits, in one line; behind it, to what became of that', async () => {
  await say(`核销 ${A} 6`);
  for (const bare of ['好', '是', '对', 'ok', '嗯', '可以', '行', '确认。', '1']) {
    expect(await say(bare)).toBe('还有一笔在等您确认：尾号4024。核销6次回「确认」，不核销回「取消」。');
  }
  expect(await say('3次')).toBe(
    '还有一笔在等您确认：尾号4024。核销6次回「确认」，改成3次回「确认 3次」，不核销回「取消」。',
  );
  expect(await say('确认 3次')).toMatch(/^核销成功[^]*尾号4024，3次/u);
  expect(await say('对')).toBe('好的！');
  expect(await say('1')).toMatch(/^核销成功[^]*尾号4024，3次/u);
  expect(spent()).toEqual([[A, 3]]);
});

test('the same card again replaces what was asked, and the old answer says so', async () => {
  const old = receiptIn(await say(`核销 ${A} 12`));
  const next = receiptIn(await say(`核销 ${A} 6`));
  expect(await say(`确认 ${old}`)).toMatch(
    new RegExp(`^未提交：${old} 同一张卡后来又发了一次，以后来的为准[^]*尾号4024，6次：回「确认 ${next}」`, 'u'),
  );
  expect(await say('确认')).toContain(next);
  expect(spent()).toEqual([[A, 6]]);
});

test('more than the card has left is not carried out, and the question waits on', async () => {
  await say(`核销 ${A} 6`);
  expect(await say('确认 21次')).toMatch(/^尾号4024只剩20次，不够核销21次，还没核销/u);
  expect(await say('确认 20次')).toMatch(/^核销成功/u);
});

test('what is to be taken back: a question is withdrawn, of a redemption it is told who can and what to forward', async () => {
  await say(`核销 ${A} 6`);
  expect(await say('取消核销')).toMatch(/^未提交：已取消\n尾号4024，6次/u);
  const done = receiptIn(await say(`核销 ${B} 2`));
  for (const wanted of ['撤销', '退款', '刚才核错了，能退吗', `撤销 ${done}`, `退 ${B}`]) {
    expect(await say(wanted)).toMatch(
      new RegExp(
        `^核销过的，机器人退不回来[^]*单号 ${done}\\n尾号7358，2次，人民路店\\n\\d\\d-\\d\\d \\d\\d:\\d\\d，成功$`,
        'u',
      ),
    );
  }
  expect(await say('撤销 R-22222222')).toContain('没有找到这一笔');
  expect(spent()).toEqual([[B, 2]]);
});

test('a yes that was typed before what is asked says nothing of it', async () => {
  const app = (content: string, createTime: number) =>
    sayToApp(service.url, { content, messageId: newId(), createTime }).then(({ text }) => text ?? '');
  const now = Math.floor(Date.now() / 1000);
  await app(`核销 ${A} 6`, now - 20);
  await app(`核销 ${B} 7`, now);
  expect(await app('确认 全部', now - 10)).toMatch(/^核销成功[^]*尾号4024，6次[^]*还在等您确认的：\n尾号7358，7次/u);
  expect(await app('确认', now - 10)).toMatch(/^这一笔还在等/u);
  expect(spent()).toEqual([[A, 6]]);
});
