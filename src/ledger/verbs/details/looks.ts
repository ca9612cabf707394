import { judge } from '../../../redemption/looks.ts';
import type { NoticeKind } from '../../../redemption/outbox.ts';
import type { Redemption, SettledBy } from '../../../redemption/redemption.ts';
import { toRedemption } from '../../row.ts';
import type { VerbContext } from '../context.ts';
import { findRedemption } from '../find.ts';
import { settleUnknown } from '../settle.ts';
import { rowsOfCard, unseenRows, type RedemptionRow } from './same-card.ts';

/** No request is under way for longer than this, so what began earlier cannot have changed the times since. */
const UNDER_WAY_MS = 60 * 60_000;

/** Reserves unknown redemptions whose card is to be looked at, for `leaseMs`. */
export async function takeDueLooks(
  context: VerbContext,
  limit: number,
  leaseMs: number,
  firstAfterMs: number,
): Promise<Redemption[]> {
  const due = await context.trx
    .selectFrom('redemptions')
    .select('id')
    .where('look_due', '<=', context.now)
    .where((where) => where.or([where('looks', '>', 0), where('look_due', '<=', context.now - firstAfterMs)]))
    .orderBy('look_due')
    .limit(limit)
    .$if(context.shared, (query) => query.forUpdate().skipLocked())
    .execute();
  if (due.length === 0) return [];
  const rows = await context.trx
    .updateTable('redemptions')
    .set((set) => ({ look_due: context.now + leaseMs, looks: set('looks', '+', 1) }))
    .where(
      'id',
      'in',
      due.map(({ id }) => id),
    )
    .returningAll()
    .execute();
  return rows.map(toRedemption);
}

/** When to look again; null = not any more. */
export async function scheduleLook(context: VerbContext, id: number, at: number | null): Promise<null> {
  await context.trx
    .updateTable('redemptions')
    .set({ look_due: at })
    .where('id', '=', id)
    .where('state', '=', 'unknown')
    .execute();
  return null;
}

/**
 * Settles an unknown by the times left on its card, if they say what it was. That nothing else of ours can have changed
 * them is found out in the same transaction: every redemption has a row before it is sent.
 */
export async function settleByLook(
  context: VerbContext,
  id: number,
  remaining: number,
  last: boolean,
  wanted: readonly NoticeKind[],
): Promise<Redemption> {
  const row = await context.trx.selectFrom('redemptions').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  if (row.state !== 'unknown' || row.remaining_before === null) return toRedemption(row);
  const state = judge({ count: row.count, before: row.remaining_before, now: remaining, last });
  if (state === null || (await isDisturbed(context, row))) return toRedemption(row);
  const settled = await settleUnknown(
    context,
    id,
    { state, settled_by: JSON.stringify({ how: 'look' } satisfies SettledBy), remaining_after: remaining },
    wanted,
  );
  return settled === null ? findRedemption(context, id) : toRedemption(settled);
}

/** Settles an unknown because somebody who can see the vendor's books says what it was. */
export async function settleByHand(
  context: VerbContext,
  id: number,
  state: 'succeeded' | 'refused',
  by: SettledBy,
  wanted: readonly NoticeKind[],
): Promise<Redemption> {
  const settled = await settleUnknown(context, id, { state, settled_by: JSON.stringify(by) }, wanted);
  return settled === null ? findRedemption(context, id) : toRedemption(settled);
}

/** Whether another redemption of ours may have changed the card's times since they were looked at. */
async function isDisturbed(context: VerbContext, row: RedemptionRow): Promise<boolean> {
  const since = row.claimed_at - UNDER_WAY_MS;
  const disturbs = (other: RedemptionRow) => interferes(other, row);
  return (
    (await rowsOfCard(context, row, since)).some(disturbs) || (await unseenRows(context, row, since)).some(disturbs)
  );
}

/** Whether `other` may have changed the card's times after they were looked at for `row`. */
function interferes(other: RedemptionRow, row: RedemptionRow): boolean {
  if (other.id === row.id) return false;
  if (other.state === 'succeeded') return other.settled_at === null || other.settled_at >= row.claimed_at;
  return other.state === 'pending' || other.state === 'unknown';
}
