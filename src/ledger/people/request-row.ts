import { sql, type Selectable } from 'kysely';
import { FURTHEST_MS, isTooFarAhead as liesTooFarAhead } from '../../redemption/instants.ts';
import { REQUEST_LIFETIME_MS, type BindingRequest } from '../../redemption/people.ts';
import type { VerbContext } from '../context.ts';
import { isTooFarAhead } from '../instants.ts';
import type { PeopleTables } from './tables.ts';

export type RequestRow = Selectable<PeopleTables['binding_requests']>;

/** The request of this person that waits for an answer. */
export function openOf(context: VerbContext, user: string): Promise<RequestRow | undefined> {
  return context.trx
    .selectFrom('binding_requests')
    .selectAll()
    .where('user_id', '=', user)
    .where('state', '=', sql.lit('open'))
    .executeTakeFirst();
}

/** A condition: whether a request is no older than `ms`. */
export function wasAskedWithin({ now }: VerbContext, ms: number) {
  return sql<boolean>`(asked_at > ${now - ms} and not ${isTooFarAhead('asked_at', now, FURTHEST_MS.past)})`;
}

/** Whether a request can still be answered. */
export const isAlive = ({ now }: VerbContext, { asked_at }: RequestRow): boolean =>
  asked_at > now - REQUEST_LIFETIME_MS && !liesTooFarAhead(asked_at, now, FURTHEST_MS.past);

/** Turns a row of `binding_requests` into the domain's shape. */
export function toRequest(row: RequestRow): BindingRequest {
  return {
    number: row.id,
    user: row.user_id,
    employeeId: row.employee_id,
    storeCode: row.store_code,
    name: row.name,
    channel: row.channel,
    conversation: row.conversation,
    returnAddress: JSON.parse(row.return_address) as unknown,
    askedAt: row.asked_at,
    state: row.state,
    decidedBy: row.decided_by,
    done: row.done_at !== null,
  };
}
