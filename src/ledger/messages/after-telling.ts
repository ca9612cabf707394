import { sql, type Expression } from 'kysely';
import type { ReplyState } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';

/**
 * The columns of a message whose reply was told as of that many changes: its reply is `done`, or due again where more has
 * become known since; and as of the newest change of which the person was told.
 */
export function afterTelling({ now }: VerbContext, asOf: number | Expression<number>, done: 'answered' | 'sent') {
  const upToDate = sql<boolean>`(changes <= ${asOf} or (told is not null and changes <= told))`;
  // A reply that is being sent late meanwhile is judged when that ends.
  const stays = sql<boolean>`${sql.lit(done)} = 'answered' and reply_state = 'sending'`;
  return {
    told_at: sql<number>`case when told_at is null and told is null then cast(${now} as bigint) else told_at end`,
    told: sql<number>`case when told is null or told < ${asOf} then cast(${asOf} as integer) else told end`,
    reply_state: sql<ReplyState>`case
      when ${upToDate} then ${sql.lit(done)}
      when ${stays} then reply_state
      else 'queued' end`,
    reply_due: sql<number | null>`case
      when ${upToDate} then null
      when ${stays} then reply_due
      else cast(${now} as bigint) end`,
  };
}
