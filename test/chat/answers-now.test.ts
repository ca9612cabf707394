import { afterEach, beforeEach, expect, test } from 'vitest';
import { withAnswersNow } from '../../src/chat/answers-now.ts';
import { replyTo } from '../../src/chat/compose.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { MessageRecord } from '../../src/redemption/message.ts';
import type { Redemption } from '../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';

const BY_MANAGER = { how: 'hand', user: 'wecom:lijingli', name: '李经理' } as const;

let opened: Ledger;
let ledger: Ledger;
let redemption: Redemption;
beforeEach(async () => {
  ({ ledger: opened } = await openInProcessLedger());
  ledger = withAnswersNow(opened, []);
  const { message } = await ledger.claim(newMessage({}), [newLine({})]);
  const [row] = message.redemptions;
  if (row === undefined) throw new Error('no row');
  redemption = await ledger.settle(row, { state: 'unknown', reason: 'timeout' });
});
afterEach(() => ledger.close());

/** Keeps an answer to `核对`, and says how its reply is told late. */
async function answered(text: string, said: string): Promise<() => Promise<string>> {
  const message = newMessage({ text });
  const { message: record } = await ledger.claim(message, []);
  await ledger.saveAnswers(record.id, { 0: said });
  const told = (now: MessageRecord) => replyTo(now, { botNames: [], roleOf: () => 'staff' });
  await ledger.queueReply(record.id, 0);
  return async () => {
    const due = (await ledger.takeDueReplies(10, 60_000)).find(({ id }) => id === record.id);
    const read = await ledger.findMessage(message);
    if (read === null || due === undefined) throw new Error('not due');
    expect(told(read)).toBe(told(due));
    await ledger.finishReply(record.id, { kind: 'retry', afterMs: 0 }, due.changes);
    return told(due);
  };
}

test('a late answer to 核对 tells what its redemption has come to meanwhile', async () => {
  const { id, message, receipt } = redemption;
  await ledger.settleByHand(id, 'refused', BY_MANAGER);
  const said = `核销失败（李经理人工核对）：次数没有扣，可重新核销\n${receipt}\n11-26 10:00 张三`;
  const late = await answered(`核对 ${receipt} 未核销`, said);
  expect(await late()).toBe(said);
  await ledger.settle({ id, message }, { state: 'succeeded', vendorMsg: '核销完成' });
  expect(await late()).toMatch(/^核销成功「核销完成」（更正：[^]*李经理[^]*R-/u);
});

test('and does not promise any more what was promised when it was said', async () => {
  const { receipt } = redemption;
  const promise = '系统会按余次核对，几分钟内核对清楚就告诉您';
  const late = await answered(`核对 ${receipt}`, `结果未知：核销系统没有按时答复\n${promise}\n${receipt}`);
  expect(await late()).toMatch(/^结果未知/u);
  expect(await late()).not.toContain(promise);
});

test('and never an outcome to a person who was not told one', async () => {
  const { id, receipt } = redemption;
  const late = await answered(`核对 ${receipt}`, '没有找到这个单号。');
  await ledger.settleByHand(id, 'succeeded', BY_MANAGER);
  expect(await late()).toBe('没有找到这个单号。');
});

test('a redemption that cannot be read harms its own reply only, which is told as what was said then', async () => {
  const { receipt } = redemption;
  const said = `核销失败（李经理人工核对）：次数没有扣，可重新核销\n${receipt}`;
  const other = '没有找到这个单号。';
  const records = [];
  for (const answer of [said, other]) {
    const { message } = await ledger.claim(newMessage({ text: `核对 ${receipt}` }), []);
    await ledger.saveAnswers(message.id, { 0: answer });
    await ledger.queueReply(message.id, 0);
    records.push(message);
  }
  const failing = withAnswersNow({ ...opened, findRecords: () => Promise.reject(new Error('away')) }, []);
  const due = await failing.takeDueReplies(10, 60_000);
  const answers = records.map(({ id }) => due.find((record) => record.id === id)?.answers?.[0]);
  expect(answers).toEqual([
    `${said}\n（以上是当时的情况，现在没能重新查到，请发「核对 ${receipt}」看最新结果）`,
    other,
  ]);
});

test('an answer that was held is told as its redemption stands when the person writes again', async () => {
  const { id, message, receipt } = redemption;
  const asked = newMessage({ text: `核对 ${receipt}` });
  const { message: record } = await ledger.claim(asked, []);
  await ledger.saveAnswers(record.id, { 0: `结果未知：核销系统没有按时答复\n${receipt}` });
  await ledger.queueReply(record.id, 0);
  for (const due of await ledger.takeDueReplies(10, 60_000)) await ledger.finishReply(due.id, { kind: 'hold' }, 0);
  await ledger.settle({ id, message }, { state: 'succeeded', vendorMsg: '核销完成' });
  const { taken } = await ledger.takeHeldReplies(asked.user ?? '', newMessage({ conversation: null }));
  const held = taken.find((one) => one.id === record.id);
  expect(held?.answers?.[0]).toMatch(/^核销成功/u);
});
