import type { Selectable } from 'kysely';
import type { ChangesAsked, RecordedStaffChange } from '../../redemption/changes.ts';
import type { Place, StaffChange } from '../../redemption/people.ts';
import { userKey } from '../../redemption/user-id.ts';
import type { VerbContext } from '../context.ts';
import { noteName } from './known-names.ts';
import type { PeopleTables } from './tables.ts';

/** Records a change of the mapping that is about to be made; returns its id. */
export async function beginStaffChange(context: VerbContext, change: StaffChange): Promise<number> {
  if (change.before !== null && change.before.name !== null) await noteName(context, change.user, change.before.name);
  const { id } = await context.trx
    .insertInto('staff_changes')
    .values({
      at: context.now,
      by_user: change.by,
      user_id: change.user,
      before: toJson(change.before),
      after: toJson(change.after),
      store_before: change.before?.storeCode ?? null,
      store_after: change.after?.storeCode ?? null,
      request: change.request,
      undoes: change.undoes ?? null,
      state: 'begun',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Records whether it was made. */
export async function endStaffChange(context: VerbContext, id: number, made: boolean): Promise<null> {
  await context.trx
    .updateTable('staff_changes')
    .set({ state: made ? 'made' : 'not-made' })
    .where('id', '=', id)
    .where('state', '=', 'begun')
    .execute();
  return null;
}

/** One change; null where there is none. */
export async function findStaffChange({ trx }: VerbContext, id: number): Promise<RecordedStaffChange | null> {
  const row = await trx.selectFrom('staff_changes').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toChange(row);
}

/** Changes, the newest first. What a store hears of has two columns, each read by its own index. */
export async function listStaffChanges(
  { trx }: VerbContext,
  { user, storeCode, before, limit }: ChangesAsked,
): Promise<RecordedStaffChange[]> {
  const newest = () => {
    const all = trx.selectFrom('staff_changes').selectAll().orderBy('id', 'desc').limit(limit);
    return before === undefined ? all : all.where('id', '<', before);
  };
  if (user !== undefined) {
    const ofUser = newest().where('user_id', 'in', [...new Set([user, userKey(user)])]);
    const inStore =
      storeCode === undefined
        ? ofUser
        : ofUser.where((where) =>
            where.or([where('store_before', '=', storeCode), where('store_after', '=', storeCode)]),
          );
    return (await inStore.execute()).map(toChange);
  }
  if (storeCode === undefined) return (await newest().execute()).map(toChange);
  const left = await newest().where('store_before', '=', storeCode).execute();
  const came = await newest().where('store_after', '=', storeCode).execute();
  const both = new Map([...left, ...came].map((row) => [row.id, row]));
  return [...both.values()]
    .sort((a, b) => b.id - a.id)
    .slice(0, limit)
    .map(toChange);
}

function toChange(row: Selectable<PeopleTables['staff_changes']>): RecordedStaffChange {
  const { id, at, by_user: by, user_id: user, before, after, request, undoes, state } = row;
  return { id, at, by, user, before: fromJson(before), after: fromJson(after), request, undoes, state };
}

const toJson = (place: Place | null) => (place === null ? null : JSON.stringify(place));
const fromJson = (text: string | null) => (text === null ? null : (JSON.parse(text) as Place));
