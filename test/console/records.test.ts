import { afterEach, beforeEach, expect, test } from 'vitest';
import { newLine, newMessage } from '../ledger/fixtures.ts';
import type { NewLine } from '../../src/redemption/message.ts';
import type { Outcome } from '../../src/redemption/redemption.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

const NOW = Date.parse('2026-11-27T15:30:00+08:00');
const EAST = { code: 'EW_N1', name: '人民路店' };
const WEST = { code: 'EW_N2', name: '解放路店' };
const CARD = '914095353294404024';
const OTHER = '914095353294409999';
const YES: Outcome = { state: 'succeeded', vendorMsg: `卡 ${CARD} 核销好了` };
const RECORDS = '/console/records';

let console: TestConsole;
beforeEach(async () => {
  console = await openTestConsole({ now: () => NOW });
});
afterEach(() => console[Symbol.asyncDispose]());

/** Puts a redemption on record; returns its receipt. */
async function typed(user: string, line: Partial<NewLine> = {}, outcome: Outcome = YES, at = NOW): Promise<string> {
  const { ledger } = console.records;
  const claim = await ledger.claim(newMessage({ user }), [newLine({ card: CARD, store: EAST, ...line })]);
  const [row] = claim.message.redemptions;
  if (row === undefined) throw new Error('no row');
  await ledger.settle(row, outcome);
  console.database.prepare('update redemptions set claimed_at = ? where id = ?').run(at, row.id);
  return row.receipt;
}

/** The receipts on a page, in its order. */
const receiptsOf = (text: string) =>
  [...text.matchAll(/href="\/console\/r\/(R-[0-9A-Z]{8})"/gu)].map(([, receipt]) => receipt);
const receipts = async (path: string) => receiptsOf((await console.get(path)).text);
const search = (fields: Readonly<Record<string, string>>) => console.post(RECORDS, fields);

test('staff see what they typed, a manager the own store, an admin all', async () => {
  const mine = await typed('wecom:zhang');
  const colleague = await typed('wecom:li');
  const elsewhere = await typed('wecom:zhao', { store: WEST });
  console.as('wecom:zhang');
  expect(await receipts(RECORDS)).toEqual([mine]);
  console.as('wecom:li');
  expect(await receipts(RECORDS)).toEqual([colleague, mine]);
  expect(await receipts(`${RECORDS}?mine=1`)).toEqual([colleague]);
  console.as('wecom:boss');
  expect(await receipts(RECORDS)).toEqual([elsewhere, colleague, mine]);
  expect(await receipts(`${RECORDS}?store=EW_N2`)).toEqual([elsewhere]);
});

test('what is not theirs is refused, whatever the address asks for', async () => {
  await typed('wecom:zhao', { store: WEST });
  console.as('wecom:zhang');
  for (const query of ['store=EW_N1', 'name=%E6%9D%8E', 'user=wecom:li', 'tail=4024&store=EW_N1']) {
    expect((await console.get(`${RECORDS}?${query}`)).status).toBe(403);
    expect((await console.get(`${RECORDS}/export?${query}`)).status).toBe(403);
  }
  console.as('wecom:li');
  expect((await console.get(`${RECORDS}?store=EW_N2`)).status).toBe(403);
  expect(await receipts(`${RECORDS}?tail=4024`)).toEqual([]);
  expect(await receipts(`${RECORDS}?user=wecom:zhao`)).toEqual([]);
  console.as(null);
  expect((await console.get(RECORDS)).status).toBe(401);
});

test('a receipt leads to its time line, in any way of writing it; one that may not be known does not', async () => {
  const receipt = await typed('wecom:zhang');
  const elsewhere = await typed('wecom:zhao', { store: WEST });
  console.as('wecom:zhang');
  for (const q of [receipt, receipt.toLowerCase().replace('-', ''), ` ${receipt} `, `单号：${receipt}`]) {
    const { status, headers } = await search({ q });
    expect([status, headers.get('location')]).toEqual([303, `/console/r/${receipt}`]);
  }
  const { text } = await search({ q: elsewhere });
  expect(text).toContain(`没有单号 ${elsewhere} 的记录，或者您不能看它`);
  const wrong = await search({ q: 'R-72WXOEPP', from: '2026-11-01' });
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('没有 0、O、1、I、L、U');
  expect(wrong.text).toContain('value="R-72WXOEPP"');
  expect(wrong.text).toContain('value="2026-11-01"');
});

