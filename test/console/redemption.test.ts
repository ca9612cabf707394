import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOT_ASKING } from '../../src/redemption/questions.ts';
import type { Redemption } from '../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';
import { MAPPING } from '../desk/office.ts';
import { openTestConsole, type TestConsole } from '../support/console.ts';

const CARD = '914095353294404024';
const SEEN = { realCard: null, cardName: '<b>次卡</b>', validUntil: null, remaining: 10 };

let shown: TestConsole;
beforeEach(async () => {
  shown = await openTestConsole({
    mapping: {
      ...MAPPING,
      staff: MAPPING.staff.map((one) => (one.name === '张三' ? { ...one, name: '<i>张三' } : one)),
    },
  });
});
afterEach(() => shown[Symbol.asyncDispose]());

async function claimed(text = `核销 9140-9535-3294-4040-24 2`): Promise<Redemption> {
  const { ledger } = shown.records;
  const message = newMessage({ user: 'wecom:zhang', text });
  const claim = await ledger.claim(message, [newLine({ card: CARD, remark: '<script>' })], NOT_ASKING);
  const row = claim.message.redemptions[0] as Redemption;
  await ledger.noteCard(row, SEEN, NOT_ASKING.policy);
  return row;
}

const textOf = (page: string) =>
  page
    .slice(page.indexOf('<main'))
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

test('tells what happened in order, with what was typed and no card number', async () => {
  const row = await claimed();
  const { ledger } = shown.records;
  await ledger.settle(row, { state: 'unknown', reason: 'timeout' }, Date.now());
  await ledger.settleByLook(row.id, 10, false);
  await ledger.noteRedelivered([{ message: row.message, times: 1, agoMs: 0 }]);
  shown.as('wecom:li');
  const { status, text } = await shown.get(`/console/r/${row.receipt}`);
  expect(status).toBe(200);
  const said = textOf(text);
  const order = [
    '企业微信群里发了',
    '核销 …4024 2',
    '核销前看了卡，剩余10次',
    '提交给核销系统',
    '核销系统没有按时答复',
    '系统查余次：剩余10次',
    '没有重复核销',
  ];
  const places = order.map((words) => said.indexOf(words, said.indexOf('经过')));
  expect(places.every((at) => at > 0)).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(said).toContain('请勿重复核销，先查询该卡剩余次数');
  expect(text).toContain('/console/unknowns');
  expect(text).toContain(`/console/records?like=${row.receipt}`);
  expect(text.replace(/\D/g, '')).not.toContain(CARD);
  expect(text).not.toMatch(/<i>|<b>次|<script>/u);
});

test('claims no more of a reply than that the platform took it', async () => {
  const row = await claimed();
  const { ledger } = shown.records;
  await ledger.settle(row, { state: 'succeeded', vendorMsg: '成功' }, row.claimedAt);
  shown.as('wecom:zhang');
  const before = textOf((await shown.get(`/console/r/${row.receipt}`)).text);
  expect(before).not.toContain('回复已交给平台');
  expect(before).toContain('回复还没有交给平台');
  expect(before).toContain('8次（推算，没有再看卡）');
  await ledger.repliesAnswered([{ message: row.message, asOf: 0 }]);
  const after = textOf((await shown.get(`/console/r/${row.receipt}`)).text);
  expect(after).toContain('回复已交给平台，看没看不知道');
  expect(after).not.toContain('接下来');
});

test('leaves out instants that were not kept', async () => {
  const row = await claimed();
  await shown.records.ledger.settle(row, { state: 'succeeded', vendorMsg: '成功' }, row.claimedAt);
  shown.database.exec(
    "update redemptions set sent_at = null, seen_at = null; update messages set reply_state = 'answered'",
  );
  shown.as('wecom:zhang');
  const said = textOf((await shown.get(`/console/r/${row.receipt}`)).text);
  expect(said).toContain('没有记下时间 核销前看了卡');
  expect(said).toContain('没有记下时间 提交给核销系统');
  expect(said).toContain('没有记下时间 回复已交给平台');
});

test('is found as receipts are typed, by those who may know of it', async () => {
  const { receipt } = await claimed();
  shown.as('wecom:zhang');
  for (const typed of [receipt.toLowerCase(), receipt.slice(2), receipt.slice(2).toLowerCase()]) {
    const { status, headers } = await shown.get(`/console/r/${typed}`);
    expect([status, headers.get('location')]).toEqual([303, `/console/r/${receipt}`]);
  }
  expect((await shown.get('/console/r/R-22222222')).status).toBe(404);
  expect((await shown.get('/console/r/anything-else')).status).toBe(404);
  shown.as('wecom:zhao');
  expect((await shown.get(`/console/r/${receipt}`)).status).toBe(404);
  shown.as('wecom:boss');
  expect((await shown.get(`/console/r/${receipt}`)).status).toBe(200);
  shown.as('wecom:stranger');
  expect((await shown.get(`/console/r/${receipt}`)).status).toBe(401);
});

test('says of what a list has settled that the list says so, and of what was not sent that nothing was answered', async () => {
  const { ledger } = shown.records;
  const list = {
    how: 'list',
    user: 'wecom:li',
    name: '李经理',
    file: '十一月.xlsx',
    sha256: 'x',
    place: null,
  } as const;
  shown.as('wecom:li');
  for (const [state, words] of [
    ['refused', '清单里没有这一笔，看来没有扣'],
    ['succeeded', '按后台清单核对，次数已经扣了'],
  ] as const) {
    const row = await claimed();
    const { settledAt } = await ledger.settle(row, { state: 'unknown', reason: 'timeout' }, Date.now());
    await ledger.settleByList(row.id, state, list, settledAt);
    const said = textOf((await shown.get(`/console/r/${row.receipt}`)).text);
    expect(said).toContain(words);
    expect(said).toContain('李经理按后台清单核对（十一月.xlsx）');
    expect(said).not.toContain('核销系统没有核销');
  }
  const row = await claimed();
  shown.database.exec(`update redemptions set state = 'unknown', reason = 'interrupted' where id = ${row.id}`);
  await ledger.settle(row, { state: 'unsent', reason: 'no-connection' });
  const said = textOf((await shown.get(`/console/r/${row.receipt}`)).text);
  expect(said).toContain('请求没有发出');
  expect(said).not.toContain('核销系统的答复后来到了');
});
