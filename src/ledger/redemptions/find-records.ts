import type { Expression, ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { RecordCount, RecordFilter, Records } from '../../redemption/records.ts';
import type { VerbContext } from '../context.ts';
import type { Tables } from '../schema.ts';
import { toRedemption } from './row.ts';

type Where = ExpressionBuilder<Tables, 'redemptions'>;

/** Counts the redemptions that match, and reads the newest `limit` of them. */
export async function findRecords(context: VerbContext, filter: RecordFilter, limit: number): Promise<Records> {
  const counts = await countRecords(context, (where) => matching(where, filter));
  const newest = await context.trx
    .selectFrom('redemptions')
    .selectAll()
    .where((where) => matching(where, filter))
    .orderBy('claimed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return { counts, newest: newest.map((row) => ({ redemption: toRedemption(row), user: row.user_id })) };
}

/** Counts the redemptions that match by store, person and outcome. */
export async function countRecords(
  context: VerbContext,
  matches: (where: Where) => Expression<SqlBool>,
): Promise<RecordCount[]> {
  const counts = await context.trx
    .selectFrom('redemptions')
    .select((select) => [
      'store_code',
      // A store may have been renamed meanwhile.
      select.fn.max('store_name').as('store_name'),
      'user_id as user',
      'state',
      select.fn.countAll<number>().as('lines'),
      select.fn.sum<number | string>('count').as('times'),
    ])
    .where(matches)
    .groupBy(['store_code', 'user_id', 'state'])
    .execute();
  return counts.map(({ store_code: code, store_name: name, times, ...count }) => ({
    store: code === null ? null : { code, name: name ?? code },
    // Sums are wider than what they sum up, and come as text from some databases.
    times: Number(times),
    ...count,
  }));
}

/** The condition that a filter stands for. */
export function matching(
  where: Where,
  { span, user, storeCode, state, card, receipt, seenBy }: RecordFilter,
): ExpressionWrapper<Tables, 'redemptions', SqlBool> {
  return where.and([
    ...(span === undefined ? [] : [where('claimed_at', '>=', span.from), where('claimed_at', '<', span.to)]),
    ...(user === undefined ? [] : [where('user_id', '=', user)]),
    ...(storeCode === undefined ? [] : [where('store_code', '=', storeCode)]),
    ...(state === undefined ? [] : [where('state', '=', state)]),
    ...(card === undefined ? [] : [where.or([where('card', '=', card), where('real_card', '=', card)])]),
    ...(receipt === undefined ? [] : [where('receipt', '=', receipt)]),
    ...(seenBy === undefined
      ? []
      : [where.or([where('user_id', '=', seenBy.user), where('store_code', '=', seenBy.storeCode)])]),
  ]);
}
