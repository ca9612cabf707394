import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger, PeopleLedger } from '../../../src/redemption/ledger.ts';
import type { NewLine, NewMessage } from '../../../src/redemption/message.ts';
import type { RecordCursor, RecordFilter } from '../../../src/redemption/records.ts';
import type { Outcome, Redemption } from '../../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

const EAST = { code: 'EW_N1', name: '人民路店' };
const WEST = { code: 'EW_N2', name: '西湖店' };
const OUTCOMES: readonly (Outcome | null)[] = [
  { state: 'succeeded', vendorMsg: '成功' },
  { state: 'refused', vendorMsg: '剩余次数不足' },
  { state: 'unknown', reason: 'timeout' },
  { state: 'unsent', reason: 'busy' },
  null,
];

/** What every ledger promises to pages that go through what is on record. */
describe.each(places)('$name lists what is on record', ({ make }) => {
  let place: LedgerPlace;
  let ledger: Ledger;
  let people: PeopleLedger;
  beforeEach(async () => {
    place = await make();
    ({ ledger, people } = await place.open());
  });
  afterEach(async () => {
    await ledger.close().catch(() => undefined);
    await place.clear();
  });

  async function redeem(outcome: Outcome | null, line: Partial<NewLine>, message: Partial<NewMessage> = {}) {
    const claim = await ledger.claim(newMessage(message), [newLine(line)]);
    const [row] = claim.message.redemptions;
    if (row === undefined) throw new Error('no row');
    return outcome === null ? row : ledger.settle(row, outcome);
  }

  /** All parts, joined; `meanwhile` happens after each. */
  async function all(filter: RecordFilter, limit: number, meanwhile = async () => {}): Promise<string[]> {
    const found: string[] = [];
    let before: RecordCursor | null = null;
    do {
      const { rows, next } = await ledger.listRecords(filter, { before, limit });
      expect(rows.length).toBeLessThanOrEqual(limit);
      found.push(...rows.map(({ redemption }) => redemption.receipt));
      before = next;
      await meanwhile();
    } while (before !== null);
    return found;
  }

  test('in parts that joined are all that match, newest first, while more arrive', async () => {
    const rows: Redemption[] = [];
    for (let n = 0; n < 40; n += 1) {
      const line = { store: n % 3 === 0 ? EAST : WEST, card: `91400000000000${String(1000 + (n % 4))}` };
      const row = await redeem(OUTCOMES[n % 5] ?? null, line, { user: `wecom:person${n % 3}` });
      // Several at the same instant, and not in the order of their ids.
      const at = 1_000_000 + ((n * 7) % 10);
      const code = n % 8 === 1 ? `, real_card = '91400000000000${1000 + ((n + 1) % 4)}'` : '';
      await place.query(`update redemptions set claimed_at = ${at}${code} where id = ${row.id} returning id`);
      rows.push({ ...row, claimedAt: at });
    }
    const filters: RecordFilter[] = [
      {},
      { states: ['succeeded'] },
      ...(['refused', 'unknown', 'unsent', 'pending', 'asked'] as const).map((state) => ({ states: [state] })),
      { states: ['refused', 'unknown'] },
      { storeCode: EAST.code },
      { storeCode: EAST.code, states: ['refused'] },
      { storeCode: WEST.code, states: ['pending'] },
      { users: ['wecom:person1', 'wecom:person2'] },
      { users: ['wecom:person1', 'wecom:person1'], storeCode: EAST.code },
      { user: 'wecom:person0', states: ['unknown'] },
      { tail: '1001' },
      { tail: '001001', storeCode: WEST.code },
      { tail: '1001', seenBy: { user: 'wecom:person1', storeCode: EAST.code } },
      { cards: ['914000000000001000', '914000000000001002'] },
      { seenBy: { user: 'wecom:person1', storeCode: EAST.code } },
      { span: { from: 1_000_003, to: 1_000_007 } },
      { span: { from: 1_000_003, to: 1_000_007 }, states: ['pending'] },
      { receipt: rows[7]?.receipt ?? '' },
    ];
    for (const filter of filters) {
      const expected = (await ledger.findRecords(filter, 100)).newest.map(({ redemption }) => redemption.receipt);
      for (const limit of [1, 3, 100]) expect([filter, await all(filter, limit)]).toEqual([filter, expected]);
    }
    const before = (await ledger.findRecords({}, 100)).newest.map(({ redemption }) => redemption.receipt);
    const arrive = () => redeem(null, { store: EAST, card: '914000000000001001' }).then(() => undefined);
    expect(await all({}, 9, arrive)).toEqual(before);
  });

  test('that there is nothing older is known with the last part', async () => {
    for (let n = 0; n < 4; n += 1) await redeem(null, {});
    const first = await ledger.listRecords({}, { before: null, limit: 2 });
    expect(first.rows).toHaveLength(2);
    const second = await ledger.listRecords({}, { before: first.next, limit: 2 });
    expect([second.rows.length, second.next]).toEqual([2, null]);
  });

  test('people on record by a part of their name or account, of a store those who typed there', async () => {
    await people.noteName('wecom:zhang', '张三');
    await people.noteName('wecom:Zhao_1', 'Mary 100%');
    await redeem(null, { store: EAST }, { user: 'wecom:zhang' });
    const find = async (text: string, store: string | null = null) =>
      (await ledger.findTypists(text, store, 10)).map(({ user }) => user);
    expect(await find('三')).toEqual(['wecom:zhang']);
    expect(await find('MARY')).toEqual(['wecom:Zhao_1']);
    expect(await find('zhao_')).toEqual(['wecom:Zhao_1']);
    expect(await find('%')).toEqual(['wecom:Zhao_1']);
    expect(await find('_')).toEqual(['wecom:Zhao_1']);
    expect(await find('zha', EAST.code)).toEqual(['wecom:zhang']);
    expect(await find('zha', WEST.code)).toEqual([]);
    expect(await ledger.findTypists('wecom', null, 1)).toHaveLength(1);
  });
});
