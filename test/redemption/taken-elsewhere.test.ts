import { afterEach, beforeEach, expect, test } from 'vitest';
import { LedgerError } from '../../src/ledger/errors.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { CardLook } from '../../src/redemption/card.ts';
import { ASK_OPEN_MS } from '../../src/redemption/questions.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import { createRedeemDesk, type RedeemParts, type Redeeming } from '../../src/redemption/redeem.ts';
import type { Outcome, Redemption } from '../../src/redemption/redemption.ts';
import { realTime } from '../../src/time/real.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';

const CARD = '914095353294404024';
const CODE = '286104937502';
const POLICY = { countOver: 5, repeatWithinMs: 120_000, openForMs: ASK_OPEN_MS };
const SUCCEEDED: Outcome = { state: 'succeeded', vendorMsg: '成功' };

let ledger: Ledger;
beforeEach(async () => {
  ({ ledger } = await openInProcessLedger());
});
afterEach(() => ledger.close());

const found: CardLook = {
  kind: 'found',
  detail: { card: CARD, name: null, remaining: 20, validUntil: null, memberName: null, memberPhone: null },
};

/** One of several services over the same ledger, which may see it through trouble of its own. */
function service(change: Partial<Ledger> = {}, parts: Partial<RedeemParts> = {}) {
  const calls: string[] = [];
  const overruled: Redemption[] = [];
  const stop = new AbortController();
  const desk = createRedeemDesk({
    ledger: { ...ledger, ...change },
    vendor: {
      consume: async ({ card }, { obstacle } = {}) => {
        const reason = (await obstacle?.()) ?? null;
        if (reason !== null) return { state: 'unsent', reason };
        calls.push(card);
        await realTime.sleep(300);
        return SUCCEEDED;
      },
      detail: async () => found,
      close: async () => undefined,
    },
    time: realTime,
    onSettled: () => undefined,
    onOverruled: (row) => overruled.push(row),
    onUnsaved: () => undefined,
    stop: stop.signal,
    cardDetail: 'before',
    policy: POLICY,
    ...parts,
  });
  return { desk, calls, overruled, stop };
}

/** A person says yes to the only question, at another service, which then has it in hand. */
async function confirmAt(other: ReturnType<typeof service>): Promise<Redeeming> {
  const [newest] = await ledger.findQuestions({ ...newMessage(), user: 'wecom:zhangsan' });
  const receipt = newest?.redemption.receipt ?? null;
  return other.desk.redeem(newMessage({ text: '确认' }), [], [{ line: 0, receipt }]);
}

/** The card was used a moment ago, so a code of it is asked about as soon as it is known for that. */
async function useCard(): Promise<void> {
  await ledger.claim(newMessage(), [newLine({ card: CARD })]);
}

test('a claim that is tried again makes no call for what a later message has confirmed meanwhile', async () => {
  const other = service();
  const slow = service({
    async claim(message, lines, asking) {
      await ledger.claim(message, lines, asking);
      await confirmAt(other);
      // Its token is on record, so it has won; the answer to the first try was lost.
      return { ...(await ledger.claim(message, lines, asking)), won: true };
    },
  });
  const { settled } = await slow.desk.redeem(newMessage(), [newLine({ count: 12 })]);
  expect(await settled).toMatchObject([{ state: 'succeeded' }]);
  expect([slow.calls, other.calls]).toEqual([[], [CARD]]);
});

test('a card that is noted again makes no call for what a later message has confirmed meanwhile', async () => {
  await useCard();
  const other = service();
  const slow = service({
    async noteCard(row, seen, policy) {
      expect(await ledger.noteCard(row, seen, policy)).toMatchObject({ state: 'asked' });
      await confirmAt(other);
      return ledger.noteCard(row, seen, policy);
    },
  });
  const { settled } = await slow.desk.redeem(newMessage(), [newLine({ card: CODE })]);
  expect(await settled).toMatchObject([{ state: 'succeeded', card: CODE }]);
  expect([slow.calls, other.calls]).toEqual([[], [CARD]]);
});

test('a row that is read again before it is sent is not sent when a later message has it', async () => {
  await useCard();
  const other = service();
  const at = { uptime: 0 };
  const slow = service(
    {
      async noteCard(row, seen, policy) {
        const before = await ledger.findRedemption(row.id);
        await ledger.noteCard(row, seen, policy);
        await confirmAt(other);
        // An answer from before, which comes after the machine has slept.
        at.uptime += 6_000;
        return before;
      },
    },
    { time: { ...realTime, uptime: () => at.uptime } },
  );
  const { settled } = await slow.desk.redeem(newMessage(), [newLine({ card: CODE })]);
  expect(await settled).toMatchObject([{ state: 'succeeded' }]);
  expect([slow.calls, other.calls]).toEqual([[], [CARD]]);
});

