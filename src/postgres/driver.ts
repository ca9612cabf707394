import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type MigrationLockOptions,
  type QueryResult,
} from 'kysely';
import type pg from 'pg';
import { breaksConnection, CommitUncertain, ConnectionLost, READ_ONLY, sqlState } from './errors.ts';

/**
 * Kysely on a pool, more careful than its own driver: a connection on which anything broke off is thrown away instead
 * of being asked again. `session` is run once on every new connection.
 */
export function createDialect(pool: pg.Pool, session: string): Dialect {
  return {
    createAdapter: () => new PortableAdapter(),
    createDriver: () => new PoolDriver(pool, session),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

/** Migrations take turns by a locked row, which every PostgreSQL-compatible database has; advisory locks are not. */
class PortableAdapter extends PostgresAdapter {
  override async acquireMigrationLock(
    db: Kysely<unknown>,
    { lockTable, lockRowId }: MigrationLockOptions,
  ): Promise<void> {
    await sql`select id from ${sql.table(lockTable)} where id = ${lockRowId} for update`.execute(db);
  }

  override async releaseMigrationLock(): Promise<void> {
    // The end of the transaction releases the row.
  }
}

/**
 * Both said aloud, because a database may have other defaults, and for each transaction, because behind a pooler a
 * connection may be another's session the next time. The verbs are written for this isolation level; and a claim that is
 * confirmed before it is on disk, there and where synchronous standbys are on theirs, can be undone by a power cut or a
 * failover, and the line be redeemed twice.
 */
const BEGIN =
  `begin isolation level read committed; ` +
  `select current_setting('transaction_read_only') as read_only, ` +
  `case when current_setting('synchronous_commit') in ('off', 'local', 'remote_write') ` +
  `then set_config('synchronous_commit', 'on', true) end`;

class PoolDriver implements Driver {
  readonly #pool: pg.Pool;
  readonly #session: string;
  /** In how many changes of the server the sessions were begun. */
  readonly #begunIn = new WeakMap<pg.PoolClient, number>();
  #changes = 0;

  constructor(pool: pg.Pool, session: string) {
    this.#pool = pool;
    this.#session = session;
  }

  async init(): Promise<void> {
    // Connections are made when they are needed.
  }

  async acquireConnection(): Promise<PoolConnection> {
    const client = await this.#connect();
    const change = this.#changes;
    const connection = new PoolConnection(client, () => {
      // Other sessions with the same server are as useless as this one, and may be many.
      if (this.#begunIn.get(client) === this.#changes) this.#changes += 1;
    });
    if (this.#begunIn.has(client)) return connection;
    try {
      await connection.run(this.#session);
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#begunIn.set(client, change);
    return connection;
  }

  async #connect(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await this.#pool.connect().catch((error: unknown) => {
        throw breaksConnection(error) ? new ConnectionLost(error) : error;
      });
      if ((this.#begunIn.get(client) ?? this.#changes) === this.#changes) return client;
      client.release(true);
    }
  }

  async beginTransaction(connection: PoolConnection): Promise<void> {
    try {
      await connection.begin();
    } catch (error) {
      // Kysely takes it for not begun, so it would go back to the pool in the middle of a failed transaction.
      await connection.run('rollback').catch(() => undefined);
      throw error;
    }
  }

  async commitTransaction(connection: PoolConnection): Promise<void> {
    const { command, warning } = await connection.commit();
    // It is on disk, and the wait for a synchronous standby was called off: what the server says then is a warning.
    if (warning !== null) throw new CommitUncertain(warning);
    if (command === 'ROLLBACK') throw new Error('the transaction was rolled back instead of committed');
  }

  async rollbackTransaction(connection: PoolConnection): Promise<void> {
    await connection.run('rollback');
  }

  async releaseConnection(connection: PoolConnection): Promise<void> {
    connection.release();
  }

  async destroy(): Promise<void> {
    // The pool belongs to the code that made it.
  }
}

class PoolConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  readonly #onReadOnly: () => void;
  #lost: ConnectionLost | null = null;

  constructor(client: pg.PoolClient, onReadOnly: () => void) {
    this.#client = client;
    this.#onReadOnly = onReadOnly;
  }

  /** A session that can only read is not even to be read from: what it shows may be long out of date. */
  async begin(): Promise<void> {
    // One result for each of its statements.
    const results = (await this.run(BEGIN)) as unknown as readonly pg.QueryResult<Record<string, unknown>>[];
    if (results.at(-1)?.rows[0]?.['read_only'] !== 'on') return;
    this.#onReadOnly();
    this.#lost = new ConnectionLost(new Error('it can only read'));
    throw this.#lost;
  }

  async run(text: string, values: unknown[] = []): Promise<pg.QueryResult<Record<string, unknown>>> {
    if (this.#lost !== null) throw this.#lost;
    try {
      return await this.#client.query<Record<string, unknown>>(text, values);
    } catch (error) {
      if (!breaksConnection(error)) throw error;
      if (sqlState(error) === READ_ONLY) this.#onReadOnly();
      this.#lost = new ConnectionLost(error);
      throw this.#lost;
    }
  }

  async commit(): Promise<{ readonly command: string; readonly warning: unknown }> {
    let warning: unknown = null;
    const listen = (notice: { readonly code?: string | undefined }) => {
      // Class 00 is information, not a warning.
      if (notice.code?.startsWith('00') !== true) warning ??= notice;
    };
    this.#client.on('notice', listen);
    try {
      const { command } = await this.run('commit');
      return { command, warning };
    } finally {
      this.#client.off('notice', listen);
    }
  }

  async executeQuery<R>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount } = await this.run(text, parameters.map(storable));
    return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  streamQuery(): never {
    throw new Error('results are never streamed here');
  }

  release(): void {
    this.#client.release(this.#lost !== null);
  }
}

/** PostgreSQL's texts hold every character but this one, and a message must not be lost for it. */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}
