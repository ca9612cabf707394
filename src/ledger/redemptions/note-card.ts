import type { SeenCard } from '../../redemption/card.ts';
import type { AskPolicy, SeenReadings } from '../../redemption/questions.ts';
import type { CardBlock, Redemption, RowInHand } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import { tellAgain } from '../messages/tell-again.ts';
import { record } from '../trail/record.ts';
import { askColumns, findRepeat, recordAsked } from './asking.ts';
import { findRedemption } from './find.ts';
import { placeQuestions } from './place-questions.ts';
import { otherReading } from './other-reading.ts';
import { storedQuestion, toRedemption, type RedemptionRow } from './row.ts';

/**
 * Records what was seen of the card of a redemption that is about to be sent. Guarded by "still pending" and by the
 * message: a service that was thought dead finds its row settled here, and one that asks again because it did not hear
 * that the row has become a question may find it confirmed by a later message; neither must send any more. A dynamic code
 * is now known for the card that it stands for, which may have been used a moment ago.
 */
export async function noteCard(
  context: VerbContext,
  hand: RowInHand,
  seen: SeenCard,
  policy: AskPolicy,
): Promise<Redemption> {
  const row = await update(context, hand, 'pending', columnsOf(context, seen));
  if (row === undefined) return findRedemption(context, hand.id);
  const askedBefore = row.question !== null;
  const why = row.real_card === null || askedBefore ? null : await findRepeat(context, row, policy);
  if (why === null) return toRedemption(row);
  const question = { user: row.user_id, policy, why, other: null };
  const asked = await update(context, hand, 'pending', askColumns(context, question));
  if (asked === undefined) return toRedemption(row);
  await recordAsked(context, asked, asked.message);
  return place(context, asked);
}

/**
 * Records what was seen of the cards that a question is about. Where only the other reading can be carried out, it takes
 * the place of the first; where none can, the question is over, and a person who was asked it meanwhile is told.
 */
export async function noteReadings(
  context: VerbContext,
  id: number,
  { seen, blocked, other }: SeenReadings,
): Promise<Redemption> {
  const before = await context.trx
    .selectFrom('redemptions')
    .selectAll()
    .where('id', '=', id)
    .$if(context.shared, (query) => query.forUpdate())
    .executeTakeFirstOrThrow();
  const stored = storedQuestion(before);
  const told = stored?.other == null || other === null ? stored : { ...stored, other: { ...stored.other, ...other } };
  const columns = {
    ...(seen === null ? {} : columnsOf(context, seen)),
    question: told === null ? null : JSON.stringify(told),
  };
  const row = await update(context, { id }, 'asked', {
    ...columns,
    ...(blocked === null ? {} : withoutReading(context, { ...before, ...columns }, blocked)),
  });
  if (row === undefined) return findRedemption(context, id);
  if (row.state !== 'asked') {
    await record(context, [{ redemption: id }], { kind: 'withdrawn', reason: row.reason ?? 'too-few' });
    await tellAgain(context, row.message);
  }
  return row.real_card === null ? toRedemption(row) : place(context, row);
}

/** Gives a question whose card is known now its place among those that are open. */
async function place(context: VerbContext, row: RedemptionRow): Promise<Redemption> {
  const message = await context.trx
    .selectFrom('messages')
    .select(['id', 'channel', 'account', 'conversation', 'user_id'])
    .where('id', '=', row.message)
    .executeTakeFirstOrThrow();
  const question = toRedemption(row);
  const [placed = question] = await placeQuestions(context, message, [question]);
  return placed;
}

/** The columns of a question whose own reading cannot be meant. */
function withoutReading(context: VerbContext, row: RedemptionRow, blocked: CardBlock): Partial<RedemptionRow> {
  const other = storedQuestion(row)?.other;
  return other == null || other.blocked !== undefined
    ? { state: 'unsent', reason: blocked, settled_at: context.now }
    : { ...otherReading(row, blocked), remaining_before: other.remaining };
}

/** Records the times left that were seen after a success. */
export async function noteRemaining(context: VerbContext, id: number, remaining: number): Promise<Redemption> {
  const row = await update(context, { id }, 'succeeded', leftColumns(context, remaining));
  return row === undefined ? findRedemption(context, id) : toRedemption(row);
}

/** What is recorded of a card that was seen. */
export function columnsOf({ now }: Pick<VerbContext, 'now'>, { realCard, cardName, validUntil, remaining }: SeenCard) {
  return {
    real_card: realCard,
    card_name: cardName,
    valid_until: validUntil,
    remaining_before: remaining,
    seen_at: now,
  };
}

/** What is recorded of the times left that were seen afterwards. */
export function leftColumns({ now }: Pick<VerbContext, 'now'>, remaining: number) {
  return { remaining_after: remaining, seen_after_at: now };
}

/** Writes into a row that is in the given state, and still the given message's, and only then. */
function update(
  context: VerbContext,
  { id, message }: Pick<RowInHand, 'id'> & Partial<RowInHand>,
  state: RedemptionRow['state'],
  columns: Partial<RedemptionRow>,
) {
  return context.trx
    .updateTable('redemptions')
    .set(columns)
    .where('id', '=', id)
    .where('state', '=', state)
    .$if(message !== undefined, (query) => query.where('message', '=', message ?? id))
    .returningAll()
    .executeTakeFirst();
}
