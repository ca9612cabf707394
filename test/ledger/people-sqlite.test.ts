import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { peopleContract } from './contract/people.test.ts';

peopleContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'people-'));
  const path = join(folder, 'ledger.db');
  return {
    open: () => openSqliteLedger(path),
    clear: () => rm(folder, { recursive: true }),
    async query(text) {
      const db = new DatabaseSync(path, { timeout: 5_000 });
      const rows = db.prepare(text).all();
      db.close();
      return rows;
    },
  };
});

test('open requests and held replies are found through small indexes, however large the ledger grows', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'people-'));
  const path = join(folder, 'ledger.db');
  const { ledger } = await openSqliteLedger(path);
  await ledger.close();
  const db = new DatabaseSync(path);
  const plan = (query: string) => JSON.stringify(db.prepare(`explain query plan ${query}`).all());
  const requests = 'select * from binding_requests where';
  expect(plan(`${requests} user_id = 'u' and state = 'open'`)).toContain('binding_open');
  expect(
    plan(`${requests} state = 'open' and asked_at > 1 and store_code = 's' order by asked_at, id limit 5`),
  ).toContain('bindings_waiting');
  expect(plan(`${requests} user_id = 'u' and asked_at > 1`)).toContain('bindings_of_user');
  expect(plan("select * from messages where reply_state = 'held' and user_id = 'u' order by id")).toContain(
    'replies_held',
  );
  db.close();
  await rm(folder, { recursive: true });
});
