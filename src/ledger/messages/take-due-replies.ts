import { sql } from 'kysely';
import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { MessageRecord } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';
import { ahead, isDue, isTooFarAhead } from '../instants.ts';
import { withLines } from './find.ts';

/** How long a reply waits for a process in which its channel is open. */
const WAITS_MS = 2 * 60_000;

/**
 * Reserves due replies for the caller, for `leaseMs`; none that is to be sent on a channel in `notOf`, unless it has been due
 * for so long that there is no process in which that channel is open: then another way may be.
 */
export async function takeDueReplies(
  context: VerbContext,
  limit: number,
  leaseMs: number,
  notOf: readonly string[],
): Promise<MessageRecord[]> {
  const due = await context.trx
    .selectFrom('messages')
    .select('id')
    // Every reply that is still to be told becomes due.
    .where(replyIsDue(context))
    .$if(notOf.length > 0, (query) =>
      query.where((where) =>
        where.or([
          where(where.fn.coalesce('first_channel', 'channel'), 'not in', notOf),
          where('reply_due', '<=', context.now - WAITS_MS),
        ]),
      ),
    )
    // A late reply is the last one, so it waits for outcomes that storage has not taken yet.
    .where((where) => where.not(where.exists(pendingBy(context, 'redemptions.message'))))
    .where((where) => where.not(where.exists(pendingBy(context, 'redemptions.asked_message'))))
    .orderBy('reply_due')
    .limit(limit)
    .$if(context.shared, (query) => query.forUpdate().skipLocked())
    .execute();
  if (due.length === 0) return [];
  const rows = await context.trx
    .updateTable('messages')
    .set((set) => ({
      reply_state: 'sending',
      reply_due: ahead(context.now, leaseMs, FURTHEST_MS.reply),
      // One from before the clock was set back starts its lifetime now, or it would never end.
      received_at: sql<number>`case when ${isTooFarAhead('received_at', context.now, FURTHEST_MS.past)} then ${context.now} else received_at end`,
      reply_attempts: set('reply_attempts', '+', 1),
    }))
    .where(
      'id',
      'in',
      due.map(({ id }) => id),
    )
    .returningAll()
    .execute();
  return withLines(context, rows);
}

/**
 * The same for each state in which a reply becomes due; each has a small index of its own. One that is held may have
 * been meant to be tried again soon.
 */
function replyIsDue({ now }: VerbContext) {
  return sql<boolean>`(
    ${isDue('reply_due', now, FURTHEST_MS.heldReply)}
    or (reply_state in ('queued', 'sending') and ${isTooFarAhead('reply_due', now, FURTHEST_MS.reply)})
    or (reply_state = 'held' and ${isTooFarAhead('received_at', now, FURTHEST_MS.past)})
  )`;
}

/** Lines of the message in question that are still pending: its own, or those that it asked about and another confirmed. */
function pendingBy({ trx }: VerbContext, column: 'redemptions.message' | 'redemptions.asked_message') {
  return trx
    .selectFrom('redemptions')
    .select('redemptions.id')
    .where(column, '=', sql.ref<number>('messages.id'))
    .where('redemptions.state', '=', sql.lit('pending'));
}
