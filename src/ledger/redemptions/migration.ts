import { sql, type ColumnDefinitionBuilder } from 'kysely';
import type { Ids, Step } from '../ids.ts';

export const createRedemptions =
  (ids: Ids): Step =>
  async (db) => {
    await db.schema
      .createTable('redemptions')
      .addColumn('id', ids.type, ids.numbered)
      .addColumn('message', ids.type, (c) => c.notNull().references('messages.id'))
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
  };

/** Partial, for the reason given in `messages/migration.ts`. */
export const indexPending: Step = async (db) => {
  await sql`create index redemptions_pending on redemptions (id) where state = 'pending'`.execute(db);
};

/** What a store's day is counted by. */
export const indexByStore: Step = async (db) => {
  await sql`create index redemptions_unknown on redemptions (store_code, claimed_at) where state = 'unknown'`.execute(
    db,
  );
  await db.schema.createIndex('redemptions_by_store').on('redemptions').columns(['store_code', 'claimed_at']).execute();
};

/** What records are looked for by. */
export const indexByTime: Step = async (db) => {
  const byTime = { redemptions_by_time: [], redemptions_by_user: ['user_id'], redemptions_by_card: ['card'] };
  for (const [name, columns] of Object.entries(byTime)) {
    await db.schema
      .createIndex(name)
      .on('redemptions')
      .columns([...columns, 'claimed_at'])
      .execute();
  }
};

/** What is known of the card itself, how an unknown becomes known, and what people are asked before anything is sent. */
export const addDetails =
  (ids: Ids): Step =>
  async (db) => {
    const add = (name: string, type: 'text' | 'integer' | 'bigint', build = (c: ColumnDefinitionBuilder) => c) =>
      db.schema.alterTable('redemptions').addColumn(name, type, build).execute();
    await add('real_card', 'text');
    await add('card_name', 'text');
    await add('valid_until', 'text');
    await add('remaining_before', 'integer');
    await add('remaining_after', 'integer');
    await add('settled_by', 'text');
    await add('look_due', 'bigint');
    await add('looks', 'integer', (c) => c.notNull().defaultTo(0));
    await add('question', 'text');
    await add('ask_expires', 'bigint');
    await add('asked_message', ids.type, (c) => c.references('messages.id'));
    await add('asked_line', 'integer');
    // Partial like those of the first version: few rows are typed as a code, asked about, or looked at again.
    for (const [name, on] of [
      ['redemptions_by_real_card', '(real_card, claimed_at) where real_card is not null'],
      ['redemptions_looks', '(look_due) where look_due is not null'],
      ['redemptions_asked', "(ask_expires) where state = 'asked'"],
      ['redemptions_questions', '(user_id, ask_expires) where ask_expires is not null'],
      ['redemptions_asked_in', '(asked_message) where asked_message is not null'],
    ] as const) {
      await sql.raw(`create index ${name} on redemptions ${on}`).execute(db);
    }
  };

/** What the looks at an unknown's card have shown. */
export const addSights: Step = async (db) => {
  await db.schema.alterTable('redemptions').addColumn('sights', 'text').execute();
};

/** Why they have not settled it. */
export const addUnsettled: Step = async (db) => {
  await db.schema.alterTable('redemptions').addColumn('unsettled', 'text').execute();
};

/** What has changed lately. A row gets into it when it is settled, so that its claim has nothing to write there. */
export const indexBySettled: Step = async (db) => {
  await sql`create index redemptions_by_settled on redemptions (settled_at) where settled_at is not null`.execute(db);
};

/** By what a person names a question, and when what it is about was typed. */
export const addAskNumber: Step = async (db) => {
  await db.schema.alterTable('redemptions').addColumn('ask_number', 'integer').execute();
  await db.schema.alterTable('redemptions').addColumn('ask_typed', 'bigint').execute();
};

/** What became known without the vendor's answer is listed by when. */
export const indexSettled: Step = async (db) => {
  await sql`create index redemptions_settled on redemptions (settled_at) where settled_by is not null`.execute(db);
};

/** What pages look for: the last digits of a card, and the outcomes that few redemptions have. */
export const indexForSearch: Step = async (db) => {
  for (const [name, on] of [
    ['redemptions_by_tail', '(substr(card, length(card) - 3), claimed_at)'],
    ['redemptions_by_real_tail', '(substr(real_card, length(real_card) - 3), claimed_at) where real_card is not null'],
    ['redemptions_by_outcome', "(state, claimed_at) where state in ('refused', 'unsent', 'unknown')"],
    [
      'redemptions_by_outcome_in_store',
      "(store_code, state, claimed_at) where state in ('refused', 'unsent', 'unknown')",
    ],
  ] as const) {
    await sql.raw(`create index ${name} on redemptions ${on}`).execute(db);
  }
};
