import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import pg from 'pg';
import { migrate } from '../../src/ledger/migrations.ts';
import type { Tables } from '../../src/ledger/schema.ts';
import { ConnectionLost } from '../../src/postgres/errors.ts';
import { EPOCH, type Process } from './machine.ts';

/** One database for all histories of this process, in memory; its rows are emptied before each. */
export async function openStorage(): Promise<Storage> {
  const raw = new DatabaseSync(':memory:');
  const storage = new Storage(raw);
  const db = new Kysely<Tables>({ dialect: dialectOf(new DirectDriver(storage)) });
  await migrate(db, 'sqlite');
  return storage;
}

/** What a history leaves behind, with what refers to others first. */
const CLEAR = [
  'notice_deliveries',
  'notices',
  'redemptions',
  'messages',
  'instances',
  'clearances',
  'allowances',
  'leases',
  'sqlite_sequence',
]
  .map((table) => `delete from ${table}`)
  .join(';');

interface Statement {
  readonly prepared: StatementSync;
  readonly returnsRows: boolean;
  /** Whether it changes anything. */
  readonly changes: boolean;
  /** Whether what it changes is of any interest to others. */
  readonly noteworthy: boolean;
}

export class Storage {
  readonly raw: DatabaseSync;
  readonly #statements = new Map<string, Statement>();
  #changed = false;
  #begun = false;

  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;

  constructor(raw: DatabaseSync) {
    this.raw = raw;
    this.#begin = raw.prepare('begin');
    this.#commit = raw.prepare('commit');
    this.#rollback = raw.prepare('rollback');
  }

  clear(): void {
    this.rollback();
    this.raw.exec(CLEAR);
  }

  /** What only reads needs no transaction, for nothing else happens meanwhile: one is begun with the first change. */
  begin(): void {
    this.#changed = false;
    this.#begun = true;
  }

  /** Whether the transaction that is open has changed anything of interest. */
  get hasChanged(): boolean {
    return this.#changed;
  }

  commit(): void {
    this.#begun = false;
    if (this.raw.isTransaction) this.#commit.run();
  }

  rollback(): void {
    this.#begun = false;
    if (this.raw.isTransaction) this.#rollback.run();
  }

  run<R>(text: string, parameters: readonly unknown[]): QueryResult<R> {
    const statement = this.#statement(text);
    if (statement.changes && this.#begun && !this.raw.isTransaction) this.#begin.run();
    const values = parameters as readonly SQLInputValue[];
    if (statement.returnsRows) {
      const rows = statement.prepared.all(...values) as R[];
      if (statement.noteworthy && rows.length > 0) this.#changed = true;
      return { rows };
    }
    const { changes } = statement.prepared.run(...values);
    if (statement.noteworthy && changes > 0) this.#changed = true;
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  #statement(text: string): Statement {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    // No other transaction runs at the same time, so there are no rows to be locked.
    const prepared = this.raw.prepare(text.replace(/ for update(?: skip locked)?$/, ''));
    const changes = !/^(?:select|with|pragma)/.test(text);
    const noteworthy = changes && !/^\w+ (?:into|from) "(?:instances|clearances)"/.test(text);
    const statement = { prepared, returnsRows: prepared.columns().length > 0, changes, noteworthy };
    this.#statements.set(text, statement);
    return statement;
  }
}

/** The way of one process to the storage; what happens to it on the way is for the faults to decide. */
export function connect(storage: Storage, process: Process): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: dialectOf(new RemoteDriver(storage, process)) });
}

function dialectOf(driver: Driver) {
  return {
    createAdapter: () => new PooledAdapter(),
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  };
}

/** A service has as many connections as it likes, so that none of its calls waits for another one's answer. */
class PooledAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class Connection implements DatabaseConnection {
  readonly #storage: Storage;
  readonly #now: () => number;

