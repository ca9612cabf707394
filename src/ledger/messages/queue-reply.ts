import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { VerbContext } from '../context.ts';
import { ahead } from '../instants.ts';

/** No carrier is left here for the reply: it is to be sent late, unless another service has taken it. */
export async function queueReply(context: VerbContext, message: number, afterMs: number): Promise<null> {
  await context.trx
    .updateTable('messages')
    .set({ reply_state: 'queued', reply_due: ahead(context.now, afterMs, FURTHEST_MS.reply) })
    .where('id', '=', message)
    .where('reply_state', '=', 'open')
    .where('instance', '=', context.instance)
    .execute();
  return null;
}
