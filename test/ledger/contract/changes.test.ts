import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenedLedger } from '../../../src/ledger/ledger.ts';
import type { Redemption } from '../../../src/redemption/redemption.ts';
import { newLine, newMessage } from '../fixtures.ts';
import { places, type LedgerPlace } from '../places.ts';

const STORE = { code: 'EW_N1', name: '人民路店' };

/** What every ledger promises to those who watch what happens. */
describe.each(places)('$name tells what has changed', ({ make }) => {
  let place: LedgerPlace;
  let opened: OpenedLedger;
  beforeEach(async () => {
    place = await make();
    opened = await place.open();
  });
  afterEach(async () => {
    await opened.ledger.close().catch(() => undefined);
    await place.clear();
  });

  async function claim(user = 'wecom:zhangsan'): Promise<Redemption> {
    const message = newMessage({ user, messageId: `m-${Math.random()}` });
    const [row] = (await opened.ledger.claim(message, [newLine({ store: STORE })])).message.redemptions;
    if (row === undefined) throw new Error('no row');
    return row;
  }
  const since = async (instant: number, limit = 10) => {
    const { redemptions, more } = await opened.ledger.findChanges(instant, limit);
    return { states: redemptions.map(({ redemption: { receipt, state } }) => [receipt, state]), more };
  };

  test('what was claimed and what was settled since, each once, as it stands now', async () => {
    const first = await claim();
    const second = await claim();
    expect((await since(0)).states).toEqual([
      [first.receipt, 'pending'],
      [second.receipt, 'pending'],
    ]);
    const settled = await opened.ledger.settle(first, { state: 'succeeded', vendorMsg: null });
    // As if it had been typed long ago.
    await place.query('update redemptions set claimed_at = 5');
    expect((await since(6)).states).toEqual([[first.receipt, 'succeeded']]);
    expect((await since((settled.settledAt ?? 0) + 1)).states).toEqual([]);
  });

  test('says when there are more than were asked for', async () => {
    await claim();
    await claim();
    expect((await since(0, 2)).more).toBe(false);
    expect((await since(0, 1)).more).toBe(true);
  });

  test('counts what is unknown of any day, by store and person', async () => {
    const [one, two, three] = [await claim(), await claim(), await claim('wecom:lisi')];
    for (const row of [one, two, three]) await opened.ledger.settle(row, { state: 'unknown', reason: 'timeout' });
    await claim();
    const counts = await opened.ledger.countUnknowns();
    expect([...counts].sort((a, b) => b.lines - a.lines)).toEqual([
      { storeCode: STORE.code, user: 'wecom:zhangsan', lines: 2 },
      { storeCode: STORE.code, user: 'wecom:lisi', lines: 1 },
    ]);
    await opened.ledger.settleByHand(three.id, 'succeeded', { how: 'hand', user: 'wecom:boss', name: '老板' });
    expect(await opened.ledger.countUnknowns()).toHaveLength(1);
  });

  test('tells watchers after each of them, until they have seen enough', async () => {
    let told = 0;
    const stop = opened.watch(() => (told += 1));
    let row = null as Redemption | null;
    const theRow = () => row ?? expect.fail('not claimed');
    const by = { how: 'hand', user: 'wecom:boss', name: '老板' } as const;
    for (const change of [
      async () => (row = await claim()),
      () => opened.ledger.settle(theRow(), { state: 'unknown', reason: 'timeout' }),
      () => opened.ledger.settleByHand(theRow().id, 'refused', by),
    ]) {
      const before = told;
      await change();
      await expect.poll(() => told).toBeGreaterThan(before);
    }
    const other = await opened.ledger.settle(await claim(), { state: 'unknown', reason: 'timeout' });
    const beforeList = told;
    const list = { how: 'list', user: 'wecom:boss', name: '老板', file: 'a.xlsx', sha256: 'a', place: null } as const;
    await opened.ledger.settleByList(other.id, 'succeeded', list, other.settledAt);
    await expect.poll(() => told).toBeGreaterThan(beforeList);
    stop();
    const before = told;
    await claim();
    expect(told).toBe(before);
  });
});
