import type { Redemption, SettledBy, SettledByHand } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import { tellAgain } from '../messages/tell-again.ts';
import { tellGroups } from '../notices/tell-groups.ts';
import { record } from '../trail/record.ts';
import { findRedemption } from './find.ts';
import { toRedemption, type RedemptionRow } from './row.ts';

type Columns = Partial<RedemptionRow> & { readonly state: 'succeeded' | 'refused' };

/**
 * Settles an unknown because a person who can see the vendor's books says what it was, or corrects what was settled so.
 * What the vendor's answer or a look has said stays.
 */
export async function settleByHand(
  context: VerbContext,
  id: number,
  state: 'succeeded' | 'refused',
  by: SettledByHand,
): Promise<Redemption> {
  const settled =
    (await settleUnknown(context, id, { state, settled_by: JSON.stringify(by) })) ??
    (await correct(context, id, state, by));
  return settled === null ? findRedemption(context, id) : toRedemption(settled);
}

/** Replaces another verdict by hand, which stays on record with who gave it and when; null where there is none. */
async function correct(
  context: VerbContext,
  id: number,
  state: 'succeeded' | 'refused',
  by: SettledByHand,
): Promise<RedemptionRow | null> {
  const row = await context.trx.selectFrom('redemptions').selectAll().where('id', '=', id).executeTakeFirst();
  const before = row?.settled_by == null ? null : (JSON.parse(row.settled_by) as SettledBy);
  if (row === undefined || before?.how !== 'hand' || row.state === state) return null;
  if (row.state !== 'succeeded' && row.state !== 'refused') return null;
  const { user, name, earlier = [] } = before;
  const corrected = { user, name, state: row.state, at: row.settled_at ?? context.now };
  const settledBy: SettledByHand = { ...by, earlier: [...earlier, corrected] };
  return change(context, id, { state, settled_by: JSON.stringify(settledBy) }, row);
}

/**
 * Turns an unknown, and only an unknown, into what it really was; its reply goes out again. Returns the row, or null
 * when it is not unknown any more.
 */
export async function settleUnknown(context: VerbContext, id: number, columns: Columns): Promise<RedemptionRow | null> {
  return change(context, id, columns, { state: 'unknown', settled_by: null, settled_at: null });
}

/** Writes what a row has come to, if it still is what it was `before`. Its person and the groups are told. */
async function change(
  context: VerbContext,
  id: number,
  columns: Columns,
  before: Pick<RedemptionRow, 'state' | 'settled_by' | 'settled_at'>,
): Promise<RedemptionRow | null> {
  const update = context.trx
    .updateTable('redemptions')
    .set({ ...columns, reason: null, settled_at: context.now, look_due: null })
    .where('id', '=', id)
    .where('state', '=', before.state);
  const unchanged = before.settled_by === null ? update : update.where('settled_by', '=', before.settled_by);
  const row = await unchanged.returningAll().executeTakeFirst();
  if (row === undefined) return null;
  await record(context, [{ redemption: id }], {
    ...{ kind: 'settled', state: columns.state, was: before.state, since: before.settled_at },
    by: row.settled_by === null ? null : (JSON.parse(row.settled_by) as SettledBy),
  });
  await tellGroups(context, 'settled', [row]);
  await tellAgain(context, row.message);
  return row;
}
