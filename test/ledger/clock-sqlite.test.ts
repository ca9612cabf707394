import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { clockContract } from './contract/clock.test.ts';
import { setBackFile } from './set-back.ts';

clockContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clock-'));
  const path = join(folder, 'ledger.db');
  return {
    open: () => openSqliteLedger(path),
    setBack: async (ms) => setBackFile(path, ms),
    clear: () => rm(folder, { recursive: true }),
  };
});

test('what is due or too far ahead is found through small indexes, however much is held', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clock-'));
  const path = join(folder, 'ledger.db');
  const { ledger } = await openSqliteLedger(path);
  await ledger.close();
  const db = new DatabaseSync(path);
  const plan = (query: string) => JSON.stringify(db.prepare(`explain query plan ${query}`).all());
  const replies = plan(
    `select id from messages where ((reply_due <= 1 or reply_due > 3)
       or (reply_state in ('queued', 'sending') and reply_due > 2)
       or (reply_state = 'held' and received_at > 4)) order by reply_due limit 16`,
  );
  expect(replies).not.toContain('SCAN');
  expect(replies).toContain('replies_under_way (reply_due>?)');
  expect(replies).toContain('replies_held_since (received_at>?)');
  expect(
    plan('select id from redemptions where look_due <= 0 or (look_due <= 1 and looks > 0) or look_due > 2'),
  ).not.toContain('SCAN');
  db.close();
  await rm(folder, { recursive: true });
});
