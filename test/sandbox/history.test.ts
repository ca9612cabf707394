import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { beginWith } from '../../src/ledger/sqlite/beginning.ts';
import { queriesOn } from '../../src/ledger/sqlite/database.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { SAMPLE_MAPPING } from '../../src/sandbox/people.ts';
import { newLine, newMessage } from '../ledger/fixtures.ts';

const HISTORY = new URL('../../src/sandbox/history.ts', import.meta.url);
/** A Friday afternoon. */
const NOW = Date.parse('2026-11-27T15:30:00+08:00');
const calendar = createCalendar('Asia/Shanghai');
const ALL = 100_000;

let database: DatabaseSync;
let ledger: Ledger;
beforeEach(async () => {
  database = new DatabaseSync(':memory:');
  ({ ledger } = await openInProcessLedger(database));
});
afterEach(() => ledger.close());

describe('what a sandbox begins with', () => {
  test('is three weeks and this morning of two shops, with every outcome', async () => {
    await beginWith(queriesOn(database), HISTORY.href, NOW);
    const { newest } = await ledger.findRecords({}, ALL);
    const days = new Set(newest.map(({ redemption }) => calendar.dayOf(redemption.claimedAt)));
    expect(days.size).toBe(22);
    expect(newest.length).toBeGreaterThan(600);
    expect(newest.length).toBeLessThan(2_000);
    const states = new Set(newest.map(({ redemption: { state } }) => state));
    expect([...states].toSorted()).toEqual(['refused', 'succeeded', 'unknown', 'unsent']);
    expect(new Set(newest.map(({ redemption }) => redemption.settledBy?.how))).toEqual(
      new Set([undefined, 'look', 'hand']),
    );
    const codes = new Set(newest.map(({ redemption: { store } }) => store?.code));
    expect([...codes].toSorted()).toEqual(SAMPLE_MAPPING.stores.map(({ code }) => code).toSorted());
    for (const { redemption } of newest) {
      expect(redemption.claimedAt).toBeLessThan(NOW);
      expect(redemption.settledAt ?? 0).toBeGreaterThanOrEqual(redemption.claimedAt);
      expect(redemption.remainingBefore).toBeGreaterThanOrEqual(redemption.count);
    }
  });

  test('has nothing of the visitor: none of the cards at hand, and nothing of today by the person who speaks first', async () => {
    await beginWith(queriesOn(database), HISTORY.href, NOW);
    for (const { card } of SANDBOX_CARDS) expect((await ledger.findRecords({ card }, 1)).newest).toEqual([]);
    const today = { from: calendar.instantOf('2026-11-27', '00:00'), to: NOW };
    expect((await ledger.findRecords({ span: today, user: 'wecom:zhangsan' }, 1)).newest).toEqual([]);
    expect((await ledger.findRecords({ span: today, user: 'wecom:zhaomin' }, 1)).newest).not.toEqual([]);
  });

  test('leaves nothing to be done: no reply, no look and no question of it waits', async () => {
    await beginWith(queriesOn(database), HISTORY.href, NOW);
    expect(await ledger.takeDueReplies(10, 1_000)).toEqual([]);
    expect(await ledger.takeDueLooks(10, 1_000, 0)).toEqual([]);
    expect(await ledger.findHeldUsers()).toEqual([]);
  });

  test('shows a person who has left by name', async () => {
    await beginWith(queriesOn(database), HISTORY.href, NOW);
    const { newest } = await ledger.findRecords({ user: 'wecom:sunli' }, 1);
    expect(newest[0]?.name).toBe('孙丽');
  });

  test('is left out where there is something already', async () => {
    await ledger.claim(newMessage(), [newLine()]);
    await beginWith(queriesOn(database), HISTORY.href, NOW);
    expect((await ledger.findRecords({}, ALL)).newest).toHaveLength(1);
  });
});

test('a ledger file begins with it once, and what comes later stands beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'history-'));
  const open = async () => (await openSqliteLedger(join(folder, 'ledger.db'), { beginning: HISTORY })).ledger;
  const first = await open();
  const { length } = (await first.findRecords({}, ALL)).newest;
  const { message } = await first.claim(newMessage(), [newLine()]);
  expect(message.redemptions).toHaveLength(1);
  await first.close();
  const second = await open();
  expect((await second.findRecords({}, ALL)).newest).toHaveLength(length + 1);
  await second.close();
  await rm(folder, { recursive: true });
});
