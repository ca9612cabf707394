import { sql } from 'kysely';
import type { ReplyState } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';

/** More has become known of a line: the person was told otherwise, or is about to be. They are told late. */
export async function tellAgain({ trx, now }: VerbContext, message: number): Promise<void> {
  // A service that is telling it now says as of which change, and finds that there is a newer one.
  const isTelling = sql<boolean>`reply_state in ('open', 'sending')`;
  await trx
    .updateTable('messages')
    .set((set) => ({
      changes: set('changes', '+', 1),
      reply_state: sql<ReplyState>`case when ${isTelling} then reply_state else 'queued' end`,
      reply_due: sql<number | null>`case when ${isTelling} then reply_due else cast(${now} as bigint) end`,
    }))
    .where('id', '=', message)
    .execute();
}
