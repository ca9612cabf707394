import { isCountOpen, MOST_CONFIRMED, type Confirmation } from '../../redemption/questions.ts';
import type { Redemption } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import type { MessageRow } from '../messages/row.ts';
import { choose, isTwofold, openQuestions } from './open-questions.ts';
import { otherReading } from './other-reading.ts';
import { storedQuestion, toRedemption, type RedemptionRow } from './row.ts';

type Confirming = Pick<MessageRow, 'id' | 'channel' | 'account' | 'conversation' | 'user_id'>;

/**
 * Gives the questions that a line confirms to that line's message, to be carried out there; none where there is none, or it is not
 * clear which. Guarded by "still asked": however often the person says yes, one message gets it. `typedAt` is when it was
 * typed, by the clock of its platform: what was typed later could not be seen by then.
 */
export async function adoptQuestions(
  context: VerbContext,
  message: Confirming,
  confirmation: Confirmation,
  typedAt: number | null = null,
): Promise<Redemption[]> {
  if (message.user_id === null) return [];
  const speaker = { ...message, user: message.user_id };
  // What is said in one message was not yet asked when it was written.
  const open = (await openQuestions(context, speaker)).filter((row) => row.message !== message.id);
  const isSeen = ({ ask_typed }: RedemptionRow) => ask_typed === null || typedAt === null || ask_typed <= typedAt;

  if (confirmation.allFrom !== undefined) {
    const untold = await findUntold(context, open);
    const all = open.filter((row) => isSeen(row) && !isTwofold(row) && !untold.has(row.message));
    const adopted: Redemption[] = [];
    for (const row of all.slice(0, MOST_CONFIRMED)) {
      const line = adopted.length === 0 ? confirmation.line : confirmation.allFrom + adopted.length - 1;
      adopted.push(...(await adopt(context, message, line, row, {})));
    }
    return adopted;
  }

  const chosen = await choose(context, speaker, open, confirmation);
  if (chosen === null) return [];
  const { row, other } = chosen;
  const { receipt, number, count = null, bare = false } = confirmation;
  if (receipt === null && isTwofold(row)) return [];
  if (receipt === null && number === undefined && !isSeen(row)) return [];
  const question = storedQuestion(row);
  if (bare && (count === null || question === null || !isCountOpen(question.why))) return [];
  // More than the card was seen to have is not what it was asked about.
  const remaining = other ? (question?.other?.remaining ?? null) : row.remaining_before;
  if (count !== null && remaining !== null && count > remaining) return [];
  return adopt(context, message, confirmation.line, row, {
    ...(other ? otherReading(row) : {}),
    ...(count === null ? {} : { count }),
  });
}

/** That a reply was told is on record by then, unless storage has trouble. */
const NOTED_WITHIN_MS = 5_000;

/**
 * The messages of questions that their person was not told yet: a reply waits for all lines of its message, or for a way to
 * the person. Where it was told a moment ago, that need not be on record.
 */
async function findUntold(context: VerbContext, rows: readonly RedemptionRow[]): Promise<ReadonlySet<number>> {
  if (rows.length === 0) return new Set();
  const asking = await context.trx
    .selectFrom('messages')
    .select((select) => [
      'id',
      'reply_state',
      'changes',
      'received_at',
      select
        .selectFrom('redemptions')
        .select((count) => count.fn.countAll<number | string>().as('count'))
        .whereRef('redemptions.message', '=', 'messages.id')
        .where('redemptions.state', '=', 'pending')
        .as('pending'),
    ])
    .where(
      'id',
      'in',
      rows.map(({ message }) => message),
    )
    .execute();
  const untold = asking.filter(({ reply_state, changes, received_at, pending }) => {
    if (Number(pending) > 0) return true;
    if (reply_state === 'open') return context.now - received_at > NOTED_WITHIN_MS;
    // One with changes was told before, as it was then.
    return changes === 0 && ['queued', 'sending', 'held'].includes(reply_state);
  });
  return new Set(untold.map(({ id }) => id));
}

async function adopt(
  context: VerbContext,
  message: Confirming,
  line: number,
  row: RedemptionRow,
  change: Partial<RedemptionRow>,
): Promise<Redemption[]> {
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
      ...change,
    })
    .where('id', '=', row.id)
    .where('state', '=', 'asked')
    .returningAll()
    .executeTakeFirst();
  return adopted === undefined ? [] : [toRedemption(adopted)];
}
