import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { openDatabase } from '../postgres/database.ts';
import type { RecordedRedemption, RecordFilter } from '../redemption/records.ts';
import type { ReadContext } from './context.ts';
import { performRead } from './perform-read.ts';
import { createReads, type Reads } from './reads.ts';
import { knownName } from './people/known-names.ts';
import { toRedemption } from './redemptions/row.ts';
import type { Tables } from './schema.ts';
import { openToRead } from './sqlite/database.ts';
import { matching } from './redemptions/find-records.ts';

const PAGE = 1_000;
/** Only the operator who runs the export waits for it. */
const STATEMENT_MS = 60_000;

export type ExportFilter = RecordFilter & Required<Pick<RecordFilter, 'span'>>;

export interface LedgerToRead extends AsyncDisposable {
  /** All redemptions that match, oldest first, a page at a time. */
  pages(filter: ExportFilter): AsyncGenerator<readonly RecordedRedemption[]>;
  readonly reads: Reads;
}

/** Opens a ledger that a service may be at work on. `databaseUrl` null is the SQLite file in `dataDir`. */
export function openLedgerToRead(databaseUrl: string | null, dataDir: string): LedgerToRead {
  if (databaseUrl === null) {
    const db = openToRead(join(dataDir, 'ledger.db'));
    return { pages: (filter) => pages(db, filter), reads: readsOf(db), [Symbol.asyncDispose]: () => db.destroy() };
  }
  const { db, close } = openDatabase<Tables>(databaseUrl, { poolSize: 1, statementMs: STATEMENT_MS });
  return { pages: (filter) => pages(db, filter), reads: readsOf(db), [Symbol.asyncDispose]: close };
}

function readsOf(db: Kysely<Tables>): Reads {
  const transact = <T>(work: (context: ReadContext) => Promise<T>): Promise<T> =>
    db.transaction().execute((trx) => work({ trx }));
  return createReads((name, args) => performRead(transact, name, args));
}

/**
 * Each page is a query of its own that goes on where the last one ended: a query that stays open for as long as it is
 * read keeps SQLite from clearing its write-ahead log.
 */
async function* pages(db: Kysely<Tables>, filter: ExportFilter): AsyncGenerator<readonly RecordedRedemption[]> {
  let last = { claimed_at: filter.span.from, id: 0 };
  for (;;) {
    const rest = { ...filter, span: { from: last.claimed_at, to: filter.span.to } };
    const rows = await db
      .selectFrom('redemptions')
      .selectAll()
      .select(knownName.as('known_name'))
      .where((where) => matching(where, rest))
      .where(sql<boolean>`(claimed_at, id) > (${last.claimed_at}, ${last.id})`)
      .orderBy('claimed_at')
      .orderBy('id')
      .limit(PAGE)
      .execute();
    const end = rows.at(-1);
    if (end === undefined) return;
    yield rows.map((row) => ({ redemption: toRedemption(row), user: row.user_id, name: row.known_name }));
    last = end;
  }
}
