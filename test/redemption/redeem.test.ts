import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { NEVER_ASK } from '../../src/redemption/questions.ts';
import type { ConsumeRequest, Vendor } from '../../src/redemption/ports.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import { createRedeemDesk, type RedeemDesk } from '../../src/redemption/redeem.ts';
import type { Outcome, Redemption } from '../../src/redemption/redemption.ts';
import { realTime } from '../../src/time/real.ts';
import { lineOf, newLine, newMessage } from '../ledger/fixtures.ts';

let ledger: Ledger;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await ledger.close();
});

const SUCCEEDED: Outcome = { state: 'succeeded', vendorMsg: '成功' };

/** A desk with a vendor that answers what `answer` says, and notes of what it was asked and what was reported. */
function makeDesk(answer: (request: ConsumeRequest) => Promise<Outcome>, ledgerOf: Ledger = ledger) {
  const asked: ConsumeRequest[] = [];
  const settled: Redemption[] = [];
  const overruled: Redemption[] = [];
  const unsaved: string[] = [];
  const stop = new AbortController();
  const vendor: Vendor = {
    async consume(request, { obstacle } = {}) {
      const reason = (await obstacle?.()) ?? null;
      if (reason !== null) return { state: 'unsent', reason };
      asked.push(request);
      return answer(request);
    },
    detail: async () => ({ kind: 'unavailable' }),
    close: async () => undefined,
  };
  const desk: RedeemDesk = createRedeemDesk({
    ledger: ledgerOf,
    vendor,
    time: realTime,
    onSettled: (redemption) => settled.push(redemption),
    onOverruled: (redemption) => overruled.push(redemption),
    onUnsaved: ({ receipt }) => unsaved.push(receipt),
    stop: stop.signal,
  });
  return { desk, asked, settled, overruled, unsaved, stop };
}

test('a line is called once, with the staff remark and the receipt in the remark, and its outcome is kept', async () => {
  const { desk, asked, settled } = makeDesk(async () => SUCCEEDED);
  const message = newMessage();
  const { won, settled: rows } = await desk.redeem(message, [newLine({ remark: '生日' })]);
  const [row] = await rows;
  expect(won).toBe(true);
  expect(row).toMatchObject({ state: 'succeeded', vendorMsg: '成功' });
  expect(asked).toEqual([
    {
      card: '914095353294404024',
      count: 2,
      remark: `生日 ${row?.receipt ?? ''}`,
      storeCode: 'EW_N1',
      employeeId: 11,
    },
  ]);
  expect(settled).toHaveLength(1);
  expect((await ledger.findMessage(message))?.redemptions).toEqual([row]);
});

test('the row is on disk before the vendor is called', async () => {
  const message = newMessage();
  const { desk } = makeDesk(async () => {
    expect((await ledger.findMessage(message))?.redemptions[0]?.state).toBe('pending');
    return SUCCEEDED;
  });
  expect((await (await desk.redeem(message, [newLine()])).settled)[0]?.state).toBe('succeeded');
});

test('deliveries at the same time and afterwards all get the one result of the one call', async () => {
  const { desk, asked } = makeDesk(async () => {
    await sleep(30);
    return SUCCEEDED;
  });
  const message = newMessage();
  const racing = await Promise.all(Array.from({ length: 10 }, () => desk.redeem(message, [newLine()])));
  const rows = await Promise.all(racing.map(({ settled }) => settled));
  const later = await (await desk.redeem(message, [newLine()])).settled;
  expect(asked).toHaveLength(1);
  expect(new Set([...rows, later].map((lines) => lines[0]?.receipt)).size).toBe(1);
  expect(rows.every((lines) => lines[0]?.state === 'succeeded')).toBe(true);
  expect(racing.filter(({ won }) => won)).toHaveLength(1);
});

test('lines for one card run one after the other in order, lines for other cards beside them', async () => {
  const order: string[] = [];
  const { desk } = makeDesk(async ({ card, count }) => {
    order.push(`begin ${card} ${count}`);
    await sleep(20);
    order.push(`end ${card} ${count}`);
    return SUCCEEDED;
  });
  const lines = [
    newLine({ line: 0, card: 'AAAAA1', count: 1 }),
    newLine({ line: 1, card: 'BBBBB1', count: 2 }),
    newLine({ line: 2, card: 'AAAAA1', count: 3 }),
  ];
  const rows = await (await desk.redeem(newMessage(), lines)).settled;
  expect(rows.map(({ count }) => count)).toEqual([1, 2, 3]);
  expect(order.indexOf('begin BBBBB1 2')).toBeLessThan(order.indexOf('end AAAAA1 1'));
  expect(order.indexOf('begin AAAAA1 3')).toBeGreaterThan(order.indexOf('end AAAAA1 1'));
});

