import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely } from 'kysely';
import pg from 'pg';
import { createDialect, PoolDriver } from './driver.ts';

/** Also the longest that a query waits for a connection of the pool to be free. */
const CONNECT_MS = 4_000;
/** How long after the server should have given up a statement the client stops waiting for it. */
const GRACE_MS = 1_000;
const IDLE_IN_TRANSACTION_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
const CLOSE_MS = 2_000;

export interface DatabaseOptions {
  /** Connections at most. */
  readonly poolSize: number;
  /** The longest that one statement may take, in milliseconds. */
  readonly statementMs: number;
}

/**
 * Runs a statement that is a transaction of its own, made with `SESSION`, and resolves with its only row. Rejects with
 * CommitUncertain where it may have been committed; else it has not been.
 */
export type Alone = (text: string, values: unknown[]) => Promise<Record<string, unknown>>;

export interface Database<Tables> {
  readonly db: Kysely<Tables>;
  readonly alone: Alone;
  /** A connection of its own beside the pool; `close` ends it too. */
  readonly createClient: () => pg.Client;
  /** Waits for what is under way, two seconds at most. */
  readonly close: () => Promise<void>;
}

/**
 * A database that is connected to when it is first needed, and again whenever it was lost. When it is away or hangs,
 * queries reject with ConnectionLost within a few seconds.
 */
export function openDatabase<Tables>(url: string, { poolSize, statementMs }: DatabaseOptions): Database<Tables> {
  const sockets = new Set<Socket>();
  const config: pg.PoolConfig = {
    connectionString: url,
    application_name: 'redemption-bot',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: statementMs + GRACE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    max: poolSize,
    types: typeParsers(),
    stream() {
      const socket = new Socket();
      sockets.add(socket);
      return socket.once('close', () => sockets.delete(socket));
    },
  };
  const pool = new pg.Pool(config);
  // The user of a connection hears of its end from the query; without a listener the end of an idle one would crash the
  // process.
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));

  const driver = new PoolDriver(pool, sessionSettings(statementMs));

  return {
    db: new Kysely<Tables>({ dialect: createDialect(driver) }),
    alone: (text, values) => driver.alone(text, values),
    createClient: () => new pg.Client(config),
    async close() {
      const ended = pool.end();
      await Promise.race([ended, sleep(CLOSE_MS, undefined, { ref: false })]);
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}

/** Not sent when connecting, because connection poolers refuse settings there. */
function sessionSettings(statementMs: number): string {
  return [
    `set statement_timeout = ${statementMs}`,
    `set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
  ].join('; ');
}

/** Ids and instants are 64 bits wide in the database, and far below 2^53. */
function typeParsers(): pg.CustomTypesConfig {
  const parsers = new pg.TypeOverrides();
  parsers.setTypeParser(pg.types.builtins.INT8, Number);
  return parsers;
}

function ignore(): void {
  // See above.
}
