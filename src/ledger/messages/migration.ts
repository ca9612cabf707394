import { sql } from 'kysely';
import type { Ids, Step } from '../ids.ts';

export const createMessages =
  (ids: Ids): Step =>
  async (db) => {
    await db.schema
      .createTable('messages')
      .addColumn('id', ids.type, ids.numbered)
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
  };

/**
 * Partial, so that they hold only the few rows that still have to be worked on, however large the ledger grows. SQLite
 * uses one only where the query repeats its condition as a literal, not as a parameter.
 */
export const indexReplies: Step = async (db) => {
  await sql`create index replies_open on messages (id) where reply_state = 'open'`.execute(db);
  await sql`create index replies_due on messages (reply_due) where reply_due is not null`.execute(db);
  await sql`create index replies_held on messages (user_id) where reply_state = 'held'`.execute(db);
};

/** Those that are due soon, and those that are held by when they began, apart from the many that are held for a day. */
export const indexReplyInstants: Step = async (db) => {
  await sql`create index replies_held_since on messages (received_at) where reply_state = 'held'`.execute(db);
  await sql`create index replies_under_way on messages (reply_due) where reply_state in ('queued', 'sending')`.execute(
    db,
  );
};

/** What became known after a reply could first be told, and as of what it was. */
export const addChanges: Step = async (db) => {
  await db.schema
    .alterTable('messages')
    .addColumn('changes', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('messages').addColumn('told', 'integer').execute();
};

export const createAllowances: Step = async (db) => {
  await db.schema
    .createTable('allowances')
    .addColumn('user_id', 'text', (c) => c.primaryKey())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('taken', 'integer', (c) => c.notNull())
    .execute();
};

/** What a message that the service tells of its own accord is about. */
export const addTopic: Step = async (db) => {
  await db.schema.alterTable('messages').addColumn('topic', 'text').execute();
};

/** Where a person is written to first, whose reply cannot go back the way its message came. */
export const addFirstAddress: Step = async (db) => {
  await db.schema.alterTable('messages').addColumn('first_channel', 'text').execute();
  await db.schema.alterTable('messages').addColumn('first_address', 'text').execute();
};

/** What it shows besides its text. */
export const addShows: Step = async (db) => {
  await db.schema.alterTable('messages').addColumn('shows', 'text').execute();
};

/** Whether its person had had their allowance. */
export const addSpent: Step = async (db) => {
  await db.schema
    .alterTable('messages')
    .addColumn('spent', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
};
