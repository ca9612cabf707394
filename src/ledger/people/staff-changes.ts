import type { Place, StaffChange } from '../../redemption/people.ts';
import type { VerbContext } from '../context.ts';
import { noteName } from './known-names.ts';

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
      request: change.request,
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

const toJson = (place: Place | null) => (place === null ? null : JSON.stringify(place));
