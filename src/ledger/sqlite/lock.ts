import { DatabaseSync } from 'node:sqlite';
import { LedgerError } from '../errors.ts';

/**
 * Takes the ledger for this process, until `close` or the process's death (the kernel drops the file lock even on
 * SIGKILL). The lock is a second file, because locking the ledger itself would shut out exports and backups.
 * Throws LedgerError `in-use` when another service holds it.
 */
export function lockLedger(path: string): DatabaseSync {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && error.message.includes('locked')) {
      throw new LedgerError(
        'in-use',
        'another service is running on this ledger; stop it first, or use another DATA_DIR',
      );
    }
    throw error;
  }
}
