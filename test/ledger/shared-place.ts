import { DatabaseSync } from 'node:sqlite';
import { migrate } from '../../src/ledger/migrations.ts';
import { startSharedLedger, type SharedLedgerParts } from '../../src/ledger/postgres/shared-ledger.ts';
import { queriesOn } from '../../src/ledger/sqlite/database.ts';
import type { Ledger } from '../../src/redemption/ledger.ts';
import { realTime } from '../../src/time/real.ts';
import { log } from './postgres-place.ts';

const HOUR_MS = 3_600_000;
export const DEAD_AFTER_MS = 20_000;

/** A database without a server, whose services are all in this process. */
export async function startSharedPlace() {
  const raw = new DatabaseSync(':memory:');
  const db = queriesOn(raw);
  await migrate(db, 'sqlite');
  const opened: Ledger[] = [];
  let ahead = 0;
  let services = 0;
  const clock = {
    now: () => Date.now() + ahead,
    measure: async () => Date.now() + ahead,
  };
  return {
    raw,
    clock,
    pass: (ms: number) => (ahead += ms),
    async open(change: Partial<SharedLedgerParts> = {}) {
      const service = await startSharedLedger({
        db,
        beatDb: db,
        clock,
        instance: `service-${++services}`,
        time: realTime,
        log,
        wanted: () => [],
        announcements: null,
        heartbeatMs: HOUR_MS,
        clearMs: 50,
        deadAfterMs: DEAD_AFTER_MS,
        graceMs: 0,
        pollMs: 20,
        rowLocks: false,
        ...change,
      });
      opened.push(service.ledger);
      return service;
    },
    async clear() {
      await Promise.all(opened.map((ledger) => ledger.close()));
      await db.destroy();
    },
  };
}
