import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { NoticeKind } from '../redemption/notices.ts';
import type { OpenedLedger } from './ledger.ts';
import { openSqliteLedger } from './sqlite/ledger.ts';

export interface LedgerPlace {
  /** PostgreSQL; null = a SQLite file in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly log: Log;
  /** What groups want to hear at the moment. */
  readonly wanted: () => readonly NoticeKind[];
  /** A module with a `Beginning`, for a SQLite file that is empty. */
  readonly beginning?: URL | undefined;
}

/** Opens the ledger that the settings ask for. Rejects with LedgerError. */
export async function openLedger({ databaseUrl, dataDir, log, wanted, beginning }: LedgerPlace): Promise<OpenedLedger> {
  if (databaseUrl === null) return openSqliteLedger(join(dataDir, 'ledger.db'), { log, wanted, beginning });
  // Loaded only where it is used: driver and query builder take a tenth of a second and 15 MB in every service.
  const { openPostgresLedger } = await import('./postgres/ledger.ts');
  return openPostgresLedger(databaseUrl, { log, wanted });
}
