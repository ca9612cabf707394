import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/ledger/sqlite/database.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { newLine, newMessage } from './fixtures.ts';

describe('the SQLite file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ledger-'));
    path = join(folder, 'ledger.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('belongs to one service; a second one is told so', async () => {
    const { ledger } = await openSqliteLedger(path);
    await expect(openSqliteLedger(path)).rejects.toMatchObject({ code: 'in-use' });
    await ledger.close();
    const next = await openSqliteLedger(path);
    await next.ledger.close();
  });

  test('is free again, with its pending rows unknown, as soon as its service was killed', async () => {
    const script = join(folder, 'service.ts');
    await writeFile(
      script,
      `import { openSqliteLedger } from ${JSON.stringify(new URL('../../src/ledger/sqlite/ledger.ts', import.meta.url))};
      const { ledger } = await openSqliteLedger(${JSON.stringify(path)});
      await ledger.claim(${JSON.stringify(newMessage())}, [${JSON.stringify(newLine())}]);
      console.log('claimed');
      setInterval(() => {}, 1000);`,
    );
    const child: ChildProcess = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout === null) throw new Error('no stdout');
    await once(child.stdout, 'data');
    await expect(openSqliteLedger(path)).rejects.toMatchObject({ code: 'in-use' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { ledger, interrupted } = await openSqliteLedger(path);
    expect(interrupted).toBe(1);
    await ledger.close();
  });

  test('can be read by exports while the service runs', async () => {
    const { ledger } = await openSqliteLedger(path);
    await ledger.claim(newMessage(), [newLine()]);
    const reader = new DatabaseSync(path, { readOnly: true });
    expect(reader.prepare('select count(*) as rows from redemptions').get()).toEqual({ rows: 1 });
    reader.close();
    await ledger.claim(newMessage(), [newLine()]);
    await ledger.close();
  });

  test('syncs the write-ahead log at every commit', async () => {
    const db = openDatabase(path);
    expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: 'wal' }]);
    expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: 2 }]);
    await db.destroy();
  });

  test('that is not a ledger stops the start and stays as it is', async () => {
    await writeFile(path, 'not a database, and long enough to be looked at '.repeat(50));
    await expect(openSqliteLedger(path)).rejects.toMatchObject({ code: 'storage' });
  });

  test('one request that cannot be done does not take down the others of its parcel', async () => {
    const { ledger } = await openSqliteLedger(path);
    const [good, bad] = await Promise.allSettled([
      ledger.claim(newMessage(), [newLine()]),
      ledger.settle({ id: -1, message: -1 }, { state: 'succeeded', vendorMsg: null }),
    ]);
    expect(good.status).toBe('fulfilled');
    expect(bad.status).toBe('rejected');
    await ledger.close();
  });
});
