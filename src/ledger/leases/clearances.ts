import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { VerbContext } from '../context.ts';
import { isTooFarAhead } from '../instants.ts';

/** A service that is not heard of any more may have refused messages before; it is remembered for so long. */
export const REMEMBERED_MS = 150_000;

/** A message that was refused longer ago is delivered again no more. */
const MATTERS_MS = 35 * 60_000;

/**
 * Shows that at this instant the service had recorded all that it had refused. `forget` also forgets those that are long
 * gone: only for a service that has had no trouble for as long, or one that had the same trouble would be forgotten.
 */
export async function showClear(context: VerbContext, at: number, forget: boolean): Promise<null> {
  const { trx, instance } = context;
  await trx
    .insertInto('clearances')
    .values({ instance, clear_at: at })
    .onConflict((c) => c.column('instance').doUpdateSet({ clear_at: at }))
    .execute();
  await trx
    .deleteFrom('clearances')
    .where((where) => where.or([where('clear_at', '<', at - (forget ? REMEMBERED_MS : MATTERS_MS)), isAhead(context)]))
    .where('instance', '!=', instance)
    .where('instance', 'not in', trx.selectFrom('instances').select('id'))
    .execute();
  return null;
}

/** Whether there is another service that has not shown itself clear within so many milliseconds. */
export async function isAnotherUnclear(context: VerbContext, withinMs: number): Promise<boolean> {
  const unclear = await context.trx
    .selectFrom('clearances')
    .select('instance')
    .where('instance', '!=', context.instance)
    .where((where) => where.or([where('clear_at', '<', context.now - Math.floor(withinMs)), isAhead(context)]))
    .limit(1)
    .executeTakeFirst();
  return unclear !== undefined;
}

/** Records that the service has nothing to record, and never will have. */
export async function endClearance(context: VerbContext): Promise<null> {
  await context.trx.deleteFrom('clearances').where('instance', '=', context.instance).execute();
  return null;
}

/** It was shown when the clock was ahead: a service that lives shows itself again within a second. */
const isAhead = ({ now }: VerbContext) => isTooFarAhead('clear_at', now, FURTHEST_MS.past);
