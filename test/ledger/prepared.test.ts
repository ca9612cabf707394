import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Kysely } from 'kysely';
import { prepare } from '../../src/ledger/prepared.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { queriesOn } from '../../src/ledger/sqlite/database.ts';
import type { Tables } from '../../src/ledger/schema.ts';

let databases: DatabaseSync[];
let db: Kysely<Tables>;
let other: Kysely<Tables>;
beforeEach(async () => {
  databases = [new DatabaseSync(':memory:'), new DatabaseSync(':memory:')];
  for (const database of databases) await openInProcessLedger(database);
  [db, other] = databases.map(queriesOn) as [Kysely<Tables>, Kysely<Tables>];
});
afterEach(() => {
  for (const database of databases) database.close();
});

/** Builds it as often as it is asked for by a database that has not had it yet. */
function counted() {
  const built: unknown[] = [];
  const insert = prepare((on, { user, since }: { readonly user: string; readonly since: number }) => {
    built.push(on);
    return on.insertInto('allowances').values({ user_id: user, since, taken: 7 }).returningAll();
  });
  return { insert, built };
}

test('a query is built once for each database, and gets other values each time', async () => {
  const { insert, built } = counted();
  expect((await insert(db, { user: 'a', since: 1 })).rows).toEqual([{ user_id: 'a', since: 1, taken: 7 }]);
  expect((await insert(db, { since: 2, user: 'b' })).rows).toEqual([{ user_id: 'b', since: 2, taken: 7 }]);
  expect((await insert(other, { user: 'a', since: 3 })).rows).toEqual([{ user_id: 'a', since: 3, taken: 7 }]);
  expect(built).toEqual([db, other]);
});

test('a query takes part in the transaction that it is run in', async () => {
  const { insert, built } = counted();
  await insert(db, { user: 'a', since: 1 });
  const undone = db.transaction().execute(async (trx) => {
    await insert(trx, { user: 'b', since: 2 });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await db.selectFrom('allowances').select('user_id').execute()).toEqual([{ user_id: 'a' }]);
  expect(built).toHaveLength(1);
});

test('a value may be null at one time and not at another', async () => {
  const select = prepare((on, { user }: { readonly user: string | null }) =>
    on.selectFrom('allowances').select('taken').where('user_id', 'is', user),
  );
  await counted().insert(db, { user: 'a', since: 1 });
  expect((await select(db, { user: null })).rows).toEqual([]);
  expect((await select(db, { user: 'a' })).rows).toEqual([{ taken: 7 }]);
});
