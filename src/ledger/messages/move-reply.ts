import type { ReplyState } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';

/** Moves a reply on if it stands in one of the states `from`; returns whose it is, undefined when it does not. */
export async function moveReply(
  context: VerbContext,
  message: number,
  from: readonly ReplyState[],
  to: { state: ReplyState; due: number | null },
): Promise<{ user_id: string | null } | undefined> {
  return context.trx
    .updateTable('messages')
    .set({ reply_state: to.state, reply_due: to.due })
    .where('id', '=', message)
    .where('reply_state', 'in', from)
    .returning('user_id')
    .executeTakeFirst();
}
