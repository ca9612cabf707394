import { sql, type Expression, type SqlBool } from 'kysely';
import type { ReadContext } from '../context.ts';
import { isSlow, isSwift } from './swift.ts';
import type { Summed } from './sums.ts';

/** Instants in milliseconds since 1970; `to` is not part of it any more. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface SummedRow extends Summed {
  readonly claimed_at: number;
}

/** What was typed within a span, of one store or of all. */
export function rowsWithin({ trx }: ReadContext, { from, to }: Span, storeCode: string | null): Promise<SummedRow[]> {
  return trx
    .selectFrom('redemptions')
    .select(['claimed_at', 'store_code', 'user_id', 'state', 'count'])
    .where('claimed_at', '>=', from)
    .where('claimed_at', '<', to)
    .$if(storeCode !== null, (query) => query.where('store_code', '=', storeCode))
    .execute();
}

/** Of what was typed within a span that which does not change any more. */
export function swiftRows(context: ReadContext, span: Span): Promise<SummedRow[]> {
  return only(context, isSwift, span);
}

/** The rest of it. Few, and found among few. */
export async function otherRows({ trx }: ReadContext, { from, to }: Span): Promise<SummedRow[]> {
  const slow = await only({ trx }, isSlow, { from, to });
  // They are not looked for by when they were typed: of those there are many more.
  // Each has an index of its own.
  const inState = (state: 'pending' | 'asked') =>
    trx
      .selectFrom('redemptions')
      .select(['claimed_at', 'store_code', 'user_id', 'state', 'count'])
      .where('state', '=', sql.lit(state))
      .execute();
  const open = [...(await inState('pending')), ...(await inState('asked'))];
  return [...slow, ...open.filter(({ claimed_at: at }) => at >= from && at < to)];
}

/** When the first or last redemption of a span was typed; null: there is none. */
export async function edgeOf(
  { trx }: ReadContext,
  edge: 'first' | 'last',
  { from, to }: Span,
  storeCode: string | null = null,
): Promise<number | null> {
  const row = await trx
    .selectFrom('redemptions')
    .select('claimed_at')
    .where('claimed_at', '>=', from)
    .where('claimed_at', '<', to)
    .$if(storeCode !== null, (query) => query.where('store_code', '=', storeCode))
    .orderBy('claimed_at', edge === 'first' ? 'asc' : 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.claimed_at ?? null;
}

function only({ trx }: ReadContext, condition: Expression<SqlBool>, { from, to }: Span): Promise<SummedRow[]> {
  return trx
    .selectFrom('redemptions')
    .select(['claimed_at', 'store_code', 'user_id', 'state', 'count'])
    .where(condition)
    .where('claimed_at', '>=', from)
    .where('claimed_at', '<', to)
    .execute();
}
