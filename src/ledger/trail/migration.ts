import { sql } from 'kysely';
import type { Ids, Step } from '../ids.ts';

/** Instants of what happens to every redemption stand in its row and its message's: they are written with the rest. */
export const addInstants: Step = async (db) => {
  for (const name of ['seen_at', 'sent_at', 'seen_after_at'])
    await db.schema.alterTable('redemptions').addColumn(name, 'bigint').execute();
  await db.schema.alterTable('messages').addColumn('told_at', 'bigint').execute();
};

export const createTrail =
  (ids: Ids): Step =>
  async (db) => {
    await db.schema
      .createTable('trail')
      .addColumn('id', ids.type, ids.numbered)
      .addColumn('redemption', ids.type, (c) => c.references('redemptions.id').onDelete('cascade'))
      .addColumn('message', ids.type, (c) => c.references('messages.id').onDelete('cascade'))
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('facts', 'text')
      .execute();
    // Partial like the others: few messages and redemptions are out of the ordinary.
    await sql`create index trail_of_redemption on trail (redemption) where redemption is not null`.execute(db);
    await sql`create index trail_of_message on trail (message) where message is not null`.execute(db);
    await sql`create index notices_of_redemption on notices (redemption) where redemption is not null`.execute(db);
    await sql`create index messages_by_topic on messages (topic) where topic is not null`.execute(db);
  };
