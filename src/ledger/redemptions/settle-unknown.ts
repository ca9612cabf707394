import type { Redemption, SettledBy } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import { tellAgain } from '../messages/tell-again.ts';
import { tellGroups } from '../notices/tell-groups.ts';
import { findRedemption } from './find.ts';
import { toRedemption, type RedemptionRow } from './row.ts';

/** Settles an unknown because a person who can see the vendor's books says what it was. */
export async function settleByHand(
  context: VerbContext,
  id: number,
  state: 'succeeded' | 'refused',
  by: SettledBy,
): Promise<Redemption> {
  const settled = await settleUnknown(context, id, { state, settled_by: JSON.stringify(by) });
  return settled === null ? findRedemption(context, id) : toRedemption(settled);
}

/**
 * Turns an unknown, and only an unknown, into what it really was; its reply goes out again. Returns the row, or null
 * when it is not unknown any more.
 */
export async function settleUnknown(
  context: VerbContext,
  id: number,
  columns: Partial<RedemptionRow> & { readonly state: 'succeeded' | 'refused' },
): Promise<RedemptionRow | null> {
  const row = await context.trx
    .updateTable('redemptions')
    .set({ ...columns, reason: null, settled_at: context.now, look_due: null })
    .where('id', '=', id)
    .where('state', '=', 'unknown')
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return null;
  await tellGroups(context, 'settled', [row]);
  await tellAgain(context, row.message);
  return row;
}