test('a line that must not run is never called', async () => {
  const { desk, asked, settled } = makeDesk(async () => SUCCEEDED);
  const rows = await (await desk.redeem(newMessage(), [newLine({ unsent: 'unbound', store: null })])).settled;
  expect(rows).toMatchObject([{ state: 'unsent', reason: 'unbound' }]);
  expect(asked).toEqual([]);
  expect(settled).toHaveLength(1);
});

test('without a durable claim there is no call', async () => {
  const { desk, asked } = makeDesk(async () => SUCCEEDED, {
    ...ledger,
    claim: () => Promise.reject(new Error('disk full')),
  });
  await expect(desk.redeem(newMessage(), [newLine()])).rejects.toThrow('disk full');
  expect(asked).toEqual([]);
});

test('an outcome that cannot be written is told all the same, and written when storage is back', async () => {
  let broken = true;
  const { desk, unsaved } = makeDesk(async () => SUCCEEDED, {
    ...ledger,
    settle: (row, outcome) => (broken ? Promise.reject(new Error('disk full')) : ledger.settle(row, outcome)),
  });
  const message = newMessage();
  const rows = await (await desk.redeem(message, [newLine()])).settled;
  expect(rows[0]).toMatchObject({ state: 'succeeded', vendorMsg: '成功' });
  expect(unsaved).toHaveLength(1);
  expect((await ledger.findMessage(message))?.redemptions[0]?.state).toBe('pending');
  broken = false;
  await desk.idle();
  expect((await ledger.findMessage(message))?.redemptions[0]?.state).toBe('succeeded');
});

test('waiting for storage ends when the service stops', async () => {
  const { desk, stop } = makeDesk(async () => SUCCEEDED, {
    ...ledger,
    settle: () => Promise.reject(new Error('disk full')),
  });
  await (
    await desk.redeem(newMessage(), [newLine()])
  ).settled;
  stop.abort();
  await desk.idle();
});

test('a line that has waited is read again, and is not sent once another service has called it unknown', async () => {
  const [first, second] = [Promise.withResolvers<Outcome>(), newMessage()];
  const { desk, asked } = makeDesk(() => first.promise);
  vi.spyOn(performance, 'now').mockReturnValue(0);
  const { message, settled } = await desk.redeem(second, [newLine(), newLine({ line: 1 })]);
  // As another service does that thinks this one dead.
  await ledger.settle(lineOf({ won: true, message }, 1), { state: 'unknown', reason: 'interrupted' });
  vi.spyOn(performance, 'now').mockReturnValue(6_000);
  first.resolve(SUCCEEDED);
  expect(await settled).toMatchObject([{ state: 'succeeded' }, { state: 'unsent', reason: 'overdue' }]);
  expect(asked).toHaveLength(1);
});

test('a line that others settled while this service was away is told as not sent, for that is known here only', async () => {
  const { desk, asked, overruled } = makeDesk(async () => SUCCEEDED, {
    ...ledger,
    // The machine sleeps between the claim and the look, and others take over and look.
    async claim(message, lines, asking) {
      const claim = await ledger.claim(message, lines, asking);
      const row = lineOf(claim);
      await ledger.noteCard(row, { realCard: null, cardName: null, validUntil: null, remaining: 10 }, NEVER_ASK);
      await ledger.settle(row, { state: 'unknown', reason: 'interrupted' });
      await ledger.settleByLook(row.id, 8, false);
      return { ...claim, message: (await ledger.findMessage(message)) ?? claim.message };
    },
  });
  const rows = await (await desk.redeem(newMessage(), [newLine()])).settled;
  const settledBy = { how: 'overruled', was: 'succeeded', by: { how: 'look' } };
  expect(rows).toMatchObject([{ state: 'unsent', reason: 'overdue', settledBy }]);
  expect(overruled).toHaveLength(1);
  expect(asked).toEqual([]);
});

test('results that no caller reads do not end the process when they fail', async () => {
  const { desk } = makeDesk(() => new Promise(() => undefined));
  const message = newMessage();
  await desk.redeem(message, [newLine()]);
  const failing: Ledger = { ...ledger, whenSettled: () => Promise.reject(new Error('storage')) };
  const unhandled = vi.fn();
  process.once('unhandledRejection', unhandled);
  expect((await makeDesk(async () => SUCCEEDED, failing).desk.redeem(message, [newLine()])).won).toBe(false);
  await sleep(20);
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
