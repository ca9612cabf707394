import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { NoticeKind } from '../../redemption/notices.ts';
import { LedgerError } from '../errors.ts';
import type { OpenedLedger } from '../ledger.ts';
import { createReads } from '../reads.ts';
import { migrate } from '../migrations.ts';
import { createWaiters } from '../redemptions/waiters.ts';
import type { VerbName } from '../verbs.ts';
import { assembleLedger } from './assemble.ts';
import { queriesOn } from './database.ts';
import { createParcels } from './parcels.ts';
import { openStorage, type StorageOptions } from './storage.ts';

export interface InProcessOptions extends Omit<StorageOptions, 'wanted'> {
  /** What groups want to hear at the moment. Default: nothing. */
  readonly wanted?: () => readonly NoticeKind[];
}

/**
 * The ledger of a SQLite file without its file, lock and thread: for tests, of which most need no more. The database
 * belongs to the caller, and outlives the ledger: to open it again stands for a restart.
 */
export async function openInProcessLedger(
  database = new DatabaseSync(':memory:'),
  { wanted = () => [], ...options }: InProcessOptions = {},
): Promise<OpenedLedger> {
  await bringUp(database);
  const { found, run } = await openStorage(queriesOn(database), { ...options, wanted: wanted() });
  const waiters = createWaiters();
  // Parcels are worked off one after the other, and copied on their way as between threads.
  let last: Promise<void> = Promise.resolve();
  const parcels = createParcels((requests) => {
    const sent = structuredClone(requests);
    const wantedNow = wanted();
    last = last.then(async () => {
      parcels.take(structuredClone(await run(sent, wantedNow)));
    });
  });

  const close = async () => {
    parcels.flush();
    await last;
    const error = new LedgerError('closed', 'the ledger is closed');
    parcels.fail(error);
    waiters.fail(error);
  };
  const { now = Date.now } = options;
  const perform = parcels.call as (verb: VerbName, ...args: readonly unknown[]) => Promise<unknown>;
  const reads = createReads((name, args) => perform(name, ...args));
  return assembleLedger({ call: parcels.call, reads, waiters, found, now, log: undefined, close });
}

/** What the migrations make of an empty database. */
let shape: Promise<(empty: DatabaseSync) => void> | null = null;

/** Gives an empty database the tables that the migrations would: they take longer than most tests do. */
async function bringUp(database: DatabaseSync): Promise<void> {
  if (database.prepare('select 1 from sqlite_master').get() === undefined) (await (shape ??= readShape()))(database);
}

async function readShape(): Promise<(empty: DatabaseSync) => void> {
  const migrated = new DatabaseSync(':memory:');
  await migrate(queriesOn(migrated), 'sqlite');
  const made = "select sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid";
  const script = migrated.prepare(made).all();
  const done = ['kysely_migration', 'kysely_migration_lock'].flatMap((table) =>
    migrated
      .prepare(`select * from ${table}`)
      .all()
      .map((row) => ({ table, row })),
  );
  migrated.close();
  return (empty) => {
    empty.exec(script.map(({ sql }) => String(sql)).join(';\n'));
    for (const { table, row } of done) {
      const values = Object.values(row);
      empty
        .prepare(`insert into ${table} values (${values.map(() => '?').join()})`)
        .run(...(values as SQLInputValue[]));
    }
  };
}
