import type { MessageRecord } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';
import { withLines } from './find.ts';

/**
 * Reserves the reply for the carrier of a repeated delivery, and reads what is to be told; null when it is being, or was,
 * sent late. It is open in this service's name from then on: should the service die before the response is out, the reply
 * is queued again.
 */
export async function takeReply(context: VerbContext, message: number): Promise<MessageRecord | null> {
  const taken = await context.trx
    .updateTable('messages')
    .set({ reply_state: 'open', reply_due: null, instance: context.instance })
    .where('id', '=', message)
    .where('reply_state', 'in', ['open', 'queued', 'held', 'answered'])
    .returningAll()
    .executeTakeFirst();
  const [record = null] = taken === undefined ? [] : await withLines(context, [taken]);
  return record;
}
