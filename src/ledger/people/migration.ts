import { sql, type Kysely } from 'kysely';
import type { Place } from '../../redemption/people.ts';
import type { Ids, Step } from '../ids.ts';
import type { PeopleTables } from './tables.ts';

/** Requests to be bound, and the record of changes to the mapping. */
export const createPeople =
  (ids: Ids): Step =>
  async (db) => {
    await db.schema
      .createTable('binding_requests')
      .addColumn('id', ids.type, ids.numbered)
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('employee_id', 'bigint', (c) => c.notNull())
      .addColumn('store_code', 'text', (c) => c.notNull())
      .addColumn('name', 'text')
      .addColumn('channel', 'text', (c) => c.notNull())
      .addColumn('return_address', 'text', (c) => c.notNull())
      .addColumn('asked_at', 'bigint', (c) => c.notNull())
      .addColumn('state', 'text', (c) =>
        c.notNull().check(sql`state in ('open', 'agreed', 'rejected', 'expired', 'replaced')`),
      )
      .addColumn('decided_by', 'text')
      .addColumn('decided_at', 'bigint')
      .addColumn('done_at', 'bigint')
      .execute();
    await db.schema
      .createTable('staff_changes')
      .addColumn('id', ids.type, ids.numbered)
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('by_user', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('before', 'text')
      .addColumn('after', 'text')
      .addColumn('request', ids.type, (c) => c.references('binding_requests.id'))
      .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('begun', 'made', 'not-made')`))
      .execute();
    // Unique: of one person's requests at most one can be agreed to.
    await sql`create unique index binding_open on binding_requests (user_id) where state = 'open'`.execute(db);
    await sql`create index bindings_waiting on binding_requests (asked_at) where state = 'open'`.execute(db);
    await sql`create index bindings_of_user on binding_requests (user_id, asked_at)`.execute(db);
  };

/** The group in which a request was typed. */
export const addConversation: Step = async (db) => {
  await db.schema.alterTable('binding_requests').addColumn('conversation', 'text').execute();
};

/** What people are called, for when they have left the mapping. Those whom a change of it names are known already. */
export const createKnownNames: Step = async (db) => {
  await db.schema
    .createTable('known_names')
    .addColumn('user_id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .execute();
  const tables = db as Kysely<Pick<PeopleTables, 'staff_changes' | 'known_names'>>;
  const changes = await tables
    .selectFrom('staff_changes')
    .select(['user_id', 'before', 'after'])
    .orderBy('id')
    .execute();
  const names = new Map<string, string>();
  for (const { user_id, before, after } of changes) {
    for (const place of [before, after]) {
      const { name = null } = place === null ? {} : (JSON.parse(place) as Partial<Place>);
      if (name !== null) names.set(user_id, name);
    }
  }
  for (const [user_id, name] of names) await tables.insertInto('known_names').values({ user_id, name }).execute();
};
