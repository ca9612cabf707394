import { sql } from 'kysely';
import type { KnownPerson } from '../../redemption/records.ts';
import type { ReadContext } from '../context.ts';

/** Redemptions of a store, from the latest on, whose people are looked for: some ten milliseconds. */
const LATEST = 3_000;

/** Finds people on record by a part of their known name or account, written in any case. */
export async function findTypists(
  { trx }: ReadContext,
  text: string,
  storeCode: string | null,
  limit: number,
): Promise<KnownPerson[]> {
  const part = `%${text.toLowerCase().replace(/[\\%_]/gu, String.raw`\$&`)}%`;
  const like = (column: 'name' | 'user_id') => sql<boolean>`lower(${sql.ref(column)}) like ${part} escape '\\'`;
  const named = trx
    .selectFrom('known_names')
    .select(['user_id as user', 'name'])
    .where((where) => where.or([like('name'), like('user_id')]))
    .orderBy('user_id')
    .limit(limit);
  if (storeCode === null) return named.execute();
  const latest = trx
    .selectFrom('redemptions')
    .select('user_id')
    .where('store_code', '=', storeCode)
    .orderBy('claimed_at', 'desc')
    .limit(LATEST)
    .as('latest');
  return named.where('user_id', 'in', trx.selectFrom(latest).select('user_id')).execute();
}
