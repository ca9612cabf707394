import type { VerbContext } from '../context.ts';
import { afterTelling } from './after-telling.ts';

/**
 * A carrier told the reply, as of that many `changes`; a service that was about to send it late finds it done. Where
 * more has become known since, it is due again, in either order of the two writes.
 */
export async function replyAnswered(context: VerbContext, message: number, asOf: number): Promise<null> {
  await context.trx
    .updateTable('messages')
    .set(afterTelling(context, asOf, 'answered'))
    .where('id', '=', message)
    // What was sent late was the newest there is.
    .where('reply_state', '!=', 'sent')
    .execute();
  return null;
}
