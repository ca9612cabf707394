import { DatabaseSync } from 'node:sqlite';
import { LedgerError } from '../errors.ts';
import type { OpenedLedger } from '../ledger.ts';
import { createWaiters } from '../waiters.ts';
import { assembleLedger } from './assemble.ts';
import { queriesOn } from './database.ts';
import { createParcels } from './parcels.ts';
import { openStorage, type StorageOptions } from './storage.ts';

/**
 * The ledger of a SQLite file without its file, lock and thread: for tests, of which most need no more. The database
 * belongs to the caller, and outlives the ledger: to open it again stands for a restart.
 */
export async function openInProcessLedger(
  database = new DatabaseSync(':memory:'),
  options: StorageOptions = {},
): Promise<OpenedLedger> {
  const { found, run } = await openStorage(queriesOn(database), options);
  const waiters = createWaiters();
  // Parcels are worked off one after the other, and copied on their way as between threads.
  let last: Promise<void> = Promise.resolve();
  const parcels = createParcels((requests) => {
    const sent = structuredClone(requests);
    last = last.then(async () => {
      parcels.take(structuredClone(await run(sent)));
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
  return assembleLedger({ call: parcels.call, waiters, found, now, log: undefined, close });
}
