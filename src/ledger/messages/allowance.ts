import { sql } from 'kysely';
import type { Taken, VerbContext } from '../context.ts';

const MINUTE_MS = 60_000;

/**
 * Takes `wanted` of the `perMinute` that this person may have, all of it or nothing; returns whether there was as much. A
 * minute begins with the first that is taken.
 */
export async function takeAllowance(
  context: VerbContext,
  user: string,
  wanted: number,
  perMinute: number,
): Promise<boolean> {
  if (wanted > perMinute) return false;
  return context.taken === null
    ? takeFromTable(context, user, wanted, perMinute)
    : takeFrom(context.taken, context.now, user, wanted, perMinute);
}

function takeFrom(all: Taken, now: number, user: string, wanted: number, perMinute: number): boolean {
  const had = all.get(user);
  const running = had !== undefined && Math.abs(now - had.since) < MINUTE_MS ? had : { since: now, taken: 0 };
  if (running.taken + wanted > perMinute) return false;
  all.set(user, { ...running, taken: running.taken + wanted });
  return true;
}

/**
 * One statement, so that of many messages at several services each counts on what the others have left; where nothing is
 * left it does not even wait for them.
 */
async function takeFromTable(
  { trx, now }: VerbContext,
  user: string,
  wanted: number,
  perMinute: number,
): Promise<boolean> {
  // The clocks of two services differ a little; a minute that began further ahead than that was begun by a wrong clock.
  const running = sql`had.since > ${now - MINUTE_MS} and had.since < ${now + MINUTE_MS}`;
  const { rows } = await sql`
    insert into allowances as had (user_id, since, taken)
    select cast(${user} as text), cast(${now} as bigint), cast(${wanted} as integer)
    where not exists (
      select 1 from allowances as had where user_id = ${user} and ${running} and taken + ${wanted} > ${perMinute}
    )
    on conflict (user_id) do update set
      since = case when ${running} then had.since else excluded.since end,
      taken = case when ${running} then had.taken else 0 end + excluded.taken
    where not (${running} and had.taken + excluded.taken > ${perMinute})
    returning taken
  `.execute(trx);
  return rows.length > 0;
}
