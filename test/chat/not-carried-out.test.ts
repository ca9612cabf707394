import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordNotCarriedOut } from '../../src/chat/not-carried-out.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { Storage } from '../../src/redemption/ledger.ts';

const CARD = '914095353294404024';
const message = (messageId: string, text = `核销 ${CARD} 2`) => ({
  channel: 'plain',
  account: 'bot1',
  messageId,
  user: 'wecom:zhangsan',
  conversation: null,
  text,
  returnAddress: { to: messageId },
  isTold: true,
});

let storage: Storage;
beforeEach(async () => {
  storage = await openInProcessLedger();
});
afterEach(() => storage.ledger.close());

const record = (messages: Parameters<typeof recordNotCarriedOut>[0]) =>
  recordNotCarriedOut(messages, { ledger: storage.ledger, botNames: [] });
const line = {
  line: 0,
  card: CARD,
  count: 2,
  remark: '',
  store: { code: 'S', name: 'S' },
  employeeId: 1,
  unsent: null,
};

test('what was told so is on record as answered, and a claim of it begins nothing', async () => {
  await record([message('1')]);
  const { won, message: found } = await storage.ledger.claim(message('1'), [line]);
  expect(won).toBe(false);
  expect(found).toMatchObject({
    redemptions: [],
    replyState: 'answered',
    answers: { 0: expect.stringMatching(/^未提交/u) as string },
  });
  expect(await storage.ledger.takeDueReplies(10, 1_000)).toEqual([]);
});

test('each line of it has its answer, and so has what it shows', async () => {
  await record([
    message('1', `核销 ${CARD} 1\n核销 914095353294405137 2\n确认`),
    { ...message('2', ''), shows: 'picture' },
  ]);
  expect(Object.keys((await storage.ledger.findMessage(message('1')))?.answers ?? {})).toEqual(['0', '1', '2']);
  expect(Object.keys((await storage.ledger.findMessage(message('2')))?.answers ?? {})).toEqual(['0']);
});

test('who was not told is told late', async () => {
  await record([{ ...message('1'), isTold: false }]);
  const [due] = await storage.ledger.takeDueReplies(10, 1_000);
  expect(due).toMatchObject({
    messageId: '1',
    redemptions: [],
    answers: { 0: expect.stringContaining('未提交') as string },
  });
});

test('told twice it is on record once, and what is on record before stays as it is', async () => {
  const { message: before } = await storage.ledger.claim(message('2'), [line]);
  await record([message('1'), message('2'), message('1')]);
  await record([message('1')]);
  expect((await storage.ledger.findMessage(message('1')))?.answers).not.toBeNull();
  const after = await storage.ledger.findMessage(message('2'));
  expect(after).toMatchObject({ id: before.id, answers: null, redemptions: [{ state: 'pending' }] });
});

test('a thousand are on record when it is done', async () => {
  await record(Array.from({ length: 1_000 }, (_, at) => message(`m${at}`)));
  for (const id of ['m0', 'm500', 'm999'])
    expect((await storage.ledger.claim(message(id), [line])).message.redemptions).toEqual([]);
});
