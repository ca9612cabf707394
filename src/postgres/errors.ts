import pg from 'pg';

/** The database cannot be reached, or the conversation broke off: what was asked last may or may not have happened. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';

  constructor(cause: unknown) {
    super(`the database cannot be reached (${reasonOf(cause)})`, { cause });
  }
}

/** A transaction was asked to commit, and the answer never came, or it is not known whether it will last. */
export class CommitUncertain extends Error {
  override readonly name = 'CommitUncertain';

  constructor(cause: unknown) {
    super('the database did not say whether it has stored this', { cause });
  }
}

/** The five characters in which PostgreSQL says what was wrong; null when the error is not the database's. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/**
 * Class 08 is trouble with the connection, 57P what a server says that shuts down, fails over or starts up, 53300 one that
 * takes no more connections; 58 and XX are a server whose own files or memory fail it. 25006: it can only read, as after a
 * failover, when a proxy or pooler has left the session with a standby.
 */
const USELESS = /^(?:08|25006|53300|57P|58|XX)/u;
export const READ_ONLY = '25006';

/** Error codes in words, for people who read the log. */
const MEANINGS: Readonly<Record<string, string>> = {
  [READ_ONLY]: 'it can only read',
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '53300': 'it has too many connections',
  '57P03': 'it is starting up',
};

/** Whether the connection on which this happened is unusable now. */
export function breaksConnection(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true;
  return USELESS.test(error.code ?? '');
}

/** What may be shown to all clients about an error: never an address, a user or a value. */
export function describeFailure(error: unknown): string {
  if (error instanceof ConnectionLost || error instanceof CommitUncertain) return error.message;
  const state = sqlState(error);
  if (state !== null) return `the database refused (SQLSTATE ${meaningOf(state)})`;
  return error instanceof Error ? error.message : String(error);
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown error';
  const state = sqlState(cause);
  if (state !== null) return meaningOf(state);
  // Socket errors have a code, and an address in their message; the driver's own have neither.
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

function meaningOf(state: string): string {
  const meaning = MEANINGS[state];
  return meaning === undefined ? state : `${state}: ${meaning}`;
}
