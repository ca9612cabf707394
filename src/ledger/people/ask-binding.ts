import { sql } from 'kysely';
import {
  REQUEST_LIFETIME_MS,
  REQUESTS_PER_DAY,
  type BindingRequest,
  type NewBindingRequest,
} from '../../redemption/people.ts';
import type { VerbContext } from '../context.ts';
import { openOf, toRequest, wasAskedWithin, type RequestRow } from './request-row.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Records a request to be bound. The same one again while it is open is the first one still; another one takes its
 * place, under a number of its own, so that a manager agrees only to what they have read. Null when this person has
 * made too many of them.
 */
export async function askBinding(context: VerbContext, request: NewBindingRequest): Promise<BindingRequest | null> {
  for (;;) {
    await expire(context, request.user);
    const open = await openOf(context, request.user);
    if (open !== undefined && isSame(open, request)) return toRequest(open);
    if ((await askedToday(context, request.user)) >= REQUESTS_PER_DAY) return null;
    if (open !== undefined) {
      await context.trx
        .updateTable('binding_requests')
        .set({ state: 'replaced' })
        .where('id', '=', open.id)
        .where('state', '=', 'open')
        .execute();
    }
    const row = await context.trx
      .insertInto('binding_requests')
      .values({
        user_id: request.user,
        employee_id: request.employeeId,
        store_code: request.storeCode,
        name: request.name,
        channel: request.channel,
        conversation: request.conversation ?? null,
        return_address: JSON.stringify(request.returnAddress),
        asked_at: context.now,
        state: 'open',
        decided_by: null,
        decided_at: null,
        done_at: null,
      })
      // Another instance may just have taken a request of this person.
      .onConflict((c) => c.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) return toRequest(row);
  }
}

async function expire(context: VerbContext, user: string): Promise<void> {
  await context.trx
    .updateTable('binding_requests')
    .set({ state: 'expired' })
    .where('user_id', '=', user)
    .where('state', '=', sql.lit('open'))
    .where((where) => where.not(wasAskedWithin(context, REQUEST_LIFETIME_MS)))
    .execute();
}

async function askedToday(context: VerbContext, user: string): Promise<number> {
  const rows = await context.trx
    .selectFrom('binding_requests')
    .select('id')
    .where('user_id', '=', user)
    .where(wasAskedWithin(context, DAY_MS))
    .limit(REQUESTS_PER_DAY)
    .execute();
  return rows.length;
}

function isSame(row: RequestRow, request: NewBindingRequest): boolean {
  return row.employee_id === request.employeeId && row.store_code === request.storeCode && row.name === request.name;
}
