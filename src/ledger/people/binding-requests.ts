import { sql, type Selectable } from 'kysely';
import { FURTHEST_MS, isTooFarAhead as liesTooFarAhead } from '../../redemption/instants.ts';
import {
  REQUEST_LIFETIME_MS,
  REQUESTS_PER_DAY,
  type BindingRequest,
  type Decision,
  type NewBindingRequest,
  type Telling,
} from '../../redemption/people.ts';
import type { Tables } from '../schema.ts';
import type { VerbContext } from '../context.ts';
import { isTooFarAhead } from '../instants.ts';
import { tell } from '../messages/tell.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

type Row = Selectable<Tables['binding_requests']>;

/**
 * Records a request to be bound. The same one again while it is open is the first one still; another one takes its
 * place, under a number of its own, so that nobody agrees to what they have not read. Null when this person has made
 * too many of them.
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

async function expire(context: VerbContext, user: string): Promise<void> {
  await context.trx
    .updateTable('binding_requests')
    .set({ state: 'expired' })
    .where('user_id', '=', user)
    .where('state', '=', sql.lit('open'))
    .where((where) => where.not(wasAskedWithin(context, REQUEST_LIFETIME_MS)))
    .execute();
}

function openOf(context: VerbContext, user: string): Promise<Row | undefined> {
  return context.trx
    .selectFrom('binding_requests')
    .selectAll()
    .where('user_id', '=', user)
    .where('state', '=', sql.lit('open'))
    .executeTakeFirst();
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

function wasAskedWithin({ now }: VerbContext, ms: number) {
  return sql<boolean>`(asked_at > ${now - ms} and not ${isTooFarAhead('asked_at', now, FURTHEST_MS.past)})`;
}

const isAlive = ({ now }: VerbContext, { asked_at }: Row): boolean =>
  asked_at > now - REQUEST_LIFETIME_MS && !liesTooFarAhead(asked_at, now, FURTHEST_MS.past);

function isSame(row: Row, request: NewBindingRequest): boolean {
  return row.employee_id === request.employeeId && row.store_code === request.storeCode && row.name === request.name;
}

function toRequest(row: Row): BindingRequest {
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
