import { randomUUID } from 'node:crypto';
import type { Log } from '../../log.ts';
import { openDatabase, type Database } from '../../postgres/database.ts';
import { describeFailure } from '../../postgres/errors.ts';
import { setUpTables } from '../../postgres/set-up.ts';
import { LedgerError } from '../errors.ts';
import { createLedger, type OpenedLedger } from '../ledger.ts';
import { createOutbox, type Wishes } from '../outbox/outbox.ts';
import { migrate } from '../migrations.ts';
import { createPeopleLedger } from '../people/people.ts';
import type { Tables } from '../schema.ts';
import type { Call } from '../verbs/index.ts';
import { createWaiters } from '../waiters.ts';
import { startAnnouncements } from './announcements.ts';
import { createCalls } from './calls.ts';
import { DatabaseClock } from './clock.ts';
import { LostClaims } from './lost-claims.ts';
import { repeat } from './repeat.ts';
import { watchSettled } from './watch.ts';

/** The longest that one statement may take: somebody waits for the callback that it belongs to. */
const STATEMENT_MS = 3_000;

export interface PostgresLedgerOptions {
  readonly log: Log;
  /** Names this run of the service; a name must never be used twice. */
  readonly instance?: string;
  /** How often this service shows that it is alive, and looks for dead ones. */
  readonly heartbeatMs?: number;
  /** A service that was not seen for so long is dead. All services should agree on it. */
  readonly deadAfterMs?: number;
  /** How often results of other services are looked for, besides being announced. */
  readonly pollMs?: number;
  /** Connections at most, besides one for heartbeats and one for announcements. */
  readonly poolSize?: number;
}

/**
 * Opens a ledger that several services may share, making its tables when they are not there. Rejects with LedgerError
 * `storage` when the database cannot be used; once open, it recovers by itself whenever the database does.
 */
export async function openPostgresLedger(url: string, options: PostgresLedgerOptions): Promise<OpenedLedger> {
  const connections = new AsyncDisposableStack();
  const connect = (poolSize: number): Database<Tables> => {
    const database = openDatabase<Tables>(url, { poolSize, statementMs: STATEMENT_MS });
    connections.defer(() => database.close());
    return database;
  };
  try {
    await setUpTables<Tables>(url, (trx) => migrate(trx, 'postgres'));
    return await open(connect, connections, options);
  } catch (error) {
    await connections.disposeAsync();
    throw new LedgerError('storage', describeFailure(error), { cause: error });
  }
}

async function open(
  connect: (poolSize: number) => Database<Tables>,
  connections: AsyncDisposableStack,
  options: PostgresLedgerOptions,
): Promise<OpenedLedger> {
  const { log, instance = randomUUID(), heartbeatMs = 5_000, deadAfterMs = 20_000, pollMs = 500 } = options;
  const { db, createClient } = connect(options.poolSize ?? 16);
  const clock = new DatabaseClock();
  const calls = createCalls({ db, beatDb: connect(1).db, clock, instance, deadAfterMs });
  const waiters = createWaiters();
  const lostClaims = new LostClaims();
  const running = new Set<Promise<unknown>>();
  let closed = false;
  let away = false;

  const interrupted = await calls.beat();

  const call: Call = (verb, ...args) => {
    if (closed) return Promise.reject(new LedgerError('closed', 'the ledger is closed'));
    const result = calls.call(verb, ...args);
    const forget = () => running.delete(result);
    running.add(result);
    result.then(forget, forget);
    return result;
  };

  const watch = watchSettled({ db, waiters, pollMs });
  const announcements = startAnnouncements({ createClient, onHeard: watch.lookNow, log });

  function settledHere(ids: readonly number[]): void {
    announcements.announce(ids);
    watch.lookNow(ids);
  }

  async function beat(): Promise<void> {
    try {
      const taken = await calls.beat();
      if (taken.length > 0) log.warn({ interrupted: taken.length }, 'took over from a service that died: unknown now');
      settledHere(taken);
      settledHere(await lostClaims.settle(calls.call));
      if (away) log.info('the database answers again');
      away = false;
    } catch (error) {
      if (!away) log.error({ err: error }, 'the database does not answer; trying again');
      away = true;
    }
  }

  const beats = repeat(heartbeatMs, beat);

  const close = async () => {
    if (closed) return;
    closed = true;
    await Promise.all([beats.stop(), watch.stop(), ...running].map((work) => work.catch(() => undefined)));
    waiters.fail(new LedgerError('closed', 'the ledger is closed'));
    announcements.close();
    await calls.call('signOff').catch(() => undefined);
    await connections.disposeAsync();
  };

  const wishes: Wishes = { kinds: [] };
  return {
    ledger: createLedger({
      call,
      waiters,
      wishes,
      heldUsers: null,
      onSettled: ({ id }) => announcements.announce([id]),
      onClaimFailed: (error, message, token) => lostClaims.add(error, message, token),
      close,
    }),
    outbox: createOutbox(call, wishes),
    people: createPeopleLedger(call),
    interrupted: interrupted.length,
    now: () => clock.now(),
  };
}
