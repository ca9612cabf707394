import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NEVER_ASK } from '../../../src/redemption/questions.ts';
import type { Ledger } from '../../../src/redemption/ledger.ts';
import type { NewLine, NewMessage } from '../../../src/redemption/message.ts';
import type { RecordFilter } from '../../../src/redemption/records.ts';
import type { Outcome, Redemption } from '../../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

const YES: Outcome = { state: 'succeeded', vendorMsg: '成功' };
const NO: Outcome = { state: 'refused', vendorMsg: '剩余次数不足' };
const EAST = { code: 'EW_N1', name: '人民路店' };
const WEST = { code: 'EW_N2', name: '西湖店' };

/** What every ledger promises to callers that look something up. */
describe.each(places)('$name finds what is on record', ({ make }) => {
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

  async function redeem(
    outcome: Outcome | null,
    line: Partial<NewLine> = {},
    message: Partial<NewMessage> = {},
  ): Promise<Redemption> {
    const claim = await ledger.claim(newMessage(message), [newLine(line)]);
    const [row] = claim.message.redemptions;
    if (row === undefined) throw new Error('no row');
    return outcome === null ? row : ledger.settle(row, outcome);
  }
  const receipts = async (filter: RecordFilter, limit = 100) =>
    (await ledger.findRecords(filter, limit)).newest.map(({ redemption }) => redemption.receipt);

  test('counted by store, person and outcome, in lines and in visits', async () => {
    const ZHANG = { user: 'wecom:zhangsan' };
    const LI = { user: 'dingtalk:lisi' };
    await redeem(YES, { store: EAST, count: 2 }, ZHANG);
    await redeem(YES, { store: EAST, count: 999 }, ZHANG);
    await redeem(NO, { store: EAST, count: 3 }, ZHANG);
    await redeem(YES, { store: EAST, count: 4 }, LI);
    await redeem(YES, { store: WEST, count: 5 }, LI);
    await redeem(null, { store: null, count: 1, unsent: 'no-user' }, { user: null });
    const { counts } = await ledger.findRecords({}, 0);
    expect(counts).toHaveLength(5);
    expect(counts).toEqual(
      expect.arrayContaining([
        { store: EAST, ...ZHANG, name: null, state: 'succeeded', lines: 2, times: 1001 },
        { store: EAST, ...ZHANG, name: null, state: 'refused', lines: 1, times: 3 },
        { store: EAST, ...LI, name: null, state: 'succeeded', lines: 1, times: 4 },
        { store: WEST, ...LI, name: null, state: 'succeeded', lines: 1, times: 5 },
        { store: null, user: null, name: null, state: 'unsent', lines: 1, times: 1 },
      ]),
    );
  });

  test('newest first, no more than asked for, while all are counted', async () => {
    const first = await redeem(YES);
    const second = await redeem(NO);
    const third = await redeem(null);
    expect(await receipts({})).toEqual([third, second, first].map(({ receipt }) => receipt));
    const { counts, newest } = await ledger.findRecords({}, 1);
    expect(newest).toEqual([{ redemption: third, user: 'wecom:zhangsan', name: null }]);
    expect(counts.reduce((sum, { lines }) => sum + lines, 0)).toBe(3);
    expect((await ledger.findRecords({}, 0)).newest).toEqual([]);
  });

  test('lines of one message, of which the last is the newest', async () => {
    const cards = ['AAA111', 'BBB222', 'CCC333'];
    await ledger.claim(
      newMessage(),
      cards.map((card, line) => newLine({ line, card })),
    );
    const { newest } = await ledger.findRecords({}, 10);
    expect(newest.map(({ redemption }) => redemption.card)).toEqual(cards.toReversed());
  });

  test('a span holds its first instant and not its last', async () => {
    const { receipt, claimedAt: at } = await redeem(YES);
    expect(await receipts({ span: { from: at, to: at + 1 } })).toEqual([receipt]);
    expect(await receipts({ span: { from: at - 1, to: at } })).toEqual([]);
    expect(await receipts({ span: { from: at + 1, to: at + 2 } })).toEqual([]);
    expect((await ledger.findRecords({ span: { from: at - 1, to: at } }, 1)).counts).toEqual([]);
  });

  test('over many days, added up, and listed from the newest on', async () => {
    const DAY = 86_400_000;
    const at = Date.now();
    const rows: Redemption[] = [];
    for (const [age, count] of [
      [0, 1],
      [2, 2],
      [2, 3],
      [30, 4],
      [45, 5],
    ] as const) {
      const row = await redeem(YES, { store: EAST, count });
      await place.query(`update redemptions set claimed_at = ${at - age * DAY} where id = ${row.id} returning id`);
      rows.push(row);
    }
    const [today, older, old, first, before] = rows.map(({ receipt }) => receipt);
    const within = (days: number): RecordFilter => ({ span: { from: at - days * DAY, to: at + 1 } });
    expect(await receipts(within(31))).toEqual([today, old, older, first]);
    expect(await receipts(within(31), 2)).toEqual([today, old]);
    expect(await receipts({ span: { from: 0, to: Number.MAX_SAFE_INTEGER } })).toEqual([
      ...[today, old, older, first],
      before,
    ]);
    const { counts } = await ledger.findRecords(within(31), 0);
    expect(counts).toEqual([
      { store: EAST, user: 'wecom:zhangsan', name: null, state: 'succeeded', lines: 4, times: 10 },
    ]);
    expect(await receipts({ span: { from: at, to: at } })).toEqual([]);
  });

  test('by person, store, card and receipt, and by all of them together', async () => {
    const one = await redeem(YES, { store: EAST, card: 'AAA111' }, { user: 'wecom:zhangsan' });
    const two = await redeem(YES, { store: WEST, card: 'AAA111' }, { user: 'wecom:zhangsan' });
    const three = await redeem(YES, { store: WEST, card: 'BBB222' }, { user: 'wecom:lisi' });
    expect(await receipts({ user: 'wecom:lisi' })).toEqual([three.receipt]);
    expect(await receipts({ storeCode: WEST.code })).toEqual([three.receipt, two.receipt]);
    expect(await receipts({ card: 'AAA111' })).toEqual([two.receipt, one.receipt]);
    expect(await receipts({ receipt: one.receipt })).toEqual([one.receipt]);
    expect(await receipts({ user: 'wecom:zhangsan', storeCode: WEST.code, card: 'AAA111' })).toEqual([two.receipt]);
    expect(await receipts({ receipt: one.receipt, storeCode: WEST.code })).toEqual([]);
    expect(await receipts({ card: 'aaa111' })).toEqual([]);
    expect(await receipts({ card: "' or 1=1 --" })).toEqual([]);
  });

  test('a card by its own number too, where a code was typed', async () => {
    const row = await redeem(null, { card: 'CODE123456' });
    const seen = { realCard: 'AAA111', cardName: null, validUntil: null, remaining: 8 };
    await ledger.noteCard(row, seen, NEVER_ASK);
    const typed = await redeem(YES, { card: 'AAA111' });
    expect(await receipts({ card: 'AAA111' })).toEqual([typed.receipt, row.receipt]);
    expect(await receipts({ card: 'CODE123456' })).toEqual([row.receipt]);
  });

  test('by outcome', async () => {
    const { receipt } = await redeem(NO);
    await redeem(YES);
    expect(await receipts({ states: ['refused'] })).toEqual([receipt]);
    expect(await receipts({ states: ['refused', 'succeeded'] })).toHaveLength(2);
  });

  test('for a person: what they typed themselves, anywhere, and what is booked to their store', async () => {
    const own = await redeem(YES, { store: WEST }, { user: 'wecom:zhangsan' });
    const colleague = await redeem(YES, { store: EAST }, { user: 'wecom:lisi' });
    const stranger = await redeem(YES, { store: WEST }, { user: 'wecom:wangwu' });
    const nowhere = await redeem(null, { store: null, unsent: 'unbound' }, { user: 'wecom:qianqi' });
    const seenBy = (user: string, storeCode: string | null) =>
      receipts({ card: own.card, seenBy: { user, storeCode } });
    expect(await seenBy('wecom:zhangsan', EAST.code)).toEqual([colleague.receipt, own.receipt]);
    expect(await seenBy('wecom:wangwu', WEST.code)).toEqual([stranger.receipt, own.receipt]);
    expect(await seenBy('wecom:qianqi', null)).toEqual([nowhere.receipt]);
  });

  test('a store under one name, however it was called at the time', async () => {
    await redeem(YES, { store: EAST });
    await redeem(YES, { store: { ...EAST, name: '人民路旗舰店' } });
    const { counts } = await ledger.findRecords({ storeCode: EAST.code }, 0);
    expect(counts).toMatchObject([{ store: { code: EAST.code }, lines: 2 }]);
  });
});
