import { sql, type Expression } from 'kysely';
import type { Taken, VerbContext } from '../context.ts';

const MINUTE_MS = 60_000;

/** So much of what this person may have in a minute. */
export interface WantedOfAllowance {
  readonly user: string;
  readonly wanted: number;
  readonly perMinute: number;
}

/** Takes all of what is wanted, or nothing; returns whether there was as much. A minute begins with the first that is taken. */
export async function takeAllowance(context: VerbContext, of: WantedOfAllowance): Promise<boolean> {
  if (of.wanted > of.perMinute) return false;
  return context.taken === null ? takeFromTable(context, of) : takeFrom(context.taken, context.now, of);
}

function takeFrom(all: Taken, now: number, { user, wanted, perMinute }: WantedOfAllowance): boolean {
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
  { user, wanted, perMinute }: WantedOfAllowance,
): Promise<boolean> {
  const { rows } = await sql`
    insert into allowances as had (user_id, since, taken)
    select cast(${user} as text), cast(${now} as bigint), cast(${wanted} as integer)
    where not exists (
      select 1 from allowances as had
      where user_id = ${user} and ${isRunning(sql.val(now))} and taken + ${wanted} > ${perMinute}
    )
    ${addToTaken(sql.val(perMinute))}
    returning taken
  `.execute(trx);
  return rows.length > 0;
}

/** How a row of `allowances` that is inserted as `had` takes more of the minute that is running, as far as it may. */
export function addToTaken(perMinute: Expression<unknown>) {
  const running = isRunning(sql.ref('excluded.since'));
  return sql`
    on conflict (user_id) do update set
      since = case when ${running} then had.since else excluded.since end,
      taken = case when ${running} then had.taken else 0 end + excluded.taken
    where not (${running} and had.taken + excluded.taken > ${perMinute})
  `;
}

/**
 * Whether the minute of the row `had` is running. The clocks of two services differ a little; a minute that began further
 * ahead than that was begun by a wrong clock.
 */
export function isRunning(now: Expression<unknown>) {
  const at = sql`cast(${now} as bigint)`;
  return sql`had.since > ${at} - ${sql.lit(MINUTE_MS)} and had.since < ${at} + ${sql.lit(MINUTE_MS)}`;
}
