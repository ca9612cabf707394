import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createDeliveryNotes } from '../../src/chat/delivery-notes.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import type { Answered } from '../../src/redemption/message.ts';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';

const log = createLog({ level: 'silent' });

const notToBeAsked = () => Promise.reject(new Error('not to be asked'));
const noLedger = { repliesAnswered: notToBeAsked, noteRedelivered: notToBeAsked };

/** A ledger that cannot be told of the messages in `cannot`, or of any while it is `away`. */
function ledgerOf(cannot: readonly number[] = []) {
  const storage = { away: false };
  const tried: (readonly Answered[])[] = [];
  const noted: number[] = [];
  async function repliesAnswered(answered: readonly Answered[]): Promise<void> {
    tried.push(answered);
    const messages = answered.map(({ message }) => message);
    if (storage.away || messages.some((message) => cannot.includes(message))) throw new Error('storage');
    noted.push(...messages);
  }
  return { storage, tried, noted, ledger: { repliesAnswered, noteRedelivered: notToBeAsked } };
}

/** Pauses that are over when they are let. */
function handTime() {
  const pauses: number[] = [];
  let end: () => void = () => undefined;
  const time: Time = {
    ...realTime,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        pauses.push(ms);
        end = resolve;
        if (signal?.aborted === true) resolve();
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  return { time, pauses, goOn: () => end() };
}

test('a note is tried with growing pauses until it is written, and then no more', async () => {
  const { time, pauses, goOn } = handTime();
  const notes = createDeliveryNotes({ ledger: noLedger, time, log });
  let tries = 0;
  notes.note(async () => {
    tries += 1;
    if (tries < 9) throw new Error('storage');
  });
  for (let paused = 1; paused < 9; paused++) {
    await expect.poll(() => pauses).toHaveLength(paused);
    goOn();
  }
  await notes.stop();
  expect(tries).toBe(9);
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('stopping tries once more what is waiting, and does not wait for storage that stays away', async () => {
  const { time, pauses } = handTime();
  const notes = createDeliveryNotes({ ledger: noLedger, time, log });
  let tries = 0;
  notes.note(() => {
    tries += 1;
    return Promise.reject(new Error('storage'));
  });
  await expect.poll(() => pauses).toHaveLength(1);
  await notes.stop();
  expect(tries).toBe(2);
});

test('five hundred replies that went out at once are one write', async () => {
  const { ledger, tried } = ledgerOf();
  const notes = createDeliveryNotes({ ledger, time: realTime, log });
  let noted = 0;
  for (let message = 1; message <= 500; message++) notes.answered({ message, asOf: 0 }, () => (noted += 1));
  await expect.poll(() => noted).toBe(500);
  expect(tried.map((all) => all.length)).toEqual([500]);
  await notes.stop();
});

test('stopping writes at once that replies went out, also one that is told of meanwhile', async () => {
  const { ledger, noted } = ledgerOf();
  const { time } = handTime();
  const notes = createDeliveryNotes({ ledger, time: { ...time, after: () => () => undefined }, log });
  notes.answered({ message: 1, asOf: 0 });
  notes.answered({ message: 2, asOf: 0 }, () => notes.answered({ message: 3, asOf: 0 }));
  await notes.stop();
  expect(noted).toEqual([1, 2, 3]);
});

test('one reply whose note cannot be written keeps those of no others from being written', async () => {
  const { ledger, noted, tried } = ledgerOf([3]);
  const time = { ...realTime, sleep: (_: number, signal?: AbortSignal) => realTime.sleep(0, signal) };
  const notes = createDeliveryNotes({ ledger, time, log });
  for (const message of [1, 2, 3, 4, 5]) notes.answered({ message, asOf: 0 });
  await expect.poll(() => noted.toSorted()).toEqual([1, 2, 4, 5]);
  await notes.stop();
  expect(tried.filter((all) => all.length > 1)).toHaveLength(4);
});

test('while storage is away many notes wait together, and are written when it is back', async () => {
  const { ledger, storage, noted } = ledgerOf();
  const { time, pauses, goOn } = handTime();
  const notes = createDeliveryNotes({ ledger, time, log });
  storage.away = true;
  for (const message of [1, 2]) notes.answered({ message, asOf: 0 });
  await expect.poll(() => pauses).toEqual([500]);
  storage.away = false;
  goOn();
  await expect.poll(() => noted).toEqual([1, 2]);
  await notes.stop();
});

/** A service's ledger and notes, whose notes wait until it stops; and a message whose reply it has just told. */
async function toldBy(database: DatabaseSync) {
  const { ledger } = await openInProcessLedger(database);
  const notes = createDeliveryNotes({ ledger, time: { ...realTime, after: () => () => undefined }, log });
  const { message } = await ledger.claim(newMessage(), [newLine()]);
  for (const row of message.redemptions) await ledger.settle(row, { state: 'succeeded', vendorMsg: '成功' });
  notes.answered({ message: message.id, asOf: message.changes });
  return { ledger, notes, message };
}

test('a reply whose service dies before that is noted is told once more, and then no more', async () => {
  const database = new DatabaseSync(':memory:');
  const { message } = await toldBy(database);
  const { ledger } = await openInProcessLedger(database);
  const again = await ledger.takeDueReplies(10, 60_000);
  expect(again).toMatchObject([{ id: message.id, redemptions: [{ state: 'succeeded' }] }]);
  await ledger.finishReply(message.id, { kind: 'sent' }, message.changes);
  expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);
  await ledger.close();
});

test('a reply whose service stops is told no more', async () => {
  const database = new DatabaseSync(':memory:');
  const { ledger: closed, notes } = await toldBy(database);
  await notes.stop();
  await closed.close();
  const { ledger } = await openInProcessLedger(database);
  expect(await ledger.takeDueReplies(10, 60_000)).toEqual([]);
  await ledger.close();
});

test('a reply that is taken up again after it was told is not noted as told afterwards', async () => {
  const { ledger } = await openInProcessLedger(new DatabaseSync(':memory:'));
  const notes = createDeliveryNotes({ ledger, time: realTime, log });
  const key = newMessage();
  const { message } = await ledger.claim(key, [newLine({ unsent: 'unbound' })]);
  notes.answered({ message: message.id, asOf: message.changes });
  expect(notes.isWriting(message.id)).toBe(true);
  // It is delivered again: the platform did not hear, and neither does it this time.
  await notes.written(message.id);
  expect(notes.isWriting(message.id)).toBe(false);
  expect(await ledger.takeReply(message.id, true)).not.toBeNull();
  await ledger.queueReply(message.id, 0);
  await notes.stop();
  expect(await ledger.takeDueReplies(10, 60_000)).toMatchObject([{ messageId: key.messageId }]);
  await ledger.close();
});
