import type { Selectable } from 'kysely';
import {
  HELD_MS,
  type ChangesAsked,
  type MappingChange,
  type RecordedMappingChange,
} from '../../redemption/changes.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleTables } from './tables.ts';

/** All but what is held, which no list reads. */
const SHOWN = ['id', 'at', 'by_user', 'list', 'target', 'store_one', 'store_two'] as const;
const ALSO_SHOWN = ['before', 'after', 'undoes', 'state'] as const;

/**
 * Records a change of stores, conversations or robots that is about to be made; returns its id. What is held to undo
 * older ones is let go: it has robots' addresses in it.
 */
export async function beginMappingChange({ trx, now }: VerbContext, change: MappingChange): Promise<number> {
  await trx
    .updateTable('mapping_changes')
    .set({ held: null })
    .where('held', 'is not', null)
    .where('at', '<', now - HELD_MS)
    .execute();
  const { id } = await trx
    .insertInto('mapping_changes')
    .values({
      at: now,
      by_user: change.by,
      list: change.list,
      target: change.target,
      store_one: change.stores[0],
      store_two: change.stores[1],
      before: change.before,
      after: change.after,
      held: change.held,
      undoes: change.undoes,
      state: 'begun',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Records whether it was made. What was not made needs nothing held. */
export async function endMappingChange({ trx }: VerbContext, id: number, made: boolean): Promise<null> {
  await trx
    .updateTable('mapping_changes')
    .set(made ? { state: 'made' } : { state: 'not-made', held: null })
    .where('id', '=', id)
    .where('state', '=', 'begun')
    .execute();
  return null;
}

/** One change with what is held of it, to be undone; null where there is none. */
export async function findMappingChange(
  { trx }: VerbContext,
  id: number,
): Promise<{ change: RecordedMappingChange; held: string | null } | null> {
  const row = await trx.selectFrom('mapping_changes').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  const { held, ...shown } = row;
  return { change: toChange({ ...shown, holds: held === null ? 0 : 1 }), held };
}

/** Changes, the newest first. There are few: people make each of them by hand. */
export async function listMappingChanges(
  { trx }: VerbContext,
  { storeCode, before, limit }: ChangesAsked,
): Promise<RecordedMappingChange[]> {
  let query = trx
    .selectFrom('mapping_changes')
    .select([...SHOWN, ...ALSO_SHOWN])
    .select((select) =>
      select.case().when('held', 'is not', null).then(select.lit(1)).else(select.lit(0)).end().as('holds'),
    )
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined) query = query.where('id', '<', before);
  if (storeCode !== undefined)
    query = query.where((where) => where.or([where('store_one', '=', storeCode), where('store_two', '=', storeCode)]));
  return (await query.execute()).map(toChange);
}

type Shown = Omit<Selectable<PeopleTables['mapping_changes']>, 'held'> & { readonly holds: number };

function toChange({ by_user: by, store_one, store_two, holds, ...row }: Shown): RecordedMappingChange {
  return { ...row, by, stores: [store_one, store_two], canBeUndone: holds === 1 };
}
