import { sql } from 'kysely';
import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { VerbContext } from '../context.ts';
import { isTooFarAhead } from '../instants.ts';
import { tellGroups } from '../notices/tell-groups.ts';
import { lookDue } from '../redemptions/look-due.ts';
import { record } from '../trail/record.ts';

/** One that was not seen for so long, in milliseconds, counts as dead. */
export const DEAD_AFTER_MS = 20_000;

/** Shows that this service is alive. */
export async function heartbeat(context: VerbContext): Promise<null> {
  await context.trx
    .insertInto('instances')
    .values({ id: context.instance, seen_at: context.now })
    .onConflict((c) => c.column('id').doUpdateSet({ seen_at: context.now }))
    .execute();
  return null;
}

/**
 * Takes over from services that were last seen before `deadBefore` (milliseconds since 1970): what they left pending is
 * *unknown*, for their requests may have left, and the people who wait for a reply, and the groups that want to hear
 * of it, are told late.
 * Returns the ids of the rows that became unknown.
 */
export async function takeOver(context: VerbContext, deadBefore: number): Promise<number[]> {
  // It was seen when the clock was ahead, at an unknown instant: a service that lives shows itself again before this
  // counts as long ago.
  await context.trx
    .updateTable('instances')
    .set({ seen_at: context.now })
    .where(isTooFarAhead('seen_at', context.now, FURTHEST_MS.past))
    .execute();
  const alive = context.trx
    .selectFrom('instances')
    .select('id')
    .where((where) => where.or([where('seen_at', '>=', deadBefore), where('id', '=', context.instance)]));
  const interrupted = await context.trx
    .updateTable('redemptions')
    .set({ state: 'unknown', reason: 'interrupted', settled_at: context.now, look_due: lookDue(context) })
    .where('state', '=', sql.lit('pending'))
    // Not `message in (…)`: SQLite would first list every message of every service that ever was.
    .where((where) =>
      where.exists(
        where
          .selectFrom('messages')
          .select('messages.id')
          .whereRef('messages.id', '=', 'redemptions.message')
          .where('messages.instance', 'not in', alive),
      ),
    )
    .returning(['id', 'store_code'])
    .execute();
  await tellGroups(context, 'unknown', interrupted);
  const left = interrupted.map(({ id }) => ({ redemption: id }));
  await record(context, left, { kind: 'unknown', reason: 'interrupted', takenOver: true });
  const untold = await context.trx
    .updateTable('messages')
    .set({ reply_state: 'queued', reply_due: context.now })
    .where('reply_state', '=', sql.lit('open'))
    .where('instance', 'not in', alive)
    .returning('id')
    .execute();
  const taken = untold.map(({ id }) => ({ message: id }));
  await record(context, taken, { kind: 'reply-taken-over' });
  // A service that is not in the table counts as dead too, so only now, and only those whose work has been taken over.
  await context.trx
    .deleteFrom('instances')
    .where('seen_at', '<', deadBefore)
    .where('id', '!=', context.instance)
    .execute();
  return interrupted.map(({ id }) => id);
}

/** Says that this service ends: what it leaves behind, if anything, is taken over without waiting. */
export async function signOff(context: VerbContext): Promise<null> {
  await context.trx.deleteFrom('instances').where('id', '=', context.instance).execute();
  return null;
}
