import { randomUUID } from 'node:crypto';
import type { Log } from '../../log.ts';
import { openDatabase, type Database } from '../../postgres/database.ts';
import { describeFailure } from '../../postgres/errors.ts';
import { watchDurability } from '../../postgres/durability.ts';
import { setUpTables } from '../../postgres/set-up.ts';
import type { NoticeKind } from '../../redemption/notices.ts';
import { ClockSteps } from '../../time/clock-steps.ts';
import { realTime } from '../../time/real.ts';
import type { Time } from '../../time/time.ts';
import { LedgerError } from '../errors.ts';
import { DEAD_AFTER_MS } from '../leases/instances.ts';
import type { OpenedLedger } from '../ledger.ts';
import { migrate } from '../migrations.ts';
import type { Tables } from '../schema.ts';
import { startAnnouncements } from './announcements.ts';
import { DatabaseClock } from './clock.ts';
import { READS_AT_ONCE } from './reads.ts';
import { startSharedLedger } from './shared-ledger.ts';
import { createShortcuts } from './shortcuts.ts';

/** The longest that one statement may take: a platform waits for the callback that it belongs to. */
const STATEMENT_MS = 3_000;

export interface PostgresLedgerOptions {
  readonly log: Log;
  /** Names this run of the service; a name must never be used twice. */
  readonly instance?: string;
  /** How often this service shows that it is alive, and looks for dead ones. */
  readonly heartbeatMs?: number;
  /** How often this service shows that it has recorded all that it refused. */
  readonly clearMs?: number;
  /** A service that was not seen for so long is dead. All services should agree on it. */
  readonly deadAfterMs?: number;
  /** For so long after it has started, or was without the database, it takes nothing over. Default: `deadAfterMs`. */
  readonly graceMs?: number;
  /** How often results of other services are looked for, besides being announced. */
  readonly pollMs?: number;
  /** Connections at most, besides one for heartbeats, one for announcements and two for what may have much to read. */
  readonly poolSize?: number;
  readonly time?: Time;
  /** What groups want to hear at the moment. Default: nothing. */
  readonly wanted?: () => readonly NoticeKind[];
}

/**
 * Opens a ledger that several services may share, making its tables when they are not there. Rejects with LedgerError
 * `storage` when the database cannot be used; once open, it recovers by itself whenever the database does.
 */
export async function openPostgresLedger(url: string, options: PostgresLedgerOptions): Promise<OpenedLedger> {
  const { log, instance = randomUUID(), time = realTime } = options;
  const { heartbeatMs = 5_000, clearMs = 1_000, deadAfterMs = DEAD_AFTER_MS, pollMs = 500, poolSize = 16 } = options;
  const connections = new AsyncDisposableStack();
  const connect = (size: number): Database<Tables> => {
    const database = openDatabase<Tables>(url, { poolSize: size, statementMs: STATEMENT_MS });
    connections.defer(() => database.close());
    return database;
  };
  const { db, alone, createClient } = connect(poolSize);
  const clockSteps = new ClockSteps({
    clock: "the database's clock",
    time,
    onStep: (stepMs, sentence) => log.warn({ stepMs }, sentence),
  });
  const durability = watchDurability({ db, log, time });
  const disconnect = async () => {
    const stopped = durability.stop();
    await connections.disposeAsync();
    await stopped;
  };
  try {
    await setUpTables<Tables>(url, (trx) => migrate(trx, 'postgres'));
    return await startSharedLedger({
      db,
      beatDb: connect(1).db,
      readDb: connect(READS_AT_ONCE).db,
      clock: new DatabaseClock(time, clockSteps),
      instance,
      time,
      log,
      wanted: options.wanted ?? (() => []),
      announcements: (onHeard) =>
        startAnnouncements({
          createClient,
          onHeard(ids) {
            // Connected anew, perhaps to another server, and so fast that no heartbeat has noticed.
            if (ids === undefined) durability.now();
            onHeard(ids);
          },
          log,
          time,
        }),
      heartbeatMs,
      clearMs,
      deadAfterMs,
      graceMs: options.graceMs,
      pollMs,
      rowLocks: true,
      shortcuts: createShortcuts(db, alone),
      onAnswering: () => durability.now(),
      disconnect,
      problems: () => clockSteps.problems(),
    });
  } catch (error) {
    // It may know the reason, and was asked as early.
    await durability.stop();
    await connections.disposeAsync();
    throw new LedgerError('storage', describeFailure(error), { cause: error });
  }
}
