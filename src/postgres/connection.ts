import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type pg from 'pg';
import { breaksConnection, CommitUncertain, ConnectionLost, READ_ONLY, sqlState } from './errors.ts';

/**
 * A claim that is confirmed before it is on disk, there and where synchronous standbys are on theirs, can be undone by a
 * power cut or a failover, and the line be redeemed twice.
 */
const DURABLE =
  `select current_setting('transaction_read_only') as read_only, ` +
  `case when current_setting('synchronous_commit') in ('off', 'local', 'remote_write') ` +
  `then set_config('synchronous_commit', 'on', true) end as durable`;

/**
 * Said aloud, because a database may have other defaults, and for each transaction, because behind a pooler a connection
 * may be another's session the next time. The verbs are written for this isolation level.
 */
const BEGIN = `begin isolation level read committed; ${DURABLE}`;

/** How long a statement that is shared waits for what another has locked: its neighbours wait with it. */
const LOCK_MS = 300;

/** The first part of a statement for `alone`, which has to read its only row, in every way that it may take. */
export const SESSION = `session as (${DURABLE}, set_config('lock_timeout', '${LOCK_MS}', true) as patience)`;

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
    this.#refuseReadOnly(results.at(-1)?.rows[0]);
  }

  #refuseReadOnly(row: Record<string, unknown> | undefined): void {
    if (row?.['read_only'] !== 'on') return;
    this.#onReadOnly();
    this.#lost = new ConnectionLost(new Error('it can only read'));
    throw this.#lost;
  }

  /**
   * Runs a statement that is a transaction of its own and begins with `SESSION`; returns its only row, with what that says.
   * Rejects with CommitUncertain where it may have been done: the answer is the only sign of its commit.
   */
  async alone(text: string, values: unknown[]): Promise<Record<string, unknown>> {
    const { result, warning } = await this.#heed(text, values).catch((error: unknown) => {
      const refused =
        error instanceof ConnectionLost ? sqlState(error.cause) === READ_ONLY : sqlState(error) !== '40003';
      throw refused ? error : new CommitUncertain(error);
    });
    if (warning !== null) throw new CommitUncertain(warning);
    const [row] = result.rows;
    this.#refuseReadOnly(row);
    if (row === undefined) throw new Error('the statement has no row');
    return row;
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
    const { result, warning } = await this.#heed('commit');
    return { command: result.command, warning };
  }

  /** Runs what ends a transaction, and hears what the server warns of. */
  async #heed(text: string, values?: unknown[]) {
    let warning: unknown = null;
    const listen = (notice: { readonly code?: string | undefined }) => {
      // Class 00 is information, not a warning.
      if (notice.code?.startsWith('00') !== true) warning ??= notice;
    };
    this.#client.on('notice', listen);
    try {
      const result = await this.run(text, values);
      return { result, warning };
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

/** A parameter that PostgreSQL reads as JSON, with the texts that it would store had each been a parameter. */
export function toJsonParameter(value: unknown): string {
  const json = JSON.stringify(value);
  // What PostgreSQL does not take is written as an escape by then; and escapes are few.
  if (!json.includes('\\u')) return json;
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'string' ? each.replaceAll('\0', '\uFFFD').toWellFormed() : each,
  );
}
