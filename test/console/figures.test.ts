import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';
import { MAPPING, ONE, TWO } from '../desk/office.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

const YES: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const NO: Outcome = { state: 'refused', vendorMsg: '剩余次数不足' };
const LOST: Outcome = { state: 'unknown', reason: 'timeout' };
/** A Thursday, at 15:00 in the shop. */
const NOW = Date.parse('2026-11-26T15:00:00+08:00');

let site: TestConsole;
let now = NOW;
beforeEach(async () => {
  now = NOW;
  site = await openTestConsole({ now: () => now });
  site.as('wecom:boss');
});
afterEach(() => site[Symbol.asyncDispose]());

async function redeem(day: string, outcome: Outcome | null, { store = ONE, user = 'wecom:zhang', count = 2 } = {}) {
  now = Date.parse(`${day}T10:30:00+08:00`);
  const named = { code: store, name: MAPPING.stores.find(({ code }) => code === store)?.name ?? store };
  const { message } = await site.records.ledger.claim(newMessage({ user }), [newLine({ count, store: named })]);
  const [row] = message.redemptions;
  if (row !== undefined && outcome !== null) await site.records.ledger.settle(row, outcome);
  now = NOW;
}
/** What a person reads: without markup, and with single blanks. */
const read = (text: string) =>
  text
    .replace(/<svg.*?<\/svg\s*>/gsu, ' ')
    .replace(/<[^>]+>/gu, ' ')
    .replace(/\s+/gu, ' ');
async function look(query: string) {
  const { status, text } = await site.get(`/console/figures?${query}`);
  return { status, text, words: read(text) };
}

