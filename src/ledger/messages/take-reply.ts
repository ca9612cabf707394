import type { MessageRecord } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';
import { withLines } from './find.ts';

/**
 * Reserves the reply for the carrier of a repeated delivery, and reads what is to be told; null when it is being, or was,
 * sent late. One that a carrier told is told again only where `evenAnswered`. It is open in this service's name from then on:
 * should the service die before the response is out, the reply is queued again.
 */
export async function takeReply(
  context: VerbContext,
  message: number,
  evenAnswered: boolean,
): Promise<MessageRecord | null> {
  const untold = ['open', 'queued', 'held'] as const;
  const taken = await context.trx
    .updateTable('messages')
    .set({ reply_state: 'open', reply_due: null, instance: context.instance })
    .where('id', '=', message)
    .where('reply_state', 'in', evenAnswered ? [...untold, 'answered'] : untold)
    .returningAll()
    .executeTakeFirst();
  const [record = null] = taken === undefined ? [] : await withLines(context, [taken]);
  return record;
}