test('a whole card is in no address and on no page, and leads to all that is on record of it', async () => {
  const first = await typed('wecom:zhang');
  const second = await typed('wecom:zhang');
  await typed('wecom:zhang', { card: OTHER });
  console.as('wecom:zhang');
  const { status, headers } = await search({ q: '9140 9535 3294 4040 24', from: '2026-11-27' });
  const to = headers.get('location') ?? '';
  expect(status).toBe(303);
  expect(to).toBe(`${RECORDS}?like=${second}&from=2026-11-27`);
  const { text } = await console.get(to);
  expect(receiptsOf(text)).toEqual([second, first]);
  expect(text).toContain('尾号4024');
  expect(text).not.toContain(CARD);
  const unknown = await search({ q: '914000000000001234' });
  expect(unknown.text).toContain('没有尾号 1234 的这张卡的记录');
  expect(unknown.text).not.toContain('914000000000001234');
  const both = await search({ q: CARD, from: '2026-13-40' });
  expect(both.status).toBe(400);
  expect(both.text).not.toContain(CARD);
  expect(both.text).toContain(`name="like" value="${second}"`);
  for (const query of [`tail=${CARD}`, `name=${CARD}`, `like=${CARD}`]) {
    const answer = await console.get(`${RECORDS}?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain(CARD);
  }
});

test('a card that others redeemed elsewhere is not found by its number, nor by a receipt of theirs', async () => {
  const elsewhere = await typed('wecom:zhao', { store: WEST });
  console.as('wecom:zhang');
  expect((await search({ q: CARD })).text).toContain('没有尾号 4024 的这张卡的记录');
  const { text } = await console.get(`${RECORDS}?like=${elsewhere}`);
  expect(text).toContain('重新输入卡号');
  expect(text).not.toContain('4024');
});

test('a code finds what was redeemed by the code and by the card', async () => {
  const byCode = await typed('wecom:zhang', { card: 'CODE123456' });
  console.database.prepare('update redemptions set real_card = ? where receipt = ?').run(CARD, byCode);
  const byCard = await typed('wecom:zhang');
  console.as('wecom:zhang');
  const { headers } = await search({ q: 'CODE123456' });
  expect(headers.get('location')).toBe(`${RECORDS}?like=${byCode}`);
  expect(await receipts(`${RECORDS}?like=${byCode}`)).toEqual([byCard, byCode]);
  expect(await receipts(`${RECORDS}?tail=4024`)).toEqual([byCard, byCode]);
  expect(await receipts(`${RECORDS}?tail=404024`)).toEqual([byCard, byCode]);
  expect(await receipts(`${RECORDS}?tail=994024`)).toEqual([]);
});

test('people are found by a part of their name, and those of one name are told apart', async () => {
  console = await openTestConsole({
    now: () => NOW,
    mapping: {
      stores: [EAST, WEST],
      staff: [
        { user: 'wecom:li', name: '李经理', employeeId: 10, store: 'EW_N1', role: 'manager' },
        { user: 'wecom:zhang', name: '张三', employeeId: 11, store: 'EW_N1', role: 'staff' },
        { user: 'dingtalk:zhang3', name: '张三', employeeId: 12, store: 'EW_N1', role: 'staff' },
        { user: 'wecom:zhangwest', name: '张三丰<b>', employeeId: 21, store: 'EW_N2', role: 'staff' },
      ],
    },
  });
  const one = await typed('wecom:zhang');
  const two = await typed('dingtalk:zhang3');
  const west = await typed('wecom:zhangwest', { store: WEST });
  await console.records.people.noteName('wecom:gone', '张四');
  const gone = await typed('wecom:gone');
  console.as('wecom:li');
  const { headers } = await search({ q: '姓名 张三' });
  const { text } = await console.get(headers.get('location') ?? '');
  expect(receiptsOf(text)).toEqual([two, one]);
  expect(text).toContain('有 2 个人');
  expect(text).toContain('href="/console/records?user=dingtalk%3Azhang3"');
  expect(text).toContain('dingtalk:zhang3</span>');
  expect(await receipts(`${RECORDS}?user=dingtalk%3Azhang3`)).toEqual([two]);
  expect(await receipts(`${RECORDS}?name=${encodeURIComponent('张')}`)).toEqual([gone, two, one]);
  console.as('wecom:boss');
  const all = await console.get(`${RECORDS}?name=${encodeURIComponent('张三')}`);
  expect(receiptsOf(all.text)).toEqual([west, two, one]);
  expect(all.text).toContain('张三丰&lt;b&gt;');
  expect((await console.get(`${RECORDS}?name=nobody`)).text).toContain('没有叫这个名字的人有记录');
});

test('pages go on where the last one ended, and the first is one tap away', async () => {
  const all: string[] = [];
  for (let n = 0; n < 60; n += 1) all.unshift(await typed('wecom:zhang'));
  console.as('wecom:zhang');
  const first = await console.get(RECORDS);
  expect(receiptsOf(first.text)).toEqual(all.slice(0, 50));
  const next = /href="([^"]+)" rel="next"/u.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  await typed('wecom:zhang');
  const second = await console.get(next);
  expect(receiptsOf(second.text)).toEqual(all.slice(50));
  expect(second.text).toContain('回到最新');
  expect(second.text).not.toContain('rel="next"');
});

test.each([
  ['from=2026-13-40', '真有这一天'],
  ['from=2026-11-31', '真有这一天'],
  ['from=2026-11-20&to=2026-11-01', '截止日期在起始日期前面'],
  ['before=x', '翻页的地址不对'],
  ['outcome=fine', '没有这种结果'],
  ['tail=12', '最后 4 到 6 位数字'],
])('%s is answered with what is wrong, and keeps what was typed', async (query, sentence) => {
  console.as('wecom:zhang');
  const { status, text } = await console.get(`${RECORDS}?${query}`);
  expect(status).toBe(400);
  expect(text).toContain(sentence);
  for (const [, day = ''] of query.matchAll(/(?:from|to)=([^&]+)/gu)) expect(text).toContain(`value="${day}"`);
});

test('outcomes and days narrow a view down', async () => {
  const unknown = await typed('wecom:zhang', {}, { state: 'unknown', reason: 'timeout' });
  const old = await typed('wecom:zhang', {}, YES, NOW - 86_400_000);
  console.as('wecom:zhang');
  expect(await receipts(`${RECORDS}?outcome=unknown`)).toEqual([unknown]);
  expect(await receipts(`${RECORDS}?from=2026-11-26&to=2026-11-26`)).toEqual([old]);
  expect(await receipts(`${RECORDS}?to=2026-11-26`)).toEqual([old]);
  expect(await receipts(`${RECORDS}?from=2026-11-27&outcome=succeeded`)).toEqual([]);
});

test('a view is exported whole, with the last four digits of cards and nothing that is calculated', async () => {
  const all: string[] = [];
  for (let n = 0; n < 55; n += 1) all.unshift(await typed('wecom:zhang', { remark: '=1+1' }));
  await typed('wecom:li');
  console.as('wecom:zhang');
  const { status, text, headers } = await console.get(`${RECORDS}/export?outcome=succeeded`);
  expect(status).toBe(200);
  expect(headers.get('content-disposition')).toContain('attachment');
  const lines = text.trimEnd().split('\r\n');
  expect(lines[0]).toContain('时间,单号,结果');
  expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual(all);
  expect(text).not.toContain(CARD);
  expect(text).toContain("'****4024");
  expect(text).toContain("'=1+1");
  // It can be asked for again at once.
  expect((await console.get(`${RECORDS}/export`)).status).toBe(200);
});

test('a receipt is found without what it begins with, and with what stands behind it in a sentence', async () => {
  const receipt = await typed('wecom:zhang');
  const elsewhere = await typed('wecom:zhao', { store: WEST });
  console.as('wecom:zhang');
  for (const q of [
    receipt.slice(2),
    receipt.slice(2).toLowerCase(),
    `${receipt}，`,
    `单号：${receipt}。`,
    `${receipt}）`,
  ])
    expect((await search({ q })).headers.get('location')).toBe(`/console/r/${receipt}`);
  const { status, text } = await search({ q: elsewhere.slice(2) });
  expect(status).toBe(200);
  expect(text).not.toContain(`/console/r/${elsewhere}`);
  expect((await search({ q: `${receipt}${'，'.repeat(20_000)}x` })).status).toBe(400);
});

test.each([
  ['１２３４', '/console/records?tail=1234'],
  ['尾号 4024', '/console/records?tail=4024'],
  ['12345', '/console/records?tail=12345'],
  ['123456', '/console/records?tail=123456'],
  ['张 三😀', `/console/records?name=${encodeURIComponent('张 三😀').replace('%20', '+')}`],
])('%s leads to %s', async (q, to) => {
  console.as('wecom:li');
  expect((await search({ q })).headers.get('location')).toBe(to);
  expect((await console.get(to)).status).toBe(200);
});

test.each([
  ['123', '至少要 4 位'],
  ['R-00000000', '没有 0、O、1、I、L、U'],
  ['李\u0000经理', '看不见的字符'],
  ['名'.repeat(101), '最多 100 个字'],
])('%j is answered with what is wrong', async (q, sentence) => {
  console.as('wecom:li');
  const { status, text } = await search({ q });
  expect(status).toBe(400);
  expect(text).toContain(sentence);
});

test.each(['name=%00', 'user=wecom:%00', 'store=%00', `name=${'a'.repeat(300)}`])(
  'what no ledger can have is not asked of it: %s',
  async (query) => {
    console.as('wecom:boss');
    expect((await console.get(`${RECORDS}?${query}`)).status).toBe(400);
    expect((await console.get(`/console?${query}`)).status).toBe(200);
  },
);

test('a card is found as people write it, in groups too', async () => {
  const receipt = await typed('wecom:zhang');
  console.as('wecom:zhang');
  for (const q of ['9140 9535 3294 4040 24', '9140-9535-3294-4040-24', '卡号：914095353294404024'])
    expect((await search({ q })).headers.get('location')).toBe(`${RECORDS}?like=${receipt}`);
  // More than the end of a card is not put into an address.
  const { status, text } = await search({ q: '1234567' });
  expect(status).toBe(200);
  expect(text).not.toContain('1234567');
});

test('of what an address has twice the first is meant', async () => {
  await typed('wecom:zhang');
  console.as('wecom:zhang');
  expect(await receipts(`${RECORDS}?outcome=unknown&outcome=succeeded`)).toEqual([]);
});
