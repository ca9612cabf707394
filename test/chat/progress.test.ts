import { beforeEach, expect, test } from 'vitest';
import { createProgress } from '../../src/chat/progress.ts';
import type { MessageRecord } from '../../src/redemption/message.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { newMessage } from '../ledger/fixtures.ts';

const RECORD: MessageRecord = {
  ...newMessage({ returnAddress: 'there' }),
  id: 1,
  receivedAt: 0,
  replyState: 'open',
  replyAttempts: 0,
  first: null,
  changes: 0,
  redemptions: [],
  answers: null,
  topic: null,
};

let time: VirtualTime;
let before: number | null;
let said: string[];
beforeEach(() => {
  time = new VirtualTime();
  before = 30;
  said = [];
});

function start(shows = true) {
  return createProgress({
    linesBefore: () => before,
    lateWay: () => ({
      waitMs: () => 0,
      send: async () => ({ kind: 'sent' }),
      ...(shows ? { progress: (to: unknown, text: string) => said.push(`${String(to)}: ${text}`) } : {}),
    }),
    decorate: (text) => `【${text}】`,
    time,
  });
}

test('a person hears every three seconds how many lines are before theirs, where that has changed', async () => {
  start().follow(RECORD);
  await time.pass(3_000);
  expect(said).toEqual([]);
  before = 12;
  await time.pass(2_999);
  expect(said).toEqual([]);
  await time.pass(1);
  before = 0;
  await time.pass(3_000);
  expect(said).toEqual(['there: 【前面还有12笔，请稍候】', 'there: 【正在核销…】']);
});

test('nothing more is said once the last line is called', async () => {
  start().follow({ ...RECORD });
  before = null;
  await time.pass(3_000);
  before = 5;
  await time.pass(10_000);
  expect(said).toEqual([]);
  expect(time.waiting).toBe(0);
});

test('who does not wait, or could not be shown it, is not followed', () => {
  start(false).follow({ ...RECORD });
  before = null;
  start().follow({ ...RECORD });
  expect(time.waiting).toBe(0);
});

test('of a message that is followed twice it is said once, and nothing any more after the end', async () => {
  const progress = start();
  progress.follow({ ...RECORD });
  progress.follow({ ...RECORD });
  before = 12;
  await time.pass(3_000);
  expect(said).toHaveLength(1);
  progress.stop();
  before = 11;
  await time.pass(10_000);
  expect(said).toHaveLength(1);
});
