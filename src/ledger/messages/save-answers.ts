import type { Answers } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';

/** Keeps what the other commands of a message came to; the first word stays. */
export async function saveAnswers(context: VerbContext, message: number, answers: Answers): Promise<null> {
  await context.trx
    .updateTable('messages')
    .set({ answers: JSON.stringify(answers) })
    .where('id', '=', message)
    .where('answers', 'is', null)
    .execute();
  return null;
}
