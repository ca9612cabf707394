import { sql } from 'kysely';
import type { Step } from '../ids.ts';

/** Login links and sessions of the console. */
export const createSessions: Step = async (db) => {
  await db.schema
    .createTable('login_links')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('made_at', 'bigint', (c) => c.notNull())
    .addColumn('ends_at', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('open', 'used', 'void')`))
    .addColumn('session', 'text')
    .execute();
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('agent', 'text', (c) => c.notNull())
    .addColumn('began_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .addColumn('ends_at', 'bigint', (c) => c.notNull())
    .addColumn('root', 'text', (c) => c.notNull())
    .execute();
  // Unique: however many ask at once, one link of a person counts.
  await sql`create unique index login_open on login_links (user_id) where state = 'open'`.execute(db);
  await sql`create index logins_of_user on login_links (user_id, made_at)`.execute(db);
  await sql`create index logins_by_time on login_links (made_at)`.execute(db);
  await sql`create index sessions_of_user on sessions (user_id, began_at)`.execute(db);
  await sql`create index sessions_by_end on sessions (ends_at)`.execute(db);
};
