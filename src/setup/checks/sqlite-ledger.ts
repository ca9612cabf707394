import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

/** The file is no ledger, or is broken; the message is SQLite's reason. */
export class LedgerUnreadable extends Error {
  override readonly name = 'LedgerUnreadable';
}

export interface LedgerFile {
  /** `ok`, or what is wrong; null where it was not read through. */
  readonly verdict: string | null;
  /** What it has had; null: it has no tables yet. */
  readonly migrations: readonly string[] | null;
}

/** Looks into a ledger and leaves no file beside it that was not there. Throws LedgerUnreadable. */
export function readLedgerFile(path: string, isReadThrough: boolean): LedgerFile {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(placeOf(path), { readOnly: true, timeout: 1_000 });
    const named = db.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get();
    return {
      verdict: isReadThrough ? String(db.prepare('pragma quick_check(1)').get()?.['quick_check']) : null,
      migrations:
        named === undefined
          ? null
          : db
              .prepare('select name from kysely_migration')
              .all()
              .map(({ name }) => String(name)),
    };
  } catch (error) {
    throw new LedgerUnreadable(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    db?.close();
  }
}

/**
 * A reader of a write-ahead log makes the files beside the ledger where there are none, and cannot remove them. Where there
 * is no log, no service has the ledger and it is read as a file that does not change (sqlite.org/uri.html, immutable).
 */
function placeOf(path: string): string | URL {
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return path;
  if (statSync(`${path}-shm`, { throwIfNoEntry: false }) !== undefined) return path;
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return url;
}
