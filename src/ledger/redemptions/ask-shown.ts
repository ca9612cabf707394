import type { AskPolicy, ShownLine } from '../../redemption/questions.ts';
import type { Redemption, Repeat } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import { insertAsked } from '../messages/claim.ts';
import { findRepeat } from './asking.ts';
import { columnsOf } from './note-card.ts';
import { placeQuestions } from './place-questions.ts';
import { toRedemption } from './row.ts';

/**
 * Adds a question to a message that shows something. Guarded by "still mine": its service may have been taken for dead
 * while it read the picture, and another then tells the person to send it again. The answers, which are kept together with the
 * question, keep either of the two from coming after the other.
 */
export async function askShown(
  context: VerbContext,
  message: number,
  { counted, typedAt, seen, other, besides, ...line }: ShownLine,
  policy: AskPolicy,
): Promise<Redemption | null> {
  const mine = await context.trx
    .updateTable('messages')
    .set({ answers: JSON.stringify(besides === null ? {} : { [line.line]: besides }) })
    .where('id', '=', message)
    .where('instance', '=', context.instance)
    .where('reply_state', '=', 'open')
    .where('shows', 'is not', null)
    .where('answers', 'is', null)
    .returning(['id', 'channel', 'account', 'conversation', 'user_id', 'received_at'])
    .executeTakeFirst();
  if (mine === undefined) return askedBefore(context, message, line.line);

  const repeat = await repeatOf(context, line.card, seen?.realCard, policy);
  const otherRepeat = other === null ? null : await repeatOf(context, other.card, other.realCard, policy);
  const asked = {
    policy,
    why: { kind: 'shown' as const, counted, repeat },
    other: other === null || otherRepeat === null ? other : { ...other, repeat: otherRepeat },
  };
  const row = await insertAsked(context, message, mine.user_id, { ...line, unsent: null }, asked);
  const columns = seen === null ? {} : columnsOf(context, seen);
  if (seen !== null) await context.trx.updateTable('redemptions').set(columns).where('id', '=', row.id).execute();
  // By the same clock: nobody could see the question before it was read.
  const askedAt = typedAt === null ? null : typedAt + Math.max(0, context.now - mine.received_at);
  const [placed = null] = await placeQuestions(context, mine, [toRedemption({ ...row, ...columns })], askedAt);
  return placed;
}

/** The use of a card just before, under this number or its own. */
async function repeatOf(
  context: VerbContext,
  card: string,
  realCard: string | null | undefined,
  policy: AskPolicy,
): Promise<Repeat | null> {
  const found = await findRepeat(context, { id: null, card, real_card: realCard ?? null }, policy);
  return found === null ? null : { agoMs: found.agoMs, count: found.count, state: found.state };
}

/** What an earlier try has asked, of which no answer said whether it was stored; it may have been answered since. */
async function askedBefore(context: VerbContext, message: number, line: number): Promise<Redemption | null> {
  const row = await context.trx
    .selectFrom('redemptions')
    .selectAll()
    .where((where) =>
      where.or([
        where.and([where('message', '=', message), where('line', '=', line)]),
        where.and([where('asked_message', '=', message), where('asked_line', '=', line)]),
      ]),
    )
    .executeTakeFirst();
  return row === undefined ? null : { ...toRedemption(row), line };
}
