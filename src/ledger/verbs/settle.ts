import type { NoticeKind } from '../../redemption/outbox.ts';
import type { Outcome, Redemption } from '../../redemption/redemption.ts';
import { toRedemption } from '../row.ts';
import type { VerbContext } from './context.ts';
import type { RedemptionRow } from './details/same-card.ts';
import { lookDue } from './details/look-due.ts';
import { findRedemption } from './find.ts';
import { recordNotices } from './outbox/record.ts';

/**
 * Records what the vendor call came to, if nothing is known yet, and returns the row as it stands. A row that was given
 * up as *interrupted* while its service was only slow is settled too, and its reply goes out again: knowing is better.
 * What groups want to hear of, and only that, is put on record for them.
 */
export async function settle(
  context: VerbContext,
  id: number,
  outcome: Outcome,
  wanted: readonly NoticeKind[],
): Promise<Redemption> {
  const tell = async (kind: NoticeKind, storeCode: string | null): Promise<void> => {
    if (wanted.includes(kind)) await recordNotices(context, [{ kind, redemption: id, storeCode }]);
  };

  const settled = await record(context, id, outcome, { state: 'pending', reason: null });
  if (settled !== undefined) {
    if (outcome.state !== 'unsent') await tell(outcome.state, settled.store_code);
    return toRedemption(settled);
  }

  const corrected = await record(context, id, outcome, { state: 'unknown', reason: 'interrupted' });
  if (corrected === undefined) return findRedemption(context, id);
  if (outcome.state !== 'unknown') await tell('settled', corrected.store_code);
  await tellAgain(context, corrected);
  return toRedemption(corrected);
}

/**
 * Turns an unknown, and only an unknown, into what it really was; its reply goes out again. Returns the row, or null
 * when it is not unknown any more.
 */
export async function settleUnknown(
  context: VerbContext,
  id: number,
  columns: Partial<RedemptionRow> & { readonly state: 'succeeded' | 'refused' },
  wanted: readonly NoticeKind[],
): Promise<RedemptionRow | null> {
  const row = await context.trx
    .updateTable('redemptions')
    .set({ ...columns, reason: null, settled_at: context.now, look_due: null })
    .where('id', '=', id)
    .where('state', '=', 'unknown')
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return null;
  if (wanted.includes('settled')) {
    await recordNotices(context, [{ kind: 'settled', redemption: id, storeCode: row.store_code }]);
  }
  await tellAgain(context, row);
  return row;
}

/** The person has been told something else, or is about to be: they are told late. */
async function tellAgain({ trx, now }: VerbContext, { message }: RedemptionRow): Promise<void> {
  await trx
    .updateTable('messages')
    .set({ reply_state: 'queued', reply_due: now })
    .where('id', '=', message)
    .where('reply_state', '!=', 'open')
    .execute();
}

/** Writes the outcome into a row that is in the given state, and only then. */
function record(context: VerbContext, id: number, outcome: Outcome, from: Pick<Redemption, 'state' | 'reason'>) {
  return context.trx
    .updateTable('redemptions')
    .set({
      state: outcome.state,
      reason: 'reason' in outcome ? outcome.reason : null,
      vendor_msg: 'vendorMsg' in outcome ? outcome.vendorMsg : null,
      settled_at: context.now,
      // Without the times that were left before, no look could tell anything.
      look_due: outcome.state === 'unknown' ? lookDue(context) : null,
    })
    .where('id', '=', id)
    .where('state', '=', from.state)
    .where('reason', 'is not distinct from', from.reason)
    .returningAll()
    .executeTakeFirst();
}
