import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LateText } from '../../src/chat/late-way.ts';
import { startLateReplies, type LateReplies } from '../../src/chat/late-replies.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import { lineOf, newLine, newMessage } from '../ledger/fixtures.ts';
import { laterBy } from '../ledger/set-back.ts';
import { replyTo } from '../../src/chat/compose.ts';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';

const log = createLog({ level: 'silent' });

let database: DatabaseSync;
let ledger: Ledger;
let replies: LateReplies;
let sent: string[];
beforeEach(async () => {
  database = new DatabaseSync(':memory:');
  ({ ledger } = await openInProcessLedger(database));
  sent = [];
});
afterEach(async () => {
  await replies.stop();
  await ledger.close();
});

/** Late replies over a way that waits as long as is said, because the person may fetch the reply elsewhere. */
function start(waitMs: number, time: Time = realTime): void {
  const send = async (_to: unknown, { text }: LateText) => {
    sent.push(text);
    return { kind: 'sent' } as const;
  };
  replies = startLateReplies({
    ledger,
    lateWay: ({ channel }) => (channel === 'wecom-bot' ? { waitMs: () => waitMs, send } : undefined),
    firstAddresses: () => [],
    closedChannels: () => [],
    text: async (record) => replyTo(record, { botNames: [], roleOf: () => 'staff' }),
    decorate: (text) => text,
    now: Date.now,
    time,
    notes: createDeliveryNotes({ ledger, time: realTime, log }),
    onFinished: () => undefined,
    log,
  });
}

test('nothing is sent while an outcome still waits for storage: what is sent late is the last word', async () => {
  start(0);
  const { message } = await ledger.claim(newMessage(), [newLine()]);
  replies.queue(message);
  await sleep(300);
  expect(sent).toEqual([]);
  await ledger.settle(lineOf({ won: true, message }), { state: 'succeeded', vendorMsg: '成功' });
  await expect.poll(() => sent).toEqual([expect.stringContaining('核销成功')]);
});

test('what an unknown turned out to be is sent at once, also where the first reply would have been waited for', async () => {
  start(60_000);
  const { message } = await ledger.claim(newMessage(), [newLine()]);
  const row = lineOf({ won: true, message });
  await ledger.settle(row, { state: 'unknown', reason: 'timeout' });
  await ledger.repliesAnswered([{ message: message.id, asOf: 0 }]);
  await ledger.settleByHand(row.id, 'refused', { how: 'hand', user: 'wecom:lijingli', name: '李经理' });
  await expect.poll(() => sent).toEqual([expect.stringContaining('核销失败')]);
});

test('a reply is sent although the clock was ahead when its redemption ended, and was set back by hours', async () => {
  const { message } = await ledger.claim(newMessage(), [newLine()]);
  await ledger.settle(lineOf({ won: true, message }), { state: 'succeeded', vendorMsg: '成功' });
  await ledger.queueReply(message.id, 60_000);
  database.exec(laterBy(8 * 3_600_000));
  start(60_000);
  await expect.poll(() => sent).toEqual([expect.stringContaining('核销成功')]);
});

test('a machine that slept after it read a reply leaves it: another service may have told what is newer meanwhile', async () => {
  const { message } = await ledger.claim(newMessage(), [newLine()]);
  await ledger.settle(lineOf({ won: true, message }), { state: 'unknown', reason: 'timeout' });
  await ledger.queueReply(message.id, 0);
  let slept = 0;
  const awake = ledger;
  const takeDueReplies: Ledger['takeDueReplies'] = async (...asked) => {
    const taken = await awake.takeDueReplies(...asked);
    if (taken.length > 0) slept += 300_000;
    return taken;
  };
  ledger = { ...ledger, takeDueReplies };
  start(0, { ...realTime, uptime: () => realTime.uptime() + slept });
  await expect.poll(() => slept).toBe(300_000);
  await sleep(300);
  expect(sent).toEqual([]);
});
