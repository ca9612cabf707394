import type { MessageKey } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';
import { withdrawQuestions } from '../redemptions/questions.ts';
import { settle } from '../redemptions/settle.ts';
import { findMessageRow } from './find.ts';
import { moveReply } from './move-reply.ts';
import { tellAgain } from './tell-again.ts';

/**
 * Ends a claim whose caller was told that it failed although it may have been stored. That caller made no call, and
 * no other may: what is pending or asked is *unsent*, and the person is told late. Returns the ids of the message's
 * lines; null when the claim is not there.
 */
export async function abandonClaim(context: VerbContext, key: MessageKey, token: string): Promise<number[] | null> {
  const row = await findMessageRow(context, key);
  if (row?.claim_token !== token) return null;
  // Not `withLines`: a line that a later message has confirmed is that message's, and may have been sent.
  const own = await context.trx
    .selectFrom('redemptions')
    .select(['id', 'message'])
    .where('message', '=', row.id)
    .execute();
  // The person may have been asked, by another service that was delivered the message as well.
  if (await withdrawQuestions(context, row.id)) await tellAgain(context, row.id);
  for (const line of own) await settle(context, line, { state: 'unsent', reason: 'storage' });
  await moveReply(context, row.id, ['open'], { state: 'queued', due: context.now, first: null });
  return own.map(({ id }) => id);
}
