import { sql } from 'kysely';
import { FURTHEST_MS } from '../../redemption/instants.ts';
import type {
  HeldReplies,
  LateResult,
  MessageKey,
  MessageRecord,
  NewMessage,
  ReplyState,
} from '../../redemption/ports.ts';
import type { VerbContext } from '../context.ts';
import { withLines } from './find.ts';
import { ahead, isDue, isTooFarAhead } from '../instants.ts';

/**
 * The reply went out in the response to a callback, as of that many `changes`; whoever was about to send it late finds it
 * done. Where more has become known since, it is due again, whichever of the two was written first.
 */
export async function replyAnswered(context: VerbContext, message: number, asOf: number): Promise<null> {
  await context.trx
    .updateTable('messages')
    .set({ told: toldBy(asOf), ...afterTelling(context, asOf, 'answered') })
    .where('id', '=', message)
    // What was sent late was the newest there is.
    .where('reply_state', '!=', 'sent')
    .execute();
  return null;
}

/** As of the newest change of which the person was told. */
function toldBy(asOf: number) {
  return sql<number>`case when told is null or told < ${asOf} then cast(${asOf} as integer) else told end`;
}

/** Where a reply stands after it was told as of that many changes: `done`, or due again when it has changed since. */
function afterTelling({ now }: VerbContext, asOf: number, done: 'answered' | 'sent') {
  const upToDate = sql<boolean>`(changes <= ${asOf} or (told is not null and changes <= told))`;
  // What is being sent late meanwhile is judged when that is over.
  const stays = sql<boolean>`${sql.lit(done)} = 'answered' and reply_state = 'sending'`;
  return {
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

/** More has become known of a line: the person was told otherwise, or is about to be. They are told late. */
export async function tellAgain({ trx, now }: VerbContext, message: number): Promise<void> {
  // Whoever is telling it now says as of which change, and finds that there is a newer one.
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

/** Nobody is left here who could answer in a response: it is to be sent late, unless another service has taken it. */
export async function queueReply(context: VerbContext, message: number, afterMs: number): Promise<null> {
  await context.trx
    .updateTable('messages')
    .set({ reply_state: 'queued', reply_due: ahead(context.now, afterMs, FURTHEST_MS.reply) })
    .where('id', '=', message)
    .where('reply_state', '=', 'open')
    .where('instance', '=', context.instance)
    .execute();
  return null;
}

/**
 * Reserves the reply for the response to a repeated callback, and reads what is to be told; null when it is being, or was,
 * sent late. It is open in this service's name from then on: should the service die before the response is out, the reply
 * is queued again.
 */
export async function takeReply(context: VerbContext, message: number): Promise<MessageRecord | null> {
  const taken = await context.trx
    .updateTable('messages')
    .set({ reply_state: 'open', reply_due: null, instance: context.instance })
    .where('id', '=', message)
    .where('reply_state', 'in', ['open', 'queued', 'held', 'answered'])
    .returningAll()
    .executeTakeFirst();
  const [record = null] = taken === undefined ? [] : await withLines(context, [taken]);
  return record;
}

/** Reserves due replies for the caller, for `leaseMs`. */
export async function takeDueReplies(context: VerbContext, limit: number, leaseMs: number): Promise<MessageRecord[]> {
  const due = await context.trx
    .selectFrom('messages')
    .select('id')
    // Whatever is still to be told is due some day.
    .where(replyIsDue(context))
    // What is sent late is the last word, and an outcome that still waits for storage is none yet.
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
      // Its lifetime ends some day too.
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
 * The same for each state in which a reply is due some day; each has a small index of its own. One that is held may have
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

/**
 * Records how an attempt to send the reply late, as of that many changes, ended. Returns the user for whom the reply is held now, if it
 * is.
 */
export async function finishReply(
  context: VerbContext,
  message: number,
  result: LateResult,
  asOf: number,
): Promise<{ readonly heldFor: string | null }> {
  if (result.kind === 'sent') {
    await context.trx
      .updateTable('messages')
      .set({ told: toldBy(asOf), ...afterTelling(context, asOf, 'sent') })
      .where('id', '=', message)
      .where('reply_state', '=', 'sending')
      .execute();
    return { heldFor: null };
  }
  const next: Record<typeof result.kind, ReplyState> = {
    ...{ retry: 'queued', hold: 'held', 'give-up': 'given-up', drop: 'given-up' },
  };
  const due: Record<typeof result.kind, number | null> = {
    retry: result.kind === 'retry' ? ahead(context.now, result.afterMs, FURTHEST_MS.reply) : null,
    // Due once more at the latest when its time is over, to be given up then.
    hold: ahead(context.now, (result.kind === 'hold' ? result.afterMs : undefined) ?? Infinity, FURTHEST_MS.heldReply),
    'give-up': null,
    drop: null,
  };
  const moved = await moveReply(context, message, ['sending'], { state: next[result.kind], due: due[result.kind] });
  return { heldFor: result.kind === 'hold' && moved !== undefined ? moved.user_id : null };
}

/** Everybody who has a held reply. */
export async function findHeldUsers({ trx }: VerbContext): Promise<string[]> {
  const rows = await trx
    .selectFrom('messages')
    .select('user_id')
    .distinct()
    .where('reply_state', '=', sql.lit('held'))
    .execute();
  return rows.flatMap(({ user_id }) => user_id ?? []);
}

const HELD_AT_ONCE = 5;
/** Much longer than any response takes. */
const HELD_LEASE_MS = 60_000;

/**
 * Reserves replies that this person could not be given yet, oldest first, as many as fit into one more reply; not that
 * to the message which is being answered. From whichever channel they come: who can be reached on none of them at the
 * moment hears it wherever they write next. But what was said in private is not told before a group, nor before another
 * group what was said in one. They count as being sent; whoever does not come back to say how that ended, or does not
 * even hear that they were reserved, loses them to the next look for due replies. `left` says whether there may be more.
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
