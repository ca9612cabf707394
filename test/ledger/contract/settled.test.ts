import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SeenCard } from '../../../src/redemption/card.ts';
import type { Ledger } from '../../../src/redemption/ledger.ts';
import type { NewLine, NewMessage } from '../../../src/redemption/message.ts';
import { NEVER_ASK } from '../../../src/redemption/questions.ts';
import type { Outcome, Redemption } from '../../../src/redemption/redemption.ts';
import { lineOf, newLine, newMessage } from '../fixtures.ts';
import { noteTold, places, type LedgerPlace } from '../places.ts';

const SUCCEEDED: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const REFUSED: Outcome = { state: 'refused', vendorMsg: '剩余次数不足' };
const UNKNOWN: Outcome = { state: 'unknown', reason: 'timeout' };
const SEEN: SeenCard = { realCard: null, cardName: '洗车次卡', validUntil: null, remaining: 10 };
const BY_HAND = { how: 'hand', user: 'wecom:lijingli', name: '李经理', reason: '后台里看到了' } as const;
const BY_LIST = {
  how: 'list',
  user: 'wecom:lijingli',
  name: '李经理',
  file: '核销记录.xlsx',
  sha256: 'ab12',
  place: { sheet: 'Sheet1', row: 7 },
} as const;

/** How people settle what is unknown, and what they find it by. */
describe.each(places)('in $name', ({ make }) => {
  let place: LedgerPlace;
  let ledger: Ledger;
  beforeEach(async () => {
    place = await make();
    ({ ledger } = await place.open());
  });
  afterEach(async () => {
    await ledger.close().catch(() => undefined);
    await place.clear();
  });

  async function claim(line: Partial<NewLine> = {}, message: Partial<NewMessage> = {}): Promise<Redemption> {
    const claimed = await ledger.claim(newMessage(message), [newLine(line)]);
    return ledger.findRedemption(lineOf(claimed).id);
  }
  async function done(outcome: Outcome, line: Partial<NewLine> = {}, message: Partial<NewMessage> = {}) {
    const row = await claim(line, message);
    await ledger.noteCard(row, SEEN, NEVER_ASK);
    return ledger.settle(row, outcome);
  }
  const dueReplies = async () => (await ledger.takeDueReplies(10, 1_000)).map(({ id }) => id);

  describe('a list', () => {
    test.each(['succeeded', 'refused'] as const)('settles an unknown as %s, and its person is told', async (state) => {
      const row = await done(UNKNOWN);
      await noteTold(place);
      const settled = await ledger.settleByList(row.id, state, BY_LIST, row.settledAt);
      expect(settled).toMatchObject({ state, reason: null, settledBy: BY_LIST, checking: false });
      expect(await ledger.findRedemption(row.id)).toEqual(settled);
      expect(await dueReplies()).toEqual([row.message]);
    });

    test('settles nothing that is something else by now', async () => {
      for (const outcome of [SUCCEEDED, REFUSED]) {
        const row = await done(outcome);
        expect(await ledger.settleByList(row.id, 'refused', BY_LIST, row.settledAt)).toEqual(row);
      }
      const pending = await claim();
      expect(await ledger.settleByList(pending.id, 'refused', BY_LIST, null)).toMatchObject({ state: 'pending' });
      const byHand = await done(UNKNOWN);
      await ledger.settleByHand(byHand.id, 'succeeded', BY_HAND);
      expect(await ledger.settleByList(byHand.id, 'refused', BY_LIST, byHand.settledAt)).toMatchObject({
        state: 'succeeded',
        settledBy: BY_HAND,
      });
    });

    test('settles nothing that has become unknown at another time than what was shown', async () => {
      const row = await done(UNKNOWN);
      const other = (row.settledAt ?? 0) - 1;
      expect(await ledger.settleByList(row.id, 'refused', BY_LIST, other)).toMatchObject({ state: 'unknown' });
      expect(await ledger.settleByHand(row.id, 'refused', BY_HAND, other)).toMatchObject({ state: 'unknown' });
    });

    test('is corrected by hand, and stays on record', async () => {
      const row = await done(UNKNOWN);
      const first = await ledger.settleByList(row.id, 'refused', BY_LIST, row.settledAt);
      const second = await ledger.settleByHand(row.id, 'succeeded', BY_HAND, first.settledAt);
      const { user, name, file } = BY_LIST;
      expect(second).toMatchObject({ state: 'succeeded' });
      expect(second.settledBy).toEqual({
        ...BY_HAND,
        earlier: [{ user, name, file, state: 'refused', at: first.settledAt }],
      });
    });

    test('gives way to the vendor’s own answer', async () => {
      const row = await done(UNKNOWN);
      await ledger.settleByList(row.id, 'refused', BY_LIST, row.settledAt);
      const answered = await ledger.settle(row, SUCCEEDED);
      expect(answered).toMatchObject({
        state: 'succeeded',
        settledBy: { how: 'overruled', was: 'refused', by: BY_LIST },
      });
    });

    test('that lacks a redemption gives way to a caller that had no clear answer after all', async () => {
      const row = await done(UNKNOWN);
      await ledger.settleByList(row.id, 'refused', { ...BY_LIST, place: null }, row.settledAt);
      expect(await ledger.settle(row, UNKNOWN)).toMatchObject({ state: 'unknown' });
    });
  });

  describe('a verdict by hand', () => {
    test('is kept with its reason when it is corrected', async () => {
      const row = await done(UNKNOWN);
      const first = await ledger.settleByHand(row.id, 'refused', BY_HAND);
      const other = { how: 'hand', user: 'wecom:other', name: '王店长', reason: '顾客确认了' } as const;
      const second = await ledger.settleByHand(row.id, 'succeeded', other, first.settledAt);
      const { user, name, reason } = BY_HAND;
      expect(second.settledBy).toEqual({
        ...other,
        earlier: [{ user, name, reason, state: 'refused', at: first.settledAt }],
      });
    });

    test('does not correct one that came meanwhile', async () => {
      const row = await done(UNKNOWN);
      await place.query(`update redemptions set settled_at = settled_at - 1000 where id = ${row.id}`);
      const seen = await ledger.findRedemption(row.id);
      const first = await ledger.settleByHand(row.id, 'refused', BY_HAND, seen.settledAt);
      const other = { how: 'hand', user: 'wecom:other', name: '王店长' } as const;
      expect(await ledger.settleByHand(row.id, 'succeeded', other, seen.settledAt)).toEqual(first);
    });
  });

  describe('what is unknown', () => {
    const EAST = { code: 'EW_N1', name: '人民路店' };
    const WEST = { code: 'EW_N2', name: '西湖店' };

    test('is found by person and by store, oldest first and in parts', async () => {
      const mine = await done(UNKNOWN, { card: 'AAA111', store: EAST }, { user: 'wecom:a' });
      const theirs = await done(UNKNOWN, { card: 'AAA222', store: WEST }, { user: 'wecom:b' });
      const last = await done(UNKNOWN, { card: 'AAA333', store: EAST }, { user: 'wecom:b' });
      await done(SUCCEEDED, { card: 'AAA444', store: EAST }, { user: 'wecom:a' });
      const ids = async (...of: Parameters<Ledger['findUnknowns']>) => {
        const { unknowns, total } = await ledger.findUnknowns(...of);
        return { ids: unknowns.map(({ redemption }) => redemption.id), total };
      };
      expect(await ids({}, null, 10)).toEqual({ ids: [mine.id, theirs.id, last.id], total: 3 });
      expect(await ids({ user: 'wecom:b' }, null, 10)).toEqual({ ids: [theirs.id, last.id], total: 2 });
      expect(await ids({ storeCode: 'EW_N1' }, null, 10)).toEqual({ ids: [mine.id, last.id], total: 2 });
      expect(await ids({}, null, 2)).toEqual({ ids: [mine.id, theirs.id], total: 3 });
      expect(await ids({}, { at: theirs.claimedAt, id: theirs.id }, 2)).toEqual({ ids: [last.id], total: 3 });
    });

    test('is found with what looks showed and what else was sent for its card', async () => {
      const before = await done(SUCCEEDED, { card: 'AAA111', store: EAST });
      const row = await done(UNKNOWN, { card: 'AAA111', store: EAST });
      const after = await done(REFUSED, { card: 'AAA111', store: WEST });
      await done(SUCCEEDED, { card: 'AAA999', store: EAST });
      await done({ state: 'unsent', reason: 'busy' }, { card: 'AAA111', store: EAST });
      await ledger.settleByLook(row.id, 10, false);
      const [found, ...more] = (await ledger.findUnknowns({}, null, 10)).unknowns;
      expect(more).toEqual([]);
      expect(found).toMatchObject({ user: 'wecom:zhangsan', looks: 0, sights: [10] });
      expect(found?.nextLookAt).toBeTypeOf('number');
      expect(found?.others.map(({ redemption }) => redemption.receipt)).toEqual([before.receipt, after.receipt]);
    });

    test('is listed once it was settled, the latest first', async () => {
      const one = await done(UNKNOWN, { card: 'AAA111', store: EAST });
      const other = await done(UNKNOWN, { card: 'AAA222', store: WEST });
      await done(UNKNOWN, { card: 'AAA333', store: WEST });
      await ledger.settleByHand(one.id, 'refused', BY_HAND);
      await ledger.settleByList(other.id, 'succeeded', BY_LIST, other.settledAt);
      await place.query(`update redemptions set settled_at = settled_at + 5 where id = ${other.id}`);
      const receipts = async (...of: Parameters<Ledger['findSettledUnknowns']>) =>
        (await ledger.findSettledUnknowns(...of)).map(({ redemption }) => redemption.receipt);
      expect(await receipts({}, 0, 10)).toEqual([other.receipt, one.receipt]);
      expect(await receipts({ storeCode: 'EW_N1' }, 0, 10)).toEqual([one.receipt]);
      expect(await receipts({}, 0, 1)).toEqual([other.receipt]);
      expect(await receipts({}, Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
    });
  });

  test('what a list is put beside is found by receipts, and by its time in parts', async () => {
    const one = await done(SUCCEEDED, { card: 'AAA111' });
    const two = await done(SUCCEEDED, { card: 'AAA222' });
    const no = await done(REFUSED, { card: 'AAA333' });
    const found = await ledger.findReceipts([two.receipt, 'R-22222222', no.receipt]);
    expect(found.map(({ redemption }) => redemption.receipt).toSorted()).toEqual([two.receipt, no.receipt].toSorted());
    expect(await ledger.findReceipts([])).toEqual([]);
    const span = { from: one.claimedAt, to: two.claimedAt + 1 };
    const first = await ledger.findSucceeded({ span }, null, 1);
    expect(first.map(({ redemption }) => redemption.id)).toEqual([one.id]);
    const rest = await ledger.findSucceeded({ span }, { at: one.claimedAt, id: one.id }, 10);
    expect(rest.map(({ redemption }) => redemption.id)).toEqual([two.id]);
    expect(await ledger.findSucceeded({ span, storeCode: 'EW_OTHER' }, null, 10)).toEqual([]);
  });
});
