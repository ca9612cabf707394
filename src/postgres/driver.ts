import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type Dialect,
  type Driver,
  type Kysely,
  type MigrationLockOptions,
} from 'kysely';
import type pg from 'pg';
import { PoolConnection } from './connection.ts';
import { breaksConnection, CommitUncertain, ConnectionLost } from './errors.ts';

/** Kysely on such a driver. */
export function createDialect(driver: PoolDriver): Dialect {
  return {
    createAdapter: () => new PortableAdapter(),
    createDriver: () => driver,
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
 * More careful than Kysely's own: a connection on which anything broke off is thrown away instead of being asked again.
 * `session` is run once on every new connection.
 */
export class PoolDriver implements Driver {
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

  /** Runs a statement that is a transaction of its own: see `PoolConnection`. */
  async alone(text: string, values: unknown[]): Promise<Record<string, unknown>> {
    const connection = await this.acquireConnection();
    try {
      return await connection.alone(text, values);
    } finally {
      connection.release();
    }
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
