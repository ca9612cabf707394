import { sql } from 'kysely';
import type { StoreRecords, StoreSpan } from '../../redemption/records.ts';
import type { ReadContext } from '../context.ts';
import { knownName } from '../people/known-names.ts';
import { countRecords } from './find-records.ts';
import { toRedemption } from './row.ts';

/** Counts what some stores redeemed in a span of time, and finds what is still unknown there. */
export async function findStoreRecords(
  context: ReadContext,
  { storeCodes, from, to, unknowns }: StoreSpan,
): Promise<StoreRecords> {
  if (storeCodes.length === 0) return { counts: [], unknown: [], unknownBefore: 0 };
  const counts = await countRecords(context, (where) =>
    where.and([where('store_code', 'in', storeCodes), where('claimed_at', '>=', from), where('claimed_at', '<', to)]),
  );
  const stillUnknown = () =>
    context.trx
      .selectFrom('redemptions')
      .where('state', '=', sql.lit('unknown'))
      .where('store_code', 'in', storeCodes)
      .where('claimed_at', '<', to);
  const listed = await stillUnknown()
    .selectAll()
    .select(knownName.as('known_name'))
    .where('claimed_at', '>=', from)
    .orderBy('claimed_at')
    .limit(unknowns)
    .execute();
  const { before } = await stillUnknown()
    .select((select) => select.fn.countAll<number>().as('before'))
    .where('claimed_at', '<', from)
    .executeTakeFirstOrThrow();
  return {
    counts,
    unknown: listed.map((row) => ({ redemption: toRedemption(row), user: row.user_id, name: row.known_name })),
    unknownBefore: before,
  };
}
