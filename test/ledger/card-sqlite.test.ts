import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { cardContract } from './contract/cards.test.ts';

cardContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cards-'));
  return {
    open: async () => (await openSqliteLedger(join(folder, 'ledger.db'))).ledger,
    crash: (ledger) => ledger.close(),
    clear: () => rm(folder, { recursive: true }),
    change: async (statement) => {
      const db = new DatabaseSync(join(folder, 'ledger.db'), { timeout: 5_000 });
      db.exec(statement);
      db.close();
    },
  };
});

test('cards, questions and looks are found through indexes, most of them small', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cards-'));
  const path = join(folder, 'ledger.db');
  const { ledger } = await openSqliteLedger(path);
  await ledger.close();
  const db = new DatabaseSync(path);
  const plan = (where: string) =>
    JSON.stringify(db.prepare(`explain query plan select * from redemptions where ${where}`).all());
  expect(plan("card in ('a', 'b') and claimed_at >= 1")).toContain('redemptions_by_card (card=? AND claimed_at>?)');
  expect(plan("real_card in ('a', 'b') and claimed_at >= 1")).toContain('redemptions_by_real_card');
  expect(plan('asked_message in (1, 2)')).toContain('redemptions_asked_in');
  expect(plan('look_due <= 1 and (looks > 0 or look_due <= 0) order by look_due')).toContain('redemptions_looks');
  expect(plan("state = 'asked' and ask_expires <= 1")).toContain('redemptions_asked');
  expect(plan("user_id = 'a' and ask_expires > 1 order by id desc")).toContain('redemptions_questions');
  db.close();
  await rm(folder, { recursive: true });
});
