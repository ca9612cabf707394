import { sql } from 'kysely';
import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { HeldReplies, MessageKey, NewMessage } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';
import { withLines } from './find.ts';

const HELD_AT_ONCE = 5;
/** Much longer than any response takes. */
const HELD_LEASE_MS = 60_000;

/**
 * Reserves replies that this person could not be given yet, oldest first, as many as fit into one more reply; not that
 * to the message which is being answered. From all channels: a person who can be reached on none of them at the
 * moment hears it where they write next. But what was said in private is not told before a group, nor before another
 * group what was said in one. They count as being sent; a service that does not say how that ended, or does not even
 * hear that they were reserved, loses them to the next look for due replies. `left` says whether there may be more.
 */
export async function takeHeldReplies(
  context: VerbContext,
  user: string,
  message: MessageKey & Pick<NewMessage, 'conversation'>,
): Promise<HeldReplies & { readonly left: boolean }> {
  const here = message.conversation;
  const held = await context.trx
    .selectFrom('messages')
    .selectAll()
    .where('reply_state', '=', sql.lit('held'))
    .where('user_id', '=', user)
    .where('received_at', '>', context.now - FURTHEST_MS.heldReply)
    .$if(here !== null, (query) => query.orderBy(sql`case when conversation = ${here} then 0 else 1 end`))
    .orderBy('id')
    .limit(2 * HELD_AT_ONCE)
    .$if(context.shared, (query) => query.forUpdate().skipLocked())
    .execute();
  const others = held.filter((row) => !isSame(row, message));
  const fitting = others.filter(({ conversation }) => here === null || conversation === here);
  const elsewhere = await withLines(context, others.filter((row) => !fitting.includes(row)).slice(0, HELD_AT_ONCE));
  const ids = fitting.slice(0, HELD_AT_ONCE).map(({ id }) => id);
  const left = held.length > ids.length;
  if (ids.length === 0) return { taken: [], elsewhere, left };
  const rows = await context.trx
    .updateTable('messages')
    .set({ reply_state: 'sending', reply_due: context.now + HELD_LEASE_MS })
    .where('id', 'in', ids)
    .returningAll()
    .execute();
  const taken = await withLines(
    context,
    rows.toSorted((a, b) => a.id - b.id),
  );
  return { taken, elsewhere, left };
}

function isSame(row: { channel: string; account: string; message_id: string }, key: MessageKey): boolean {
  return row.channel === key.channel && row.account === key.account && row.message_id === key.messageId;
}

/** The users who have a held reply. */
export async function findHeldUsers({ trx }: VerbContext): Promise<string[]> {
  const rows = await trx
    .selectFrom('messages')
    .select('user_id')
    .distinct()
    .where('reply_state', '=', sql.lit('held'))
    .execute();
  return rows.flatMap(({ user_id }) => user_id ?? []);
}

/** Makes the held replies of these people due. They stay held until they are taken, so a message may still take them along. */
export async function wakeHeldReplies({ trx, now, shared }: VerbContext, users: readonly string[]): Promise<null> {
  if (users.length === 0) return null;
  const held = await trx
    .selectFrom('messages')
    .select('id')
    .where('reply_state', '=', sql.lit('held'))
    .where('user_id', 'in', users)
    .$if(shared, (query) => query.forUpdate().skipLocked())
    .execute();
  if (held.length === 0) return null;
  await trx
    .updateTable('messages')
    .set({ reply_due: now })
    .where(
      'id',
      'in',
      held.map(({ id }) => id),
    )
    .execute();
  return null;
}
