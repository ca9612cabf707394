import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { CardLook } from '../../src/redemption/card.ts';
import { NEVER_ASK } from '../../src/redemption/card-ledger.ts';
import type { Ledger, NewMessage } from '../../src/redemption/ports.ts';
import type { Redemption } from '../../src/redemption/redemption.ts';
import { startUnknowns } from '../../src/redemption/unknowns.ts';
import { lineOf, newLine, newMessage } from '../ledger/contract.ts';

let folder: string;
let ledger: Ledger;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unknowns-'));
  ({ ledger } = await openSqliteLedger(join(folder, 'ledger.db')));
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

const found = (remaining: number): CardLook => ({
  kind: 'found',
  detail: { card: null, name: null, remaining, validUntil: null, memberName: null, memberPhone: null },
});

/** An unknown redemption of 2 times from a card that had 10. */
async function makeUnknown(message: NewMessage = newMessage()): Promise<Redemption> {
  const { message: record } = await ledger.claim(message, [newLine({ count: 2 })]);
  const row = lineOf({ won: true, message: record });
  const seen = { realCard: null, cardName: null, validUntil: null, remaining: 10 };
  await ledger.noteCard(row, seen, NEVER_ASK);
  await ledger.replyAnswered(record.id, 0);
  return ledger.settle(row, { state: 'unknown', reason: 'timeout' });
}

/** Looks as soon as each look is due: at once, then after 1 and 2 hours of a clock that `skip` turns on. */
function watch(look: () => CardLook) {
  const settled: Redemption[] = [];
  const troubles: unknown[] = [];
  let skipped = 0;
  let looks = 0;
  const unknowns = startUnknowns({
    ledger: {
      ...ledger,
      // The ledger's clock stands still, so what is due later is due now.
      scheduleLook: (id, at) => ledger.scheduleLook(id, at === null ? null : 0),
    },
    vendor: {
      detail: async () => {
        looks += 1;
        return look();
      },
    },
    lookAfterMs: [0, 3_600_000, 7_200_000],
    now: () => Date.now() + skipped,
    onSettled: (row) => settled.push(row),
    onTrouble: (error) => troubles.push(error),
  });
  onTestFinished(() => unknowns.stop());
  return { settled, troubles, looks: () => looks, skip: (ms: number) => (skipped += ms), stop: () => unknowns.stop() };
}

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
  const message = newMessage();
  await makeUnknown(message);
  const { settled, looks, skip } = watch(() => found(10));
  await expect.poll(looks, { timeout: 5_000 }).toBeGreaterThan(1);
  expect(settled).toEqual([]);
  expect((await ledger.findMessage(message))?.redemptions[0]).toMatchObject({ state: 'unknown', checking: true });
  skip(7_200_000);
  await expect.poll(() => settled, { timeout: 5_000 }).toMatchObject([{ state: 'refused' }]);
});

test('one that no look can tell stays unknown after the last, and is left alone', async () => {
  const message = newMessage();
  await makeUnknown(message);
  let look = found(9);
  const { settled, looks, skip } = watch(() => look);
  await expect.poll(looks).toBe(1);
  skip(3_600_000);
  look = { kind: 'unavailable' };
  await expect.poll(looks, { timeout: 5_000 }).toBeGreaterThan(1);
  skip(3_600_000);
  const row = async () => (await ledger.findMessage(message))?.redemptions[0];
  await expect.poll(row, { timeout: 5_000 }).toMatchObject({ state: 'unknown', checking: false });
  expect(settled).toEqual([]);
  expect(await ledger.takeDueLooks(10, 0, 0)).toEqual([]);
});

test('a question that nobody answered in time comes to an end', async () => {
  const message = newMessage();
  const policy = { countOver: 1, repeatWithinMs: 0, openForMs: -1 };
  await ledger.claim(message, [newLine({ count: 2 })], { policy, confirmations: [] });
  watch(() => found(10));
  const row = async () => (await ledger.findMessage(message))?.redemptions[0];
  await expect.poll(row).toMatchObject({ state: 'unsent', reason: 'unconfirmed' });
});

test('stopping waits for the look that is under way, and no other is begun', async () => {
  await makeUnknown();
  const { settled, stop, looks } = watch(() => found(8));
  await expect.poll(looks).toBe(1);
  await stop();
  expect(settled).toHaveLength(1);
});