describe('what a period came to', () => {
  test('by outcome, where an unknown is never counted as done, and against the days before', async () => {
    for (const day of ['2026-11-24', '2026-11-25', '2026-11-26']) await redeem(day, YES, { count: 3 });
    await redeem('2026-11-25', NO);
    await redeem('2026-11-25', LOST);
    await redeem('2026-11-25', null);
    await redeem('2026-11-18', YES, { count: 6 });
    const { words, text } = await look('period=week');
    expect(words).toContain('2026-11-23 到 2026-11-26');
    expect(words).toContain('核销成功 9 次 共3笔 比上期多50%，上期6次');
    expect(words).toContain('核销失败 1 笔 涉及2次 上期没有');
    expect(words).toContain('结果未知 1 笔 涉及2次 扣没扣还不知道，不算在成功里');
    expect(words).toContain('正在核销… 1 笔');
    expect(words).toContain('上期是 2026-11-16 到 2026-11-19。今天还没有过完');
    expect(text).toContain('href="/console/records?from=2026-11-23&amp;to=2026-11-26&amp;outcome=unknown"');
    expect(text).toContain('href="/console/records?from=2026-11-25&amp;to=2026-11-25&amp;outcome=refused"');
    expect(text).toContain('<title>11-25 周三：3次（1笔），失败1笔，未知1笔</title>');
  });

  test('by hour and weekday, store and person, with the numbers behind each drawing', async () => {
    await redeem('2026-11-25', YES);
    await redeem('2026-11-25', YES, { store: TWO, user: 'wecom:zhao' });
    await redeem('2026-11-24', YES, { store: TWO, user: 'wecom:gone' });
    await site.records.people.noteName('wecom:gone', '小陈<b>');
    const { words, text } = await look('period=week');
    expect(words).toContain('最忙的是 周三 10点：2笔');
    expect(words).toContain('解放路店 4 2 0 0 0 上期没有');
    expect(words).toContain('张三 2 1 0 0 0 上期没有');
    expect(text).toContain('小陈&lt;b&gt;');
    expect(text).not.toContain('小陈<b>');
    expect(text).toContain('user=wecom%3Azhang');
    expect(text.match(/<svg[^>]+role="img" aria-label="[^"]+"/gu)).toHaveLength(4);
    expect(text.match(/<details/gu)).toHaveLength(4);
    // The console's pages allow none.
    expect(text).not.toContain('style=');
  });

  test.each([
    ['today', '2026-11-26', '2026-11-25'],
    ['yesterday', '2026-11-25', '2026-11-24'],
    ['last-week', '2026-11-16 到 2026-11-22', '2026-11-09 到 2026-11-15'],
    ['month', '2026-11-01 到 2026-11-26', '2026-10-01 到 2026-10-26'],
    ['last-month', '2026-10-01 到 2026-10-31', '2026-09-01 到 2026-09-30'],
  ])('%s is compared with the same stretch before', async (period, days, before) => {
    const { words } = await look(`period=${period}`);
    expect(words).toContain(`全部门店 ${days} `);
    expect(words).toContain(`上期是 ${before}。`);
  });

  test('of a month that is longer than the one before, with all of that', async () => {
    now = Date.parse('2026-03-31T12:00:00+08:00');
    expect((await look('period=month')).words).toContain('上期是 2026-02-01 到 2026-02-28。');
  });

  test('any days, up to today', async () => {
    const { words } = await look('from=2026-11-20&to=2026-12-05');
    expect(words).toContain('2026-11-20 到 2026-11-26');
    expect(words).toContain('上期是 2026-11-13 到 2026-11-19。');
    expect((await look('from=2026-11-20')).words).toContain('全部门店 2026-11-20 ');
  });

  test('an empty one says so and draws nothing', async () => {
    const { words, text } = await look('period=today');
    expect(words).toContain('这段时间没有核销');
    expect(words).toContain('0 次 上期也没有');
    expect(text).not.toContain('<svg viewBox="0 0 360');
  });

  test('a year by the week, the same before it is added up and after', async () => {
    for (const day of ['2025-12-31', '2026-03-04', '2026-09-30', '2026-11-25']) await redeem(day, YES);
    const year = 'from=2025-11-27&to=2026-11-26';
    const before = await look(year);
    expect(before.words).toContain('每周核销了多少笔');
    expect(before.words).toContain('核销成功 8 次 共4笔');
    while (await site.records.figures.addUpNext('Asia/Shanghai'));
    expect((await look(year)).words).toBe(before.words);
  });

  test('many people in parts, the others added up', async () => {
    for (let person = 0; person < 55; person += 1) await redeem('2026-11-25', YES, { user: `wecom:p${person}` });
    const { words, text } = await look('period=week');
    expect(words).toContain('其他5人 10 5 0 0 0');
    expect(text).toContain('href="/console/figures?period=week&amp;page=2"');
    expect((await look('period=week&page=2')).words).toContain('其他50人 100 50 0 0 0');
    expect((await look('period=week&page=9')).words).toContain('这一页没有人了');
  });
});

describe('who sees what', () => {
  test('a manager the own store, whatever is asked for', async () => {
    await redeem('2026-11-25', YES, { store: ONE });
    await redeem('2026-11-25', YES, { store: TWO, user: 'wecom:zhao', count: 9 });
    site.as('wecom:li');
    const { words } = await look('period=week');
    expect(words).toContain('人民路店 2026-11-23 到 2026-11-26');
    expect(words).toContain('核销成功 2 次 共1笔');
    expect(words).not.toMatch(/解放路店|赵敏/u);
    expect((await look(`period=week&store=${ONE}`)).status).toBe(200);
    expect((await look(`period=week&store=${TWO}`)).status).toBe(403);
    expect((await look('period=week&store=NONE')).status).toBe(403);
  });

  test('an admin one store or all', async () => {
    await redeem('2026-11-25', YES, { store: ONE });
    await redeem('2026-11-25', YES, { store: TWO, user: 'wecom:zhao', count: 9 });
    const { words, text } = await look(`period=week&store=${TWO}`);
    expect(words).toContain('解放路店 2026-11-23 到 2026-11-26');
    expect(words).toContain('核销成功 9 次 共1笔');
    expect(words).not.toContain('张三');
    expect(text).toContain(`store=${TWO}&amp;from=2026-11-23&amp;to=2026-11-26&amp;outcome=succeeded`);
  });

  test('nobody else', async () => {
    site.as('wecom:zhang');
    expect((await look('period=week')).status).toBe(403);
    site.as(null);
    expect((await look('period=week')).status).toBe(401);
  });
});

test.each([
  ['from=2026-13-40&to=2026-11-01', '没有这一天，开始日期'],
  ['from=2026-11-01&to=2026-02-30', '没有这一天，结束日期'],
  ['from=%3Cscript%3E&to=2026-11-01', '没有这一天，开始日期'],
  ['from=2026-11-20&to=2026-11-01', '结束日期比开始日期还早'],
  ['from=2024-11-20&to=2026-11-20', '一次最多看366天'],
  ['from=2027-01-01&to=2027-01-02', '开始日期还没到'],
])('%s is answered with what is wrong', async (query, sentence) => {
  const { status, words, text } = await look(query);
  expect(status).toBe(400);
  expect(words).toContain(sentence);
  expect(text).toContain('aria-invalid="true"');
  expect(text).not.toContain('<script>');
});
