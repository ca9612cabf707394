import { sql } from 'kysely';
import type { Ids, Step } from '../ids.ts';

export const createNotices =
  (ids: Ids): Step =>
  async (db) => {
    await db.schema
      .createTable('notices')
      .addColumn('id', ids.type, ids.numbered)
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('store_code', 'text')
      .addColumn('redemption', ids.type, (c) => c.references('redemptions.id'))
      .addColumn('robot', 'text')
      .addColumn('binding', 'text')
      .addColumn('day', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('addressed_at', 'bigint')
      .execute();
    await db.schema
      .createTable('notice_robots')
      .addColumn('robot', 'text', (c) => c.primaryKey())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('due', 'bigint')
      .addColumn('free_at', 'bigint', (c) => c.notNull())
      .addColumn('failures', 'integer', (c) => c.notNull())
      .addColumn('parked_at', 'bigint')
      .execute();
    await db.schema
      .createTable('notice_messages')
      .addColumn('id', ids.type, ids.numbered)
      .addColumn('robot', 'text', (c) => c.notNull())
      .addColumn('uuid', 'text', (c) => c.notNull())
      .addColumn('bare', 'integer', (c) => c.notNull())
      .addColumn('begun_at', 'bigint', (c) => c.notNull())
      .addColumn('finished_at', 'bigint')
      .execute();
    await db.schema
      .createTable('notice_deliveries')
      .addColumn('notice', ids.type, (c) => c.notNull().references('notices.id'))
      .addColumn('robot', 'text', (c) => c.notNull())
      .addColumn('message', ids.type, (c) => c.references('notice_messages.id'))
      .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('waiting', 'sent', 'given-up', 'moved')`))
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('done_at', 'bigint')
      .addPrimaryKeyConstraint('notice_once', ['notice', 'robot'])
      .execute();
    // Partial, as the others: only what is still to be done.
    await sql`create index notices_open on notices (id) where addressed_at is null`.execute(db);
    await sql`create unique index summary_once on notices (robot, day) where day is not null`.execute(db);
    await sql`create index robots_due on notice_robots (due) where due is not null`.execute(db);
    await sql`create index robots_parked on notice_robots (robot) where parked_at is not null`.execute(db);
    // Unique: a robot has one message under way at most, over all services.
    await sql`create unique index message_begun on notice_messages (robot) where finished_at is null`.execute(db);
    await sql`create index deliveries_waiting on notice_deliveries (robot, notice) where state = 'waiting'`.execute(db);
  };
