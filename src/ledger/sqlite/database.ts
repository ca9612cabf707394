import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { Tables } from '../schema.ts';

/** How long a write waits for another process's lock: a chat platform waits only a little longer for its answer. */
const BUSY_MS = 1_500;

/**
 * Opens a ledger file. A write is on the disk when its transaction has committed: WAL with `synchronous=FULL` syncs the
 * log at every commit, and other processes (exports, backups) can read meanwhile.
 */
export function openDatabase(path: string): Kysely<Tables> {
  return queriesOn(new DatabaseSync(path, { timeout: BUSY_MS }));
}

/** The same for a database that is open already. */
export function queriesOn(raw: DatabaseSync): Kysely<Tables> {
  raw.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;');
  return query(raw);
}

/** Opens a ledger file for looking things up, also while a service works on it. */
export function openToRead(path: string): Kysely<Tables> {
  return query(new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS }));
}

function query(raw: DatabaseSync): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: {
        prepare: cachedStatements(raw),
        close: () => {
          raw.close();
        },
      },
    }),
  });
}

/** Kysely asks for a statement per query; the few texts that the ledger uses are prepared once. */
function cachedStatements(raw: DatabaseSync) {
  const statements = new Map<string, ReturnType<typeof adapt>>();
  return (text: string) => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const statement = text === 'rollback' ? rollback(raw) : adapt(raw.prepare(text));
    statements.set(text, statement);
    return statement;
  };
}

/** On a full disk SQLite rolls back by itself; to ask for it again would hide the error that led here. */
function rollback(raw: DatabaseSync): ReturnType<typeof adapt> {
  const statement = adapt(raw.prepare('rollback'));
  return { ...statement, run: () => (raw.isTransaction ? statement.run([]) : { changes: 0, lastInsertRowid: 0 }) };
}

/** node:sqlite takes parameters one by one where Kysely passes a list. */
function adapt(statement: StatementSync) {
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters: readonly unknown[]) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}
