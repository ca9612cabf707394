import type { RecordCursor, RecordedRedemption, RecordFilter } from '../../redemption/records.ts';
import type { ReadContext } from '../context.ts';
import { knownName } from '../people/known-names.ts';
import { matching } from './find-records.ts';
import { behind, toRecorded } from './find-unknowns.ts';

// What a list out of the vendor's books is put beside.

/** Those of these receipts that are on record. */
export async function findReceipts(context: ReadContext, receipts: readonly string[]): Promise<RecordedRedemption[]> {
  if (receipts.length === 0) return [];
  const rows = await context.trx
    .selectFrom('redemptions')
    .selectAll()
    .select(knownName.as('known_name'))
    .where('receipt', 'in', receipts)
    .execute();
  return rows.map(toRecorded);
}

/** What succeeded in a span of time, oldest first. */
export async function findSucceeded(
  context: ReadContext,
  filter: Pick<RecordFilter, 'storeCode'> & Required<Pick<RecordFilter, 'span'>>,
  after: RecordCursor | null,
  limit: number,
): Promise<RecordedRedemption[]> {
  const span = { ...filter.span, from: Math.max(filter.span.from, after?.at ?? filter.span.from) };
  const rows = await context.trx
    .selectFrom('redemptions')
    .selectAll()
    .select(knownName.as('known_name'))
    .where((where) => matching(where, { ...filter, span, states: ['succeeded'] }))
    .$if(after !== null, (query) => query.where(behind(after)))
    .orderBy('claimed_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toRecorded);
}
