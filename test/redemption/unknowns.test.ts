import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { CardLook } from '../../src/redemption/card.ts';
import { NEVER_ASK } from '../../src/redemption/questions.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import type { NewMessage } from '../../src/redemption/message.ts';
import type { Redemption } from '../../src/redemption/redemption.ts';
import { startUnknowns } from '../../src/redemption/unknowns.ts';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';
import { lineOf, newLine, newMessage } from '../ledger/fixtures.ts';
import { laterBy } from '../ledger/set-back.ts';

let database: DatabaseSync;
let ledger: Ledger;
beforeEach(async () => {
  database = new DatabaseSync(':memory:');
  ({ ledger } = await openInProcessLedger(database));
});
afterEach(() => ledger.close());

const DETAIL = { card: null, name: null, validUntil: null, memberName: null, memberPhone: null };
const found = (remaining: number): CardLook => ({ kind: 'found', detail: { ...DETAIL, remaining } });

/** An unknown redemption of 2 times from a card that had 10. */
async function makeUnknown(message: NewMessage = newMessage()): Promise<Redemption> {
  const { message: record } = await ledger.claim(message, [newLine({ count: 2 })]);
  const row = lineOf({ won: true, message: record });
  const seen = { realCard: null, cardName: null, validUntil: null, remaining: 10 };
  await ledger.noteCard(row, seen, NEVER_ASK);
  await ledger.repliesAnswered([{ message: record.id, asOf: 0 }]);
  return ledger.settle(row, { state: 'unknown', reason: 'timeout' });
}

/** In which one waits a twentieth of what is said. */
const fast: Time = { ...realTime, sleep: (ms, signal) => realTime.sleep(ms / 20, signal) };

/** Looks with short rests in between; `made` are the looks that were begun. */
function watch(look: (nth: number) => CardLook, lookAfterMs: readonly number[] = [0, 50, 100]) {
  const settled: Redemption[] = [];
  const troubles: unknown[] = [];
  let looks = 0;
  const unknowns = startUnknowns({
    ledger,
    vendor: {
      detail: async () => {
        looks += 1;
        return look(looks);
      },
    },
    lookAfterMs,
    now: () => Date.now(),
    time: fast,
    onSettled: (row) => settled.push(row),
    tellUnsettled: ({ receipt, unsettled, checking }, user) => [
      {
        key: `unsettled-${receipt}`,
        user: 'wecom:boss',
        channel: 'wecom-app',
        returnAddress: null,
        text: `${receipt} ${unsettled ?? 'settled'} ${checking} ${user ?? ''}`,
      },
    ],
    onTrouble: (error) => troubles.push(error),
  });
  onTestFinished(() => unknowns.stop());
  return { settled, troubles, looks: () => looks, stop: () => unknowns.stop() };
}

const rowOf = async (message: NewMessage) => (await ledger.findMessage(message))?.redemptions[0];
const UNAVAILABLE: CardLook = { kind: 'unavailable' };
const PATIENT = { timeout: 10_000 };

test('an unknown whose card has the times less is known at once to have succeeded, and the person is told', async () => {
  const message = newMessage();
  await makeUnknown(message);
  const { settled, looks } = watch(() => found(8));
  await expect.poll(() => settled).toMatchObject([{ state: 'succeeded', settledBy: { how: 'look' } }]);
  expect(looks()).toBe(1);
  expect(await ledger.findMessage(message)).toMatchObject({
    replyState: 'queued',
    redemptions: [{ state: 'succeeded', remainingBefore: 10, remainingAfter: 8 }],
  });
});

test('one whose card is unchanged is refused at the last look and not before', async () => {
  await makeUnknown();
  const { settled, looks } = watch(() => found(10));
  await expect.poll(() => settled, PATIENT).toMatchObject([{ state: 'refused' }]);
  expect(looks()).toBe(3);
});

test.each<[string, CardLook]>([
  ['had nothing to show', UNAVAILABLE],
  ['showed other times', found(9)],
  ['showed another card', { kind: 'found', detail: { ...DETAIL, card: '914095353294409573', remaining: 10 } }],
])('one is left to people when one of its looks %s, and is not looked at any more', async (_name, second) => {
  const message = newMessage();
  await makeUnknown(message);
  const { settled, looks } = watch((nth) => (nth === 2 ? second : found(10)));
  await expect.poll(() => rowOf(message), PATIENT).toMatchObject({ state: 'unknown', checking: false });
  expect(looks()).toBe(3);
  expect(settled).toEqual([]);
  expect(await ledger.takeDueLooks(10, 0, 0)).toEqual([]);
  // The person hears that it has come to nothing, and a manager whose it was and why; each once.
  const told = await ledger.takeDueReplies(10, 60_000);
  expect(told.map(({ user }) => user).toSorted()).toEqual(['wecom:boss', message.user].toSorted());
  expect(told.find(({ user }) => user === 'wecom:boss')?.answers?.[0]).toMatch(
    /^R-[0-9A-Z]{8} (?:unseen|unclear) false wecom:/u,
  );
});

test('no look is left out when the clock was moved on, and what was seen until then does not make a refusal', async () => {
  const message = newMessage();
  const { id } = await makeUnknown(message);
  // Due an hour ago: so it looks when the clock was moved, and when the service was down.
  await ledger.scheduleLook(id, Date.now() - 3_600_000);
  const { settled, looks } = watch(() => found(10));
  await expect.poll(() => rowOf(message), PATIENT).toMatchObject({ state: 'unknown', checking: false });
  expect(looks()).toBe(3);
  expect(settled).toEqual([]);
});

test('the looks come to their end when the clock was ahead and is set back by hours, and conclude nothing', async () => {
  const message = newMessage();
  await makeUnknown(message);
  database.exec(laterBy(8 * 3_600_000));
  const { settled, looks } = watch(() => found(10));
  await expect.poll(() => rowOf(message), PATIENT).toMatchObject({ state: 'unknown', checking: false });
  expect(looks()).toBe(3);
  expect(settled).toEqual([]);
});

test('an unknown that another service settled while nothing could be seen is not counted here', async () => {
  const { id } = await makeUnknown();
  const { settled, looks, stop } = watch((nth) => {
    if (nth === 1) void ledger.settleByHand(id, 'refused', { how: 'hand', user: 'wecom:boss', name: '李经理' });
    return UNAVAILABLE;
  });
  await expect.poll(looks).toBe(1);
  await stop();
  expect(settled).toEqual([]);
});

test('a question that was not answered in time comes to an end', async () => {
  const message = newMessage();
  const policy = { countOver: 1, repeatWithinMs: 0, openForMs: -1 };
  await ledger.claim(message, [newLine({ count: 2 })], { policy, confirmations: [] });
  watch(() => found(10));
  await expect.poll(() => rowOf(message)).toMatchObject({ state: 'unsent', reason: 'unconfirmed' });
});

test('stopping waits for the look that is under way, and no other is begun', async () => {
  await makeUnknown();
  const { settled, stop, looks } = watch(() => found(8));
  await expect.poll(looks).toBe(1);
  await stop();
  expect(settled).toHaveLength(1);
});
