import type { Confirmation } from '../../redemption/questions.ts';
import type { Redemption } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import type { MessageRow } from '../messages/row.ts';
import { choose, openQuestions } from './open-questions.ts';
import { otherReading } from './other-reading.ts';
import { toRedemption } from './row.ts';

/**
 * Gives the question that a line confirms to that line's message, to be carried out there; null when there is none, or
 * it is not clear which. Guarded by "still asked": however often the person says yes, one message gets it.
 */
export async function adoptQuestion(
  context: VerbContext,
  message: Pick<MessageRow, 'id' | 'channel' | 'account' | 'conversation' | 'user_id'>,
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