  constructor(storage: Storage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  async executeQuery<R>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (text.includes('clock_timestamp')) return { rows: [{ ms: this.#now() } as R] };
    return this.#storage.run<R>(text, parameters);
  }

  streamQuery(): never {
    throw new Error('results are never streamed here');
  }
}

class DirectDriver implements Driver {
  readonly storage: Storage;
  readonly #connection: Connection;

  constructor(storage: Storage, now: () => number = Date.now) {
    this.storage = storage;
    this.#connection = new Connection(storage, now);
  }

  async init(): Promise<void> {
    // It is there.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    this.storage.begin();
  }

  async commitTransaction(): Promise<void> {
    this.storage.commit();
  }

  async rollbackTransaction(): Promise<void> {
    this.storage.rollback();
  }

  async releaseConnection(): Promise<void> {
    // It belongs to no process.
  }

  async destroy(): Promise<void> {
    // The storage lives as long as the process.
  }
}

/**
 * A transaction happens at one instant, between its begin and its commit: that is how a serial database looks to all
 * clients else. What takes time, and may be lost, is the way there and the answer to the commit.
 */
class RemoteDriver extends DirectDriver {
  readonly #process: Process;
  /** The connection has just been lost. */
  #shaken = false;

  constructor(storage: Storage, process: Process) {
    const { scheduler } = process.machine.surroundings;
    super(storage, () => EPOCH + scheduler.now);
    this.#process = process;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const { faults, chance, scheduler } = this.#process.machine.surroundings;
    const site = this.#process.machine.name;
    await this.#pass(this.#wayThere(), 'begin');
    if (this.#process.machine.cutOffUntil > scheduler.now && !faults.over) {
      await this.#pass(chance.spread(`cut off ${site}`, 10, 4_000), 'cut off');
      throw this.#lost('unreachable');
    }
    return super.acquireConnection();
  }

  override async commitTransaction(): Promise<void> {
    const { faults, chance, attention } = this.#process.machine.surroundings;
    const site = this.#process.machine.name;
    // A transaction that only read can simply read again.
    if (!this.storage.hasChanged) {
      this.storage.commit();
      return this.#pass(chance.int(`storage ${site}`, 1, 4), 'commit');
    }
    if (faults.happens('rolled back', site)) {
      this.storage.rollback();
      await this.#pass(chance.int(`storage ${site}`, 1, 4), 'rolled back');
      this.#failed();
      throw refusal('40001');
    }
    if (faults.happens('commit lost', site)) {
      this.storage.rollback();
      await this.#pass(chance.spread(`lost ${site}`, 10, 4_000), 'commit');
      throw this.#lost('reset');
    }
    this.storage.commit();
    attention.changed();
    if (faults.happens('commit answer lost', site)) {
      this.#shaken = true;
      await this.#pass(chance.spread(`lost ${site}`, 10, 4_000), 'commit');
      throw this.#lost('reset');
    }
    const ms = faults.happens('slow storage', `${site} commit`)
      ? chance.spread(`slow ${site}`, 100, 3_000)
      : chance.int(`storage ${site}`, 1, 4);
    await this.#pass(ms, 'commit');
  }

  override async rollbackTransaction(): Promise<void> {
    this.storage.rollback();
  }

  /** Where a connection was lost, it often takes a while until there is another. */
  #wayThere(): number {
    const { faults, chance } = this.#process.machine.surroundings;
    const site = this.#process.machine.name;
    const shaken = this.#shaken && chance.happens(`reconnect ${site}`, 0.5);
    this.#shaken = false;
    if (shaken) return chance.spread(`reconnect ${site}`, 500, 15_000);
    if (faults.happens('slow storage', `${site} begin`)) return chance.spread(`slow ${site}`, 100, 9_000);
    return chance.int(`storage ${site}`, 1, 4);
  }

  #lost(why: string): ConnectionLost {
    this.#failed();
    return new ConnectionLost(new Error(why));
  }

  #failed(): void {
    const { machine } = this.#process;
    const { scheduler, attention } = machine.surroundings;
    attention.failed(this.#process, Math.max(scheduler.now, machine.cutOffUntil) + 1);
  }

  #pass(ms: number, what: string): Promise<void> {
    return new Promise((resolve) => this.#process.deliver(ms, what, resolve));
  }
}

function refusal(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError('could not serialize access', 0, 'error');
  error.code = code;
  return error;
}
