import type {
  EarlierVerdict,
  Redemption,
  SettledBy,
  SettledByHand,
  SettledByList,
} from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import { tellAgain } from '../messages/tell-again.ts';
import { tellGroups } from '../notices/tell-groups.ts';
import { record } from '../trail/record.ts';
import { findRedemption } from './find.ts';
import { toRedemption, type RedemptionRow } from './row.ts';

type Columns = Partial<RedemptionRow> & { readonly state: 'succeeded' | 'refused' };

/**
 * Settles an unknown because a person who can see the vendor's books says what it was, or corrects what was settled so, or by
 * a list; only what was settled at `asOf`, where that is given. What the vendor's answer or a look has said stays.
 */
export async function settleByHand(
  context: VerbContext,
  id: number,
  state: 'succeeded' | 'refused',
  by: SettledByHand,
  asOf?: number | null,
): Promise<Redemption> {
  const settled =
    (await change(context, id, { state, settled_by: JSON.stringify(by) }, { ...UNKNOWN, settled_at: asOf })) ??
    (await correct(context, id, state, by, asOf));
  return settled === null ? findRedemption(context, id) : toRedemption(settled);
}

/** Settles what has been unknown since `asOf` by what a list out of the vendor's books says of it. */
export async function settleByList(
  context: VerbContext,
  id: number,
  state: 'succeeded' | 'refused',
  by: SettledByList,
  asOf: number | null,
): Promise<Redemption> {
  const settled = await change(
    context,
    id,
    { state, settled_by: JSON.stringify(by) },
    { ...UNKNOWN, settled_at: asOf },
  );
  return settled === null ? findRedemption(context, id) : toRedemption(settled);
}

/** Replaces another person's verdict, or that of a list, which stays on record with who gave it and when; null where there is none. */
async function correct(
  context: VerbContext,
  id: number,
  state: 'succeeded' | 'refused',
  by: SettledByHand,
  asOf?: number | null,
): Promise<RedemptionRow | null> {
  const row = await context.trx.selectFrom('redemptions').selectAll().where('id', '=', id).executeTakeFirst();
  const before = row?.settled_by == null ? null : (JSON.parse(row.settled_by) as SettledBy);
  if (row === undefined || row.state === state || (asOf !== undefined && asOf !== row.settled_at)) return null;
  if (before === null || (before.how !== 'hand' && before.how !== 'list')) return null;
  if (row.state !== 'succeeded' && row.state !== 'refused') return null;
  const corrected = { ...verdictOf(before), state: row.state, at: row.settled_at ?? context.now };
  const earlier = before.how === 'hand' ? (before.earlier ?? []) : [];
  const settledBy: SettledByHand = { ...by, earlier: [...earlier, corrected] };
  return change(context, id, { state, settled_by: JSON.stringify(settledBy) }, row);
}

/** Who gave a verdict that is corrected, and on what grounds. */
function verdictOf(by: SettledByHand | SettledByList): Omit<EarlierVerdict, 'state' | 'at'> {
  const { user, name } = by;
  if (by.how === 'list') return { user, name, file: by.file };
  return by.reason === undefined ? { user, name } : { user, name, reason: by.reason };
}

/**
 * Turns an unknown, and only an unknown, into what it really was; its reply goes out again. Returns the row, or null
 * when it is not unknown any more.
 */
export async function settleUnknown(context: VerbContext, id: number, columns: Columns): Promise<RedemptionRow | null> {
  return change(context, id, columns, UNKNOWN);
}

const UNKNOWN = { state: 'unknown', settled_by: null } as const;

/** Writes what a row has come to, if it still is what it was `before`. Its person and the groups are told. */
async function change(
  context: VerbContext,
  id: number,
  columns: Columns,
  before: Pick<RedemptionRow, 'state' | 'settled_by'> & { readonly settled_at?: number | null | undefined },
): Promise<RedemptionRow | null> {
  const { state, settled_by, settled_at } = before;
  const row = await context.trx
    .updateTable('redemptions')
    .set({ ...columns, reason: null, settled_at: context.now, look_due: null })
    .where('id', '=', id)
    .where('state', '=', state)
    .$if(settled_by !== null, (update) => update.where('settled_by', '=', settled_by))
    .$if(settled_at !== undefined, (update) => update.where('settled_at', 'is not distinct from', settled_at ?? null))
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return null;
  await record(context, [{ redemption: id }], {
    ...{ kind: 'settled', state: columns.state, was: before.state, since: before.settled_at ?? null },
    by: row.settled_by === null ? null : (JSON.parse(row.settled_by) as SettledBy),
  });
  await tellGroups(context, 'settled', [row]);
  await tellAgain(context, row.message);
  return row;
}
