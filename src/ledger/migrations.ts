import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { addOutbox, type Ids } from './notices/migration.ts';
import { addPeople } from './people/migration.ts';
import { addDetails } from './redemptions/migration.ts';
import type { Tables } from './schema.ts';

export type DatabaseKind = 'sqlite' | 'postgres';

/** How rows are numbered. On PostgreSQL by a sequence, because what others call serial is beyond 2^53 on some. */
const ids: Record<DatabaseKind, Ids> = {
  sqlite: { type: 'integer', numbered: (c) => c.primaryKey().autoIncrement() },
  postgres: { type: 'bigint', numbered: (c) => c.generatedByDefaultAsIdentity().primaryKey() },
};

const migrationsFor = (kind: DatabaseKind): Record<string, Migration> => ({
  '0001-redemptions': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('instances')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('seen_at', 'bigint', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('messages')
        .addColumn('id', ids[kind].type, ids[kind].numbered)
        .addColumn('channel', 'text', (c) => c.notNull())
        .addColumn('account', 'text', (c) => c.notNull())
        .addColumn('message_id', 'text', (c) => c.notNull())
        .addColumn('user_id', 'text')
        .addColumn('conversation', 'text')
        .addColumn('text', 'text', (c) => c.notNull())
        .addColumn('return_address', 'text', (c) => c.notNull())
        .addColumn('received_at', 'bigint', (c) => c.notNull())
        .addColumn('instance', 'text', (c) => c.notNull())
        .addColumn('claim_token', 'text', (c) => c.notNull())
        .addColumn('reply_state', 'text', (c) => c.notNull())
        .addColumn('reply_due', 'bigint')
        .addColumn('reply_attempts', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('answers', 'text')
        .addUniqueConstraint('messages_once', ['channel', 'account', 'message_id'])
        .execute();
      await db.schema
        .createTable('redemptions')
        .addColumn('id', ids[kind].type, ids[kind].numbered)
        .addColumn('message', ids[kind].type, (c) => c.notNull().references('messages.id'))
        .addColumn('line', 'integer', (c) => c.notNull())
        .addColumn('receipt', 'text', (c) => c.notNull().unique())
        .addColumn('user_id', 'text')
        .addColumn('card', 'text', (c) => c.notNull())
        .addColumn('count', 'integer', (c) => c.notNull())
        .addColumn('remark', 'text', (c) => c.notNull())
        .addColumn('store_code', 'text')
        .addColumn('store_name', 'text')
        .addColumn('employee_id', 'bigint')
        .addColumn('state', 'text', (c) =>
          c.notNull().check(sql`state in ('asked', 'pending', 'succeeded', 'refused', 'unsent', 'unknown')`),
        )
        .addColumn('reason', 'text')
        .addColumn('vendor_msg', 'text')
        .addColumn('claimed_at', 'bigint', (c) => c.notNull())
        .addColumn('settled_at', 'bigint')
        .addUniqueConstraint('redemptions_once', ['message', 'line'])
        .execute();
      // Partial, so that they hold only the few rows that somebody is still at, however large the ledger grows. SQLite
      // uses one only where the query repeats its condition as a literal, not as a parameter.
      await sql`create index redemptions_pending on redemptions (id) where state = 'pending'`.execute(db);
      await sql`create index replies_open on messages (id) where reply_state = 'open'`.execute(db);
      await sql`create index replies_due on messages (reply_due) where reply_due is not null`.execute(db);
      await sql`create index replies_held on messages (user_id) where reply_state = 'held'`.execute(db);
    },
  },
  '0002-notices': addOutbox(ids[kind]),
  '0003-records': {
    async up(db: Kysely<unknown>) {
      const byTime = { redemptions_by_time: [], redemptions_by_user: ['user_id'], redemptions_by_card: ['card'] };
      for (const [name, columns] of Object.entries(byTime)) {
        await db.schema
          .createIndex(name)
          .on('redemptions')
          .columns([...columns, 'claimed_at'])
          .execute();
      }
    },
  },
  '0004-people': addPeople(ids[kind]),
  '0005-details': addDetails(ids[kind]),
  '0006-promise': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('messages')
        .addColumn('changes', 'integer', (c) => c.notNull().defaultTo(0))
        .execute();
      await db.schema.alterTable('messages').addColumn('told', 'integer').execute();
      await db.schema.alterTable('redemptions').addColumn('sights', 'text').execute();
    },
  },
  '0007-refusals': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('clearances')
        .addColumn('instance', 'text', (c) => c.primaryKey())
        .addColumn('clear_at', 'bigint', (c) => c.notNull())
        .execute();
    },
  },
  '0008-clock': {
    async up(db: Kysely<unknown>) {
      // Those that are due soon, and those that are held by when they began, apart from the many that are held for a day.
      await sql`create index replies_held_since on messages (received_at) where reply_state = 'held'`.execute(db);
      await sql`create index replies_under_way on messages (reply_due) where reply_state in ('queued', 'sending')`.execute(
        db,
      );
    },
  },
  '0009-unsettled': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('redemptions').addColumn('unsettled', 'text').execute();
    },
  },
  '0010-allowances': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('allowances')
        .addColumn('user_id', 'text', (c) => c.primaryKey())
        .addColumn('since', 'bigint', (c) => c.notNull())
        .addColumn('taken', 'integer', (c) => c.notNull())
        .execute();
      await db.schema.alterTable('messages').addColumn('topic', 'text').execute();
      await db.schema.alterTable('binding_requests').addColumn('conversation', 'text').execute();
    },
  },
  '0011-spent': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('messages')
        .addColumn('spent', 'integer', (c) => c.notNull().defaultTo(0))
        .execute();
    },
  },
});

/** Brings the database to the newest shape; throws when it cannot, and leaves it as it was. */
export async function migrate(db: Kysely<Tables>, kind: DatabaseKind): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrationsFor(kind) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error('the ledger could not be brought to this version', { cause: error });
}
