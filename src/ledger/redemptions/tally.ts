import { sql } from 'kysely';
import type { Tally, TallyQuestion } from '../../redemption/notices.ts';
import { toRedemption } from '../row.ts';
import type { VerbContext } from '../context.ts';

/** Counts what some stores redeemed in a span of time, by person and outcome, and finds what is still unknown. */
export async function tally(context: VerbContext, { storeCodes, from, to, unknowns }: TallyQuestion): Promise<Tally> {
  if (storeCodes.length === 0) return { rows: [], unknown: [], unknownBefore: 0 };
  const counted = await context.trx
    .selectFrom('redemptions')
    .select((select) => [
      sql<string>`store_code`.as('storeCode'),
      'user_id as user',
      'state',
      select.fn.countAll<number>().as('lines'),
      select.fn.sum<number | string>('count').as('times'),
    ])
    .where('store_code', 'in', storeCodes)
    .where('claimed_at', '>=', from)
    .where('claimed_at', '<', to)
    .groupBy(['store_code', 'user_id', 'state'])
    .execute();
  const stillUnknown = () =>
    context.trx
      .selectFrom('redemptions')
      .where('state', '=', sql.lit('unknown'))
      .where('store_code', 'in', storeCodes)
      .where('claimed_at', '<', to);
  const listed = await stillUnknown()
    .selectAll()
    .where('claimed_at', '>=', from)
    .orderBy('claimed_at')
    .limit(unknowns)
    .execute();
  const { before } = await stillUnknown()
    .select((select) => select.fn.countAll<number>().as('before'))
    .where('claimed_at', '<', from)
    .executeTakeFirstOrThrow();
  return {
    // Sums are wider than what they sum up, and come as text from some databases.
    rows: counted.map((row) => ({ ...row, times: Number(row.times) })),
    unknown: listed.map((row) => ({ redemption: toRedemption(row), user: row.user_id })),
    unknownBefore: before,
  };
}
