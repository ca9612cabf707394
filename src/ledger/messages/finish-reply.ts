import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { LateResult } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';
import { ahead } from '../instants.ts';
import { record } from '../trail/record.ts';
import { afterTelling } from './after-telling.ts';
import { moveReply, type Standing } from './move-reply.ts';

/**
 * Records how an attempt to send the reply late, as of that many changes, ended. Returns the user whose reply is
 * held now, if it is.
 */
export async function finishReply(
  context: VerbContext,
  message: number,
  result: LateResult,
  asOf: number,
): Promise<{ readonly heldFor: string | null }> {
  if (result.kind === 'sent') {
    const sent = await context.trx
      .updateTable('messages')
      .set(afterTelling(context, asOf, 'sent'))
      .where('id', '=', message)
      .where('reply_state', '=', 'sending')
      .returning('reply_attempts')
      .executeTakeFirst();
    await recordTry(context, message, result, sent);
    return { heldFor: null };
  }
  const moved = await moveReply(context, message, ['sending'], afterFailing(context, result));
  await recordTry(context, message, result, moved);
  return { heldFor: result.kind === 'hold' && moved !== undefined ? moved.user_id : null };
}

/** Nothing is recorded of what ended after its reservation. */
async function recordTry(
  context: VerbContext,
  message: number,
  { kind }: LateResult,
  row: { readonly reply_attempts: number } | undefined,
): Promise<void> {
  if (row !== undefined)
    await record(context, [{ message }], { kind: 'late', result: kind, attempt: row.reply_attempts });
}

/** Where a reply stands that was not sent, and when it is due again. */
function afterFailing({ now }: VerbContext, result: Exclude<LateResult, { kind: 'sent' }>): Standing {
  switch (result.kind) {
    case 'retry':
      return { state: 'queued', due: ahead(now, result.afterMs, FURTHEST_MS.reply), first: result.first ?? null };
    case 'hold':
      // Due once more at the latest when its time is over, to be given up then.
      return { state: 'held', due: ahead(now, result.afterMs ?? Infinity, FURTHEST_MS.heldReply), first: null };
    case 'give-up':
    case 'drop':
      return { state: 'given-up', due: null, first: null };
  }
}
