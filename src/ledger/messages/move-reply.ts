import type { ReplyState } from '../../redemption/message.ts';
import type { Address } from '../../redemption/people.ts';
import type { VerbContext } from '../context.ts';
import type { MessageRow } from './row.ts';

/** Where a reply stands; `first`: see `MessageRecord`. */
export interface Standing {
  readonly state: ReplyState;
  readonly due: number | null;
  readonly first: Address | null;
}

/** Moves a reply on if it stands in one of the states `from`; returns whose it is, undefined when it does not. */
export async function moveReply(
  context: VerbContext,
  message: number,
  from: readonly ReplyState[],
  { state, due, first }: Standing,
): Promise<Pick<MessageRow, 'user_id' | 'reply_attempts'> | undefined> {
  return context.trx
    .updateTable('messages')
    .set({
      reply_state: state,
      reply_due: due,
      first_channel: first?.channel ?? null,
      first_address: first === null ? null : JSON.stringify(first.returnAddress),
    })
    .where('id', '=', message)
    .where('reply_state', 'in', from)
    .returning(['user_id', 'reply_attempts'])
    .executeTakeFirst();
}
