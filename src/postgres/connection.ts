import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type pg from 'pg';
import { breaksConnection, ConnectionLost, READ_ONLY, sqlState } from './errors.ts';

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

/** A connection of a pool while it is taken out. Where anything broke off on it, its end is the end of the connection. */
export class PoolConnection implements DatabaseConnection {
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
