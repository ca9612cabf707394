import { sql } from 'kysely';
import type { Step } from '../ids.ts';
import { SLOW } from './swift.ts';

/** What is over is added up once, and what may still change is found without reading everything. */
export const createTallies: Step = async (db) => {
  await db.schema
    .createTable('tallies')
    .addColumn('time_zone', 'text', (c) => c.notNull())
    .addColumn('store_code', 'text', (c) => c.notNull())
    .addColumn('period', 'text', (c) => c.notNull())
    .addColumn('starts', 'bigint', (c) => c.notNull())
    .addColumn('ends', 'bigint', (c) => c.notNull())
    .addColumn('sums', 'text', (c) => c.notNull())
    .addColumn('people', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('tallies_once', ['time_zone', 'store_code', 'period'])
    .execute();
  await db.schema.createIndex('tallies_by_end').on('tallies').column('ends').execute();
  await db.schema
    .createTable('tally_revision')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .execute();
  // Has all that is asked of it, so that no row is looked up.
  const columns = 'claimed_at, store_code, user_id, state, count, settled_at, settled_by';
  await sql.raw(`create index redemptions_slow on redemptions (${columns}) where ${SLOW}`).execute(db);
};
