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

/** By which store and which person changes are found, and which change one took back. */
export const indexStaffChanges =
  (ids: Ids): Step =>
  async (db) => {
    for (const column of ['store_before', 'store_after'])
      await db.schema.alterTable('staff_changes').addColumn(column, 'text').execute();
    await db.schema
      .alterTable('staff_changes')
      .addColumn('undoes', ids.type, (c) => c.references('staff_changes.id'))
      .execute();
    const tables = db as Kysely<Pick<PeopleTables, 'staff_changes'>>;
    const changes = await tables.selectFrom('staff_changes').select(['id', 'before', 'after']).execute();
    const storeOf = (place: string | null) =>
      place === null ? null : ((JSON.parse(place) as Partial<Place>).storeCode ?? null);
    for (const { id, before, after } of changes)
      await tables
        .updateTable('staff_changes')
        .set({ store_before: storeOf(before), store_after: storeOf(after) })
        .where('id', '=', id)
        .execute();
    await sql`create index staff_changes_of_user on staff_changes (user_id, id)`.execute(db);
    await sql`create index staff_changes_from on staff_changes (store_before, id)`.execute(db);
    await sql`create index staff_changes_to on staff_changes (store_after, id)`.execute(db);
  };

/** The record of changes of stores, conversations and robots. */
export const createMappingChanges =
  (ids: Ids): Step =>
  async (db) => {
    await db.schema
      .createTable('mapping_changes')
      .addColumn('id', ids.type, ids.numbered)
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('by_user', 'text', (c) => c.notNull())
      .addColumn('list', 'text', (c) => c.notNull().check(sql`list in ('store', 'conversation', 'robot')`))
      .addColumn('target', 'text', (c) => c.notNull())
      .addColumn('store_one', 'text')
      .addColumn('store_two', 'text')
      .addColumn('before', 'text')
      .addColumn('after', 'text')
      .addColumn('held', 'text')
      .addColumn('undoes', ids.type, (c) => c.references('mapping_changes.id'))
      .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('begun', 'made', 'not-made')`))
      .execute();
    await sql`create index mapping_changes_held on mapping_changes (at) where held is not null`.execute(db);
  };
