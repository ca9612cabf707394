import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { outboxContract } from './contract/outbox.test.ts';

outboxContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outbox-'));
  return {
    open: () => openSqliteLedger(join(folder, 'ledger.db')),
    crash: ({ ledger }) => ledger.close(),
    clear: () => rm(folder, { recursive: true }),
  };
});

test('what is waiting, due, begun or still unknown is found through small indexes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outbox-'));
  const path = join(folder, 'ledger.db');
  const { ledger } = await openSqliteLedger(path);
  await ledger.close();
  const db = new DatabaseSync(path);
  const plan = (query: string) => JSON.stringify(db.prepare(`explain query plan ${query}`).all());
  expect(plan('select id from notices where addressed_at is null order by id')).toContain('notices_open');
  expect(plan('select robot from notice_robots where due <= 1 order by due')).toContain('robots_due');
  expect(plan("select id from notice_messages where robot = 'r' and finished_at is null")).toContain('message_begun');
  expect(plan("select notice from notice_deliveries where robot = 'r' and state = 'waiting'")).toContain(
    'deliveries_waiting',
  );
  expect(plan("select count(*) from notice_deliveries where state = 'waiting'")).toContain('deliveries_waiting');
  expect(
    plan("select 1 from redemptions where store_code in ('a', 'b') and claimed_at >= 1 group by user_id"),
  ).toContain('redemptions_by_store');
  expect(
    plan("select id from redemptions where state = 'unknown' and store_code in ('a', 'b') and claimed_at < 1"),
  ).toContain('redemptions_unknown');
  db.close();
  await rm(folder, { recursive: true });
});
