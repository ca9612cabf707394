import { sql } from 'kysely';
import { openDatabase, type Database } from '../postgres/database.ts';
import { setUpTables } from '../postgres/set-up.ts';
import { inTransaction } from '../postgres/transaction.ts';

interface Tables {
  mapping: { id: number; version: number; content: string };
}

export interface StoredMapping {
  /** Grows with every change. */
  readonly version: number;
  /** The text of a mapping file. */
  readonly content: string;
}

const STATEMENT_MS = 3_000;
/** The only row. */
const ID = 1;

/** One row of a PostgreSQL database that holds the text of the mapping, for all services that share the database. */
export class MappingTable {
  readonly #database: Database<Tables>;

  constructor(database: Database<Tables>) {
    this.#database = database;
  }

  /** Connects, and makes the table where there is none. */
  static async open(url: string): Promise<MappingTable> {
    await setUpTables<Tables>(url, (trx) =>
      sql`
        create table if not exists mapping (
          id integer primary key check (id = ${sql.lit(ID)}),
          version bigint not null,
          content text not null
        )
      `.execute(trx),
    );
    return MappingTable.onExisting(url);
  }

  /** Makes nothing: where there is no table, `read` rejects. */
  static onExisting(url: string): MappingTable {
    return new MappingTable(openDatabase<Tables>(url, { poolSize: 2, statementMs: STATEMENT_MS }));
  }

  async read(): Promise<StoredMapping | null> {
    const row = await inTransaction(this.#database.db, (trx) =>
      trx.selectFrom('mapping').select(['version', 'content']).where('id', '=', ID).executeTakeFirst(),
    );
    return row ?? null;
  }

  /** The version that is stored now; null where there is nothing. */
  async version(): Promise<number | null> {
    // In a transaction, which is begun only where it could write: a standby that lost its primary shows an old version
    // for ever.
    const row = await inTransaction(this.#database.db, (trx) =>
      trx.selectFrom('mapping').select('version').where('id', '=', ID).executeTakeFirst(),
    );
    return row?.version ?? null;
  }

  /** Replaces that version, null for nothing; returns the new one, or null when another is stored by now. */
  async swap(version: number | null, bytes: Buffer): Promise<number | null> {
    // As bytes, which need not be made a text here to become bytes again on their way.
    const content = sql<string>`convert_from(${bytes}, 'UTF8')`;
    const row = await inTransaction(this.#database.db, (trx) =>
      version === null
        ? trx
            .insertInto('mapping')
            .values({ id: ID, version: 1, content })
            .onConflict((c) => c.column('id').doNothing())
            .returning('version')
            .executeTakeFirst()
        : trx
            .updateTable('mapping')
            .set({ version: version + 1, content })
            .where('id', '=', ID)
            .where('version', '=', version)
            .returning('version')
            .executeTakeFirst(),
    );
    return row?.version ?? null;
  }

  /** Replaces what is stored. */
  async replace(content: string): Promise<void> {
    await inTransaction(this.#database.db, (trx) =>
      trx
        .insertInto('mapping')
        .values({ id: ID, version: 1, content })
        .onConflict((c) => c.column('id').doUpdateSet((set) => ({ version: set('mapping.version', '+', 1), content })))
        .execute(),
    );
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
