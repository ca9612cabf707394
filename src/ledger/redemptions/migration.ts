import { sql, type ColumnDefinitionBuilder, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Ids } from '../notices/migration.ts';

/** What is known of the card itself, how an unknown becomes known, and what people are asked before anything is sent. */
export const addDetails = (ids: Ids): Migration => ({
  async up(db: Kysely<unknown>) {
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
  },
});
