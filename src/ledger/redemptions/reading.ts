import { sql } from 'kysely';
import type { Speaker } from '../../redemption/questions.ts';
import type { VerbContext } from '../context.ts';

/** Whether what this person shows there is being read: a message of theirs, other than `except`, that nothing has come of yet. */
export async function isReading(context: VerbContext, speaker: Speaker, except: number | null): Promise<boolean> {
  const found = await context.trx
    .selectFrom('messages')
    .select('id')
    // Not a parameter: there is an index of those that are open.
    .where('reply_state', '=', sql.lit('open'))
    .where('shows', 'is not', null)
    .where('answers', 'is', null)
    // What orders or confirms something has said what it wants: nothing that it shows is read.
    .where((where) =>
      where.not(
        where.exists(where.selectFrom('redemptions').select('id').whereRef('redemptions.message', '=', 'messages.id')),
      ),
    )
    .$if(speaker.messageId !== undefined, (query) => query.where('message_id', '!=', speaker.messageId ?? ''))
    .where('channel', '=', speaker.channel)
    .where('account', '=', speaker.account)
    .where('user_id', '=', speaker.user)
    .where('conversation', 'is not distinct from', speaker.conversation)
    .$if(except !== null, (query) => query.where('id', '!=', except ?? 0))
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
