import { sql } from 'kysely';
import { REQUEST_LIFETIME_MS, type BindingRequest } from '../../redemption/people.ts';
import type { VerbContext } from '../context.ts';
import { isAlive, toRequest, wasAskedWithin } from './request-row.ts';

/** Reads a request; null when there is none. */
export async function findBindingRequest(context: VerbContext, number: number): Promise<BindingRequest | null> {
  const row = await context.trx.selectFrom('binding_requests').selectAll().where('id', '=', number).executeTakeFirst();
  if (row === undefined) return null;
  return toRequest(row.state !== 'open' || isAlive(context, row) ? row : { ...row, state: 'expired' });
}

/** Requests that wait for an answer, oldest first; of all stores when `storeCode` is null. */
export async function openBindingRequests(
  context: VerbContext,
  storeCode: string | null,
  limit: number,
): Promise<BindingRequest[]> {
  const open = context.trx
    .selectFrom('binding_requests')
    .selectAll()
    .where('state', '=', sql.lit('open'))
    .where(wasAskedWithin(context, REQUEST_LIFETIME_MS));
  const ofStore = storeCode === null ? open : open.where('store_code', '=', storeCode);
  return (await ofStore.orderBy('asked_at').orderBy('id').limit(limit).execute()).map(toRequest);
}
