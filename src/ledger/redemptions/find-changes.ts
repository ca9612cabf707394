import { sql } from 'kysely';
import type { Changes, RecordedRedemption, UnknownCount } from '../../redemption/records.ts';
import type { ReadContext } from '../context.ts';
import { knownName } from '../people/known-names.ts';
import { toRedemption } from './row.ts';

/** Finds the redemptions that were claimed or settled at that instant or since, in the order of their claims. */
export async function findChanges({ trx }: ReadContext, since: number, limit: number): Promise<Changes> {
  const found = new Map<number, RecordedRedemption>();
  let more = false;
  // One index each: with a condition that has both, databases read the whole table.
  for (const column of ['claimed_at', 'settled_at'] as const) {
    const rows = await trx
      .selectFrom('redemptions')
      .selectAll()
      .select(knownName.as('known_name'))
      .where(column, '>=', since)
      .orderBy(column)
      .limit(limit + 1)
      .execute();
    more ||= rows.length > limit;
    for (const row of rows)
      found.set(row.id, { redemption: toRedemption(row), user: row.user_id, name: row.known_name });
  }
  return { redemptions: [...found.values()].sort((a, b) => a.redemption.id - b.redemption.id), more };
}

/** Counts what is *unknown*, of any day. There are few of them, and they have an index of their own. */
export function countUnknowns({ trx }: ReadContext): Promise<readonly UnknownCount[]> {
  return trx
    .selectFrom('redemptions')
    .select((select) => ['store_code as storeCode', 'user_id as user', select.fn.countAll<number>().as('lines')])
    .where('state', '=', sql.lit('unknown'))
    .groupBy(['store_code', 'user_id'])
    .execute();
}
