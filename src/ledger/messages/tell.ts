import type { Telling } from '../../redemption/people.ts';
import type { VerbContext } from '../context.ts';

/**
 * Records what is told unasked as messages whose reply is due, so that they go out, are tried again and are
 * held for the person as every other late reply.
 */
export async function tell(context: VerbContext, tellings: readonly Telling[]): Promise<null> {
  for (const { key, user, channel, returnAddress, conversation = null, text, topic } of tellings) {
    await context.trx
      .insertInto('messages')
      .values({
        channel,
        account: '',
        message_id: `notice-${key}`,
        user_id: user,
        conversation,
        text: '',
        return_address: JSON.stringify(returnAddress),
        received_at: context.now,
        instance: context.instance,
        claim_token: '',
        reply_state: 'queued',
        reply_due: context.now,
        answers: JSON.stringify({ 0: text }),
        topic: topic === undefined ? null : JSON.stringify(topic),
      })
      .onConflict((c) => c.columns(['channel', 'account', 'message_id']).doNothing())
      .execute();
  }
  return null;
}
