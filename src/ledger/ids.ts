import type { ColumnDefinitionBuilder, Kysely } from 'kysely';

export type DatabaseKind = 'sqlite' | 'postgres';

/** How rows are numbered. */
export interface Ids {
  readonly type: 'integer' | 'bigint';
  readonly numbered: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
}

/** On PostgreSQL by a sequence, because what others call serial is beyond 2^53 on some. */
export const IDS: Record<DatabaseKind, Ids> = {
  sqlite: { type: 'integer', numbered: (c) => c.primaryKey().autoIncrement() },
  postgres: { type: 'bigint', numbered: (c) => c.generatedByDefaultAsIdentity().primaryKey() },
};

/** One topic's part of a migration. */
export type Step = (db: Kysely<unknown>) => Promise<void>;
