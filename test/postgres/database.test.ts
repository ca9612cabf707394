import { sql, type Transaction } from 'kysely';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase, type Database } from '../../src/postgres/database.ts';
import { setUpTables } from '../../src/postgres/set-up.ts';
import { inTransaction } from '../../src/postgres/transaction.ts';
import { realTime } from '../../src/time/real.ts';
import { startPostgresProxy } from '../support/postgres-proxy.ts';
import { createDatabase } from '../support/databases.ts';
import { query } from '../support/postgres.ts';

let url: string;
let database: Database<unknown>;
beforeEach(async () => {
  url = await createDatabase();
  database = openDatabase(url, { poolSize: 2, statementMs: 300 });
});
afterEach(() => database.close());

const synchronousCommit = () =>
  inTransaction(database.db, async (trx) => (await sql`show synchronous_commit`.execute(trx)).rows);
const complain = (state: string) => sql.raw(`do $$ begin raise exception using errcode = '${state}'; end $$`);

describe('a transaction', () => {
  test.each(['40001', '40P01'])('that the database rolled back because of others (%s) is done again', async (state) => {
    let tries = 0;
    const result = await inTransaction(database.db, async (trx) => {
      tries += 1;
      if (tries < 3) await complain(state).execute(trx);
      return 'done';
    });
    expect([result, tries]).toEqual(['done', 3]);
  });

  test('that the database refused is not done again, and its connection serves the next', async () => {
    let tries = 0;
    const refused = inTransaction(database.db, async (trx) => {
      tries += 1;
      await complain('23514').execute(trx);
    });
    await expect(refused).rejects.toMatchObject({ code: '23514' });
    expect(tries).toBe(1);
    await expect(inTransaction(database.db, async () => 'done')).resolves.toBe('done');
  });

  test('whose connection was cut is done again on another', async () => {
    let tries = 0;
    const result = await inTransaction(database.db, async (trx) => {
      tries += 1;
      if (tries === 1) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
      return (await sql<{ one: number }>`select 1 as one`.execute(trx)).rows;
    });
    expect([result, tries]).toEqual([[{ one: 1 }], 2]);
  });

  test.each([
    ['commit', { name: 'CommitUncertain' }],
    ['begin', { code: '23514' }],
  ])('of which a try broke off at its %s says what is known, with any result of a later one', async (word, error) => {
    const proxy = await startPostgresProxy(url);
    const through = openDatabase(proxy.url, { poolSize: 1, statementMs: 300 });
    onTestFinished(async () => {
      await through.close();
      await proxy.close();
    });
    let broken = false;
    proxy.judge = (text) => {
      if (broken || !text.startsWith(word)) return 'pass';
      broken = true;
      return 'lose-answer';
    };
    const told: boolean[] = [];
    const refused = inTransaction(through.db, async (trx, uncertain) => {
      told.push(uncertain);
      if (broken && told.length > Number(word === 'commit')) await complain('23514').execute(trx);
    });
    await expect(refused).rejects.toMatchObject(error);
    expect(told).toEqual(word === 'commit' ? [false, true] : [false]);
  });

  test('pauses between its tries as its time and its chance say, and gives up after two seconds', async () => {
    let at = 0;
    const pauses: number[] = [];
    const time = {
      ...realTime,
      monotonic: () => at,
      sleep: async (ms: number) => {
        pauses.push(ms);
        at += 700;
      },
    };
    const busy = inTransaction(database.db, (trx) => complain('40001').execute(trx), { time, random: () => 0.5 });
    await expect(busy).rejects.toMatchObject({ code: '40001' });
    expect(pauses).toEqual([20, 40, 80]);
  });

  test('whose statement takes too long is ended by the server', async () => {
    const slow = inTransaction(database.db, (trx) => sql`select pg_sleep(60)`.execute(trx));
    await expect(slow).rejects.toMatchObject({ code: '57014' });
  });

  test.each([
    ['off', 'on'],
    ['local', 'on'],
    ['remote_write', 'on'],
    ['on', 'on'],
    ['remote_apply', 'remote_apply'],
  ])('is on disk, here and there, when it is committed, where the database is set to %s', async (set, insisted) => {
    const name = new URL(url).pathname.slice(1);
    await query(url, `alter database ${name} set synchronous_commit = ${set}`);
    expect(await synchronousCommit()).toEqual([{ synchronous_commit: insisted }]);
  });

  test('is on disk when it is committed, even on a connection that another session has left careless', async () => {
    await sql`set synchronous_commit = off`.execute(database.db);
    expect(await synchronousCommit()).toEqual([{ synchronous_commit: 'on' }]);
    await sql`set synchronous_commit = remote_apply`.execute(database.db);
    expect(await synchronousCommit()).toEqual([{ synchronous_commit: 'remote_apply' }]);
  });

  test('reads 64-bit integers as numbers', async () => {
    const { rows } = await sql<{ big: number }>`select 9007199254740991::bigint as big`.execute(database.db);
    expect(rows).toEqual([{ big: Number.MAX_SAFE_INTEGER }]);
  });
});

describe('making the first tables', () => {
  test.each(['23505', '42P07', '42710', '40001'])('goes on when another service was faster (%s)', async (state) => {
    let tries = 0;
    await setUpTables(url, async (trx) => {
      tries += 1;
      if (tries === 1) await complain(state).execute(trx);
      await sql`create table if not exists first (id integer)`.execute(trx);
    });
    expect(tries).toBe(2);
    expect(await query(url, 'select * from first')).toEqual([]);
  });

  test('fails at once with what does not come from a race', async () => {
    let tries = 0;
    const made = setUpTables(url, async (trx) => {
      tries += 1;
      await complain('42501').execute(trx);
    });
    await expect(made).rejects.toMatchObject({ code: '42501' });
    expect(tries).toBe(1);
  });

  test('works for many services that start at once', async () => {
    const work = (trx: Transaction<unknown>) => sql`create table if not exists many (id integer)`.execute(trx);
    await Promise.all(Array.from({ length: 8 }, () => setUpTables(url, work)));
    expect(await query(url, 'select * from many')).toEqual([]);
  });
});
