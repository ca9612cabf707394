import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Tables } from '../../src/ledger/schema.ts';
import { findRecords } from '../../src/ledger/verbs/find-records.ts';
import type { RecordFilter } from '../../src/redemption/records.ts';
import { recordsContract } from './contract/records.test.ts';

recordsContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'records-'));
  return {
    open: async () => (await openSqliteLedger(join(folder, 'ledger.db'))).ledger,
    crash: (ledger) => ledger.close(),
    clear: () => rm(folder, { recursive: true }),
  };
});

/** A database that does not run its queries but says how it would. */
function planner(raw: DatabaseSync, plans: string[]): Kysely<Tables> {
  const prepare = (text: string) => {
    if (!text.startsWith('select')) return { reader: false, all: () => [], run: () => NOTHING_CHANGED, iterate };
    const statement = raw.prepare(`explain query plan ${text}`);
    const all = (parameters: readonly unknown[]) => {
      plans.push(...statement.all(...(parameters as SQLInputValue[])).map(({ detail }) => String(detail)));
      return [];
    };
    return { reader: true, all, run: () => NOTHING_CHANGED, iterate };
  };
  return new Kysely({ dialect: new SqliteDialect({ database: { prepare, close: () => undefined } }) });
}
const NOTHING_CHANGED = { changes: 0, lastInsertRowid: 0 };
const iterate = () => [].values();

test('each question has its index, so that it is answered as fast in a ledger of many years', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'records-'));
  const path = join(folder, 'ledger.db');
  await (await openSqliteLedger(path)).ledger.close();
  const raw = new DatabaseSync(path);
  const span = { from: 1, to: 2 };
  const seenBy = { user: 'wecom:zhangsan', storeCode: 'EW_N1' };
  const questions: [RecordFilter, string][] = [
    [{ span }, 'redemptions_by_time'],
    [{ span, user: 'wecom:zhangsan' }, 'redemptions_by_user'],
    [{ span, storeCode: 'EW_N1' }, 'redemptions_by_store'],
    [{ card: 'AAA111' }, 'redemptions_by_card'],
    [{ card: 'AAA111', seenBy }, 'redemptions_by_card'],
    [{ receipt: 'R-23456789', seenBy }, '(receipt=?)'],
  ];
  for (const [filter, index] of questions) {
    const plans: string[] = [];
    const db = planner(raw, plans);
    await db
      .transaction()
      .execute((trx) =>
        findRecords({ trx, now: 0, instance: '', newReceipt: () => '', shared: false, taken: null }, filter, 15),
      );
    const searches = plans.filter((plan) => plan.includes('redemptions'));
    expect(searches.filter((search) => search.includes(index))).toHaveLength(2);
    expect(searches.filter((search) => !/^SEARCH .+ USING INDEX /u.test(search))).toEqual([]);
    // The newest of many are read from the index's end.
    if ('span' in filter) expect(plans.join('\n')).not.toContain('ORDER BY');
  }
  raw.close();
  await rm(folder, { recursive: true });
});
