import type { Outcome, Redemption, RowInHand, SettledBy, SettledWithoutAnswer } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import { forgetTallies } from '../figures/add-up.ts';
import { tellAgain } from '../messages/tell-again.ts';
import { tellGroups } from '../notices/tell-groups.ts';
import { prepare } from '../prepared.ts';
import { record } from '../trail/record.ts';
import { lookDue } from './look-due.ts';
import { toRedemption, type RedemptionRow } from './row.ts';

type Columns = Partial<Omit<RedemptionRow, keyof ReturnType<typeof outcomeColumns>>>;

/**
 * Records what the vendor call came to, and returns the row as it stands. Only for a caller that still has the row: one that a
 * later message has confirmed is that message's. A row that was settled while its service was only slow is corrected, and
 * its reply goes out again: knowing is better. `sentAt` is from when on bytes could leave; null: none could. What groups want to hear of, and only that, is put on record for them.
 */
export async function settle(
  context: VerbContext,
  hand: RowInHand,
  outcome: Outcome,
  sentAt: number | null = null,
): Promise<Redemption> {
  const columns = outcomeColumns(context, outcome, sentAt);
  const settled =
    outcome.state === 'unknown'
      ? await write(context, hand, columns, 'pending')
      : (await settlePending(context.trx, { ...hand, ...columns })).rows[0];
  if (settled !== undefined) {
    if (outcome.state !== 'unsent') await tellGroups(context, outcome.state, [settled]);
    if (outcome.state === 'unknown')
      await record(context, [{ redemption: settled.id }], { kind: 'unknown', reason: outcome.reason });
    return toRedemption(settled);
  }

  const row = await context.trx
    .selectFrom('redemptions')
    .selectAll()
    .where('id', '=', hand.id)
    .$if(context.shared, (query) => query.forUpdate())
    .executeTakeFirstOrThrow();
  const correction = row.message === hand.message ? correctionOf(row, outcome) : null;
  if (correction === null) return toRedemption(row);
  const corrected = (await write(context, hand, { ...columns, ...correction }, row.state)) ?? row;
  if (corrected !== row) {
    const by = corrected.settled_by === null ? null : (JSON.parse(corrected.settled_by) as SettledBy);
    const facts = { kind: 'settled', state: corrected.state, was: row.state, since: row.settled_at, by } as const;
    await record(context, [{ redemption: row.id }], facts);
  }
  if (corrected.state !== row.state) {
    // Of all that is settled by an answer nothing else is ever changed.
    if (row.state === 'unsent') await forgetTallies(context, row.claimed_at);
    await tellAgain(context, corrected.message);
    await tellGroups(context, corrected.state === 'unknown' ? 'unknown' : 'settled', [corrected]);
  }
  return toRedemption(corrected);
}

/**
 * What becomes of a row that has been settled already, now that the process that made the call says what came of it;
 * null when the row stays. The vendor's own answer outranks everything. That no byte has left outranks looks, but not a
 * person who saw the visits taken: they may have taken them by other means. That there was no clear answer outranks
 * only what a look, or that it is in no list, said of a request that was not known to be under way.
 */
function correctionOf({ state, reason, settled_by }: RedemptionRow, outcome: Outcome): Columns | null {
  const by = withoutAnswer(settled_by);
  const overruled = by === null ? null : { settled_by: toJson({ how: 'overruled', was: state, by }) };
  const forgetLook = { remaining_after: null };
  switch (outcome.state) {
    case 'succeeded':
    case 'refused':
      if (state === 'unknown' || state === 'unsent') return { settled_by: null };
      if (overruled === null) return null;
      return state === outcome.state ? { settled_by: confirmed(by) } : { ...overruled, ...forgetLook };
    case 'unsent':
      if (state === 'unknown' && reason === 'interrupted') return { settled_by: null };
      return state === 'succeeded' && by?.how === 'look' ? { ...overruled, ...forgetLook } : null;
    case 'unknown':
      return state === 'refused' && (by?.how === 'look' || by?.how === 'list')
        ? { ...overruled, ...forgetLook, looks: 0, sights: null, unsettled: null }
        : null;
  }
}

/** The vendor says what was said without its answer: nothing is left of that but a verdict by hand that was wrong. */
function confirmed(by: SettledWithoutAnswer | null): string | null {
  const [wrong, ...rest] = by?.how === 'hand' ? (by.earlier ?? []).toReversed() : [];
  if (by?.how !== 'hand' || wrong === undefined) return null;
  return toJson({ how: 'overruled', was: wrong.state, by: { ...by, earlier: [...rest.toReversed(), wrong] } });
}

function withoutAnswer(settledBy: string | null): SettledWithoutAnswer | null {
  const by = settledBy === null ? null : (JSON.parse(settledBy) as SettledBy);
  return by?.how === 'overruled' ? null : by;
}

const toJson = (by: SettledBy): string => JSON.stringify(by);

/** What is recorded of an outcome. */
export function outcomeColumns(context: Pick<VerbContext, 'now'>, outcome: Outcome, sentAt: number | null) {
  return {
    state: outcome.state,
    reason: 'reason' in outcome ? outcome.reason : null,
    vendor_msg: 'vendorMsg' in outcome ? outcome.vendorMsg : null,
    settled_at: context.now,
    sent_at: sentAt,
    // Without the times that were left before, no look could tell anything.
    look_due: outcome.state === 'unknown' ? lookDue(context) : null,
  };
}

/** What most settlements are: those of a pending row by an outcome that is known. */
const settlePending = prepare((db, values: RowInHand & ReturnType<typeof outcomeColumns>) =>
  db
    .updateTable('redemptions')
    .set({
      state: values.state,
      reason: values.reason,
      vendor_msg: values.vendor_msg,
      settled_at: values.settled_at,
      sent_at: values.sent_at,
      look_due: null,
    })
    .where('id', '=', values.id)
    .where('message', '=', values.message)
    .where('state', '=', 'pending')
    .returningAll(),
);

/** Writes into a row that is still its message's and in the given state, and only then. */
function write(
  { trx }: VerbContext,
  { id, message }: RowInHand,
  columns: Columns & ReturnType<typeof outcomeColumns>,
  state: RedemptionRow['state'],
) {
  return trx
    .updateTable('redemptions')
    .set(columns)
    .where('id', '=', id)
    .where('message', '=', message)
    .where('state', '=', state)
    .returningAll()
    .executeTakeFirst();
}