test('where storage does not say whether a line was asked about, nothing is told of it until it does', async () => {
  await useCard();
  const atVendor = Promise.withResolvers<Outcome>();
  const other = service(
    {},
    { vendor: { consume: () => atVendor.promise, detail: async () => found, close: async () => undefined } },
  );
  let away = true;
  const cutOff = service({
    async noteCard(row, seen, policy) {
      await ledger.noteCard(row, seen, policy);
      throw new LedgerError('uncertain', 'the database did not say whether it has stored this');
    },
    settle: (row, outcome) => (away ? Promise.reject(new LedgerError('storage', 'away')) : ledger.settle(row, outcome)),
  });
  const { message, settled } = await cutOff.desk.redeem(newMessage(), [newLine({ card: CODE })]);
  await expect.poll(async () => (await ledger.findRedemption(message.redemptions[0]?.id ?? -1)).state).toBe('asked');
  const confirmed = await confirmAt(other);
  const told = await Promise.race([settled, realTime.sleep(600).then(() => 'nothing yet')]);
  expect(told).toBe('nothing yet');
  // It can save its "not sent" now, while the other's request is at the vendor.
  away = false;
  await realTime.sleep(1_500);
  atVendor.resolve(SUCCEEDED);
  expect(await confirmed.settled).toMatchObject([{ state: 'succeeded', vendorMsg: '成功' }]);
  expect(await settled).toMatchObject([{ state: 'succeeded' }]);
  expect(cutOff.calls).toEqual([]);
});

test('a service that stops while storage is silent says that it does not know', async () => {
  await useCard();
  const { desk, stop } = service({
    noteCard: () => Promise.reject(new LedgerError('uncertain', 'silent')),
    settle: () => Promise.reject(new LedgerError('storage', 'away')),
  });
  const { settled } = await desk.redeem(newMessage(), [newLine({ card: CODE })]);
  stop.abort();
  expect(await settled).toMatchObject([{ state: 'unknown', reason: 'interrupted' }]);
  await desk.idle();
});

test.each([
  ['a moment', 0, true],
  ['over five minutes, with its monotonic clock standing still', 6 * 60_000, false],
])(
  'after the machine has slept for %s on the way to the vendor, nothing may leave unless it is fresh',
  async (_name, slept, mayLeaveThen) => {
    const at = { uptime: 0 };
    const allowed: (boolean | undefined)[] = [];
    const { desk } = service(
      {},
      {
        time: { ...realTime, uptime: () => at.uptime },
        vendor: {
          async consume(_request, { mayLeave } = {}) {
            at.uptime += slept;
            allowed.push(mayLeave?.());
            return allowed[0] === true ? SUCCEEDED : { state: 'unsent', reason: 'overdue' };
          },
          detail: async () => found,
          close: async () => undefined,
        },
      },
    );
    const { settled } = await desk.redeem(newMessage(), [newLine()]);
    expect(await settled).toMatchObject([{ state: mayLeaveThen ? 'succeeded' : 'unsent' }]);
    expect(allowed).toEqual([mayLeaveThen]);
  },
);

test('an answer of the vendor that comes after a manager settled the line by hand is recorded and reported', async () => {
  const answer = Promise.withResolvers<Outcome>();
  const called = Promise.withResolvers<undefined>();
  const { desk, overruled } = service(
    {},
    {
      vendor: {
        async consume() {
          called.resolve(undefined);
          return answer.promise;
        },
        detail: async () => found,
        close: async () => undefined,
      },
    },
  );
  const { message, settled } = await desk.redeem(newMessage(), [newLine()]);
  const [row] = message.redemptions;
  if (row === undefined) throw new Error('no row');
  await called.promise;
  // Another service thinks this one dead, and a manager believes it.
  await ledger.settle(row, { state: 'unknown', reason: 'interrupted' });
  await ledger.settleByHand(row.id, 'refused', { how: 'hand', user: 'wecom:lijingli', name: '李经理' });
  answer.resolve(SUCCEEDED);
  const corrected = { state: 'succeeded', vendorMsg: '成功', settledBy: { how: 'overruled', was: 'refused' } };
  expect(await settled).toMatchObject([corrected]);
  expect(overruled).toMatchObject([corrected]);
});
