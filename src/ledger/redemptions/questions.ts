import { sql, type Selectable } from 'kysely';
import type { AskedRedemption, Confirmation, Speaker } from '../../redemption/questions.ts';
import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { CardBlock, Redemption } from '../../redemption/redemption.ts';
import { toRedemption, type StoredQuestion } from '../row.ts';
import type { Tables } from '../schema.ts';
import type { VerbContext } from '../context.ts';
import { isDue, isTooFarAhead } from '../instants.ts';
import type { RedemptionRow } from './same-card.ts';

const SHOWN_FOR_MS = 24 * 60 * 60 * 1000;
const MAX_SHOWN = 20;

interface Chosen {
  readonly row: RedemptionRow;
  /** Whether the other reading is meant. */
  readonly other: boolean;
}

/**
 * Gives the question that a line confirms to that line's message, to be carried out there; null when there is none, or
 * it is not clear which. Guarded by "still asked": however often somebody says yes, one of them gets it.
 */
export async function adoptQuestion(
  context: VerbContext,
  message: Pick<Selectable<Tables['messages']>, 'id' | 'channel' | 'account' | 'conversation' | 'user_id'>,
  { line, receipt }: Confirmation,
): Promise<Redemption | null> {
  if (message.user_id === null) return null;
  const open = await openQuestions(context, { ...message, user: message.user_id });
  const chosen = choose(
    // What is said in one message was not yet asked when it was written.
    open.filter((row) => row.message !== message.id),
    receipt,
  );
  if (chosen === null) return null;
  const { row } = chosen;
  const reading = chosen.other ? otherReading(row) : {};
  const adopted = await context.trx
    .updateTable('redemptions')
    .set({
      message: message.id,
      line,
      state: 'pending',
      claimed_at: context.now,
      asked_message: row.message,
      asked_line: row.line,
      // It may have changed since.
      remaining_before: null,
      ...reading,
    })
    .where('id', '=', row.id)
    .where('state', '=', 'asked')
    .returningAll()
    .executeTakeFirst();
  return adopted === undefined ? null : toRedemption(adopted);
}

/** Withdraws an open question. */
export async function cancelQuestion(
  context: VerbContext,
  speaker: Speaker,
  receipt: string | null,
): Promise<Redemption | null> {
  const open = await openQuestions(context, speaker);
  const row = receipt === null && open.length === 1 ? open[0] : choose(open, receipt)?.row;
  if (row === undefined) return null;
  const cancelled = await context.trx
    .updateTable('redemptions')
    .set({ state: 'unsent', reason: 'cancelled', settled_at: context.now })
    .where('id', '=', row.id)
    .where('state', '=', 'asked')
    .returningAll()
    .executeTakeFirst();
  return cancelled === undefined ? null : toRedemption(cancelled);
}

/** What this person was asked within the last day on this channel, newest first. */
export async function findQuestions(context: VerbContext, speaker: Speaker): Promise<AskedRedemption[]> {
  const rows = await askedOf(context, speaker, context.now - SHOWN_FOR_MS)
    .select('asked.conversation')
    .orderBy('redemptions.id', 'desc')
    .limit(MAX_SHOWN)
    .execute();
  return rows.map((row) => ({ redemption: toRedemption(row), here: row.conversation === speaker.conversation }));
}

/** Ends the questions of a message of which nothing is to be carried out; returns whether there were any. */
export async function withdrawQuestions(context: VerbContext, message: number): Promise<boolean> {
  const withdrawn = await context.trx
    .updateTable('redemptions')
    .set({ state: 'unsent', reason: 'storage', settled_at: context.now })
    .where('message', '=', message)
    .where('state', '=', 'asked')
    .returning('id')
    .execute();
  return withdrawn.length > 0;
}

/** Ends questions that nobody answered in time. */
export async function expireQuestions(context: VerbContext): Promise<null> {
  await context.trx
    .updateTable('redemptions')
    .set({ state: 'unsent', reason: 'unconfirmed', settled_at: context.now })
    .where('state', '=', sql.lit('asked'))
    .where(isDue('ask_expires', context.now, FURTHEST_MS.question))
    .execute();
  return null;
}

async function openQuestions(context: VerbContext, speaker: Speaker): Promise<RedemptionRow[]> {
  return askedOf(context, speaker, context.now)
    .where('redemptions.state', '=', 'asked')
    .where((where) => where.not(isTooFarAhead('redemptions.ask_expires', context.now, FURTHEST_MS.question)))
    .where('asked.conversation', 'is not distinct from', speaker.conversation)
    .execute();
}

/** Questions to this person that are open beyond `expireAfter`, with the message that they were the answer to. */
function askedOf(context: VerbContext, { channel, account, user }: Speaker, expireAfter: number) {
  return context.trx
    .selectFrom('redemptions')
    .innerJoin('messages as asked', (join) =>
      join.on((on) => on('asked.id', '=', on.fn.coalesce('redemptions.asked_message', 'redemptions.message'))),
    )
    .selectAll('redemptions')
    .where('redemptions.user_id', '=', user)
    .where('redemptions.ask_expires', '>', expireAfter)
    .where('asked.channel', '=', channel)
    .where('asked.account', '=', account);
}

/** Without a receipt only what needs no choice is clear. */
function choose(open: readonly RedemptionRow[], receipt: string | null): Chosen | null {
  if (receipt === null) {
    const [only, ...others] = open;
    if (only === undefined || others.length > 0) return null;
    const other = storedQuestion(only)?.other;
    return other == null || other.blocked !== undefined ? { row: only, other: false } : null;
  }
  for (const row of open) {
    if (row.receipt === receipt) return { row, other: false };
    if (storedQuestion(row)?.other?.receipt === receipt) return { row, other: true };
  }
  return null;
}

/** The columns with the two readings changed over; `blocked` says why the present one is out. */
export function otherReading(row: RedemptionRow, blocked: CardBlock | null = null): Partial<RedemptionRow> {
  const question = storedQuestion(row);
  if (question?.other == null) return {};
  const { receipt, card, count, cardName } = question.other;
  const unmeant = {
    receipt: row.receipt,
    card: row.card,
    count: row.count,
    cardName: row.card_name,
    remaining: row.remaining_before,
    ...(blocked === null ? {} : { blocked }),
  };
  const swapped: StoredQuestion = { why: question.why, other: unmeant };
  return {
    receipt,
    card,
    count,
    card_name: cardName,
    real_card: null,
    valid_until: null,
    question: JSON.stringify(swapped),
  };
}

export function storedQuestion({ question }: RedemptionRow): StoredQuestion | null {
  return question === null ? null : (JSON.parse(question) as StoredQuestion);
}
