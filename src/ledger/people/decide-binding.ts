import { FURTHEST_MS } from '../../redemption/instants.ts';
import { REQUEST_LIFETIME_MS, type BindingRequest, type Decision, type Telling } from '../../redemption/people.ts';
import type { VerbContext } from '../context.ts';
import { isTooFarAhead } from '../instants.ts';
import { tell } from '../messages/tell.ts';
import { findBindingRequest } from './binding-requests.ts';
import { openOf, toRequest, wasAskedWithin } from './request-row.ts';

/** Decides an open request, or takes over a decision that was not carried out for `leaseMs`. */
export async function decideBinding(
  context: VerbContext,
  number: number,
  decision: Decision,
  by: string,
  leaseMs: number,
): Promise<{ won: boolean; request: BindingRequest }> {
  const row = await context.trx
    .updateTable('binding_requests')
    .set({ state: decision, decided_by: by, decided_at: context.now })
    .where('id', '=', number)
    .where((where) =>
      where.or([
        where.and([where('state', '=', 'open'), wasAskedWithin(context, REQUEST_LIFETIME_MS)]),
        where.and([
          where('state', '=', decision),
          where('done_at', 'is', null),
          where.or([
            where('decided_at', '<=', context.now - leaseMs),
            isTooFarAhead('decided_at', context.now, FURTHEST_MS.past),
          ]),
        ]),
      ]),
    )
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) return { won: true, request: toRequest(row) };
  const known = await findBindingRequest(context, number);
  if (known === null) throw new Error('there is no such request');
  return { won: false, request: known };
}

/** Takes back a decision that could not be carried out, unless the person has asked for something else meanwhile. */
export async function reopenBinding(context: VerbContext, number: number, by: string): Promise<null> {
  const row = await context.trx
    .selectFrom('binding_requests')
    .select('user_id')
    .where('id', '=', number)
    .executeTakeFirstOrThrow();
  const open = await openOf(context, row.user_id);
  await context.trx
    .updateTable('binding_requests')
    .set({ state: open === undefined ? 'open' : 'replaced', decided_by: null, decided_at: null })
    .where('id', '=', number)
    .where('state', 'in', ['agreed', 'rejected'])
    .where('decided_by', '=', by)
    .where('done_at', 'is', null)
    .execute();
  return null;
}

/** Records that a decision was carried out, and what people are told of it, both at once. */
export async function finishBinding(context: VerbContext, number: number, tellings: readonly Telling[]): Promise<null> {
  await context.trx
    .updateTable('binding_requests')
    .set({ done_at: context.now })
    .where('id', '=', number)
    .where('done_at', 'is', null)
    .execute();
  return tell(context, tellings);
}
