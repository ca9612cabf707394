import type { Selectable } from 'kysely';
import type { Sight } from '../../redemption/looks.ts';
import type { RecordFilter } from '../../redemption/records.ts';
import {
  MOST_EVENTS,
  type Trail,
  type TrailEvent,
  type TrailMessage,
  type TrailNotice,
  type TrailTelling,
} from '../../redemption/trail.ts';
import type { Topic } from '../../redemption/people.ts';
import type { ReadContext } from '../context.ts';
import type { MessageRow } from '../messages/row.ts';
import { knownName } from '../people/known-names.ts';
import { matching } from '../redemptions/find-records.ts';
import { toRedemption, type RedemptionRow } from '../redemptions/row.ts';
import type { TrailTables } from './tables.ts';

/** No message has as many lines, and no redemption as many notices. */
const MOST_BESIDE = 50;

/** All that is on record of the redemption of a receipt; null where there is none that matches `seenBy`. */
export async function findTrail(context: ReadContext, receipt: string, seenBy: RecordFilter): Promise<Trail | null> {
  const row = await context.trx
    .selectFrom('redemptions')
    .selectAll()
    .select(knownName.as('known_name'))
    .where((where) => matching(where, { ...seenBy, receipt }))
    .executeTakeFirst();
  if (row === undefined) return null;
  const happened = await ofRedemption(context, row.id);
  const byMessage = happened.filter(({ kind }) => kind === 'asked' || kind === 'confirmed');
  const named = [row.message, row.asked_message, ...byMessage.map(({ message }) => message)];
  const ids = [...new Set(named.filter((id) => id !== null))];
  const messages = context.trx.selectFrom('messages').selectAll().where('id', 'in', ids).orderBy('id');
  return {
    ...{ redemption: toRedemption(row), user: row.user_id, name: row.known_name },
    messages: (await messages.execute()).map(toTrailMessage),
    seenAt: row.seen_at,
    sentAt: row.sent_at,
    seenAfterAt: row.seen_after_at,
    lookDue: row.state === 'unknown' ? row.look_due : null,
    sights: row.sights === null ? [] : (JSON.parse(row.sights) as Sight[]),
    events: inOrder([...happened, ...(await ofMessages(context, ids))]),
    notices: await noticesOf(context, row.id),
    tellings: await tellingsOf(context, row.id),
    beside: await besideOf(context, row, ids, seenBy),
  };
}

function toTrailMessage(row: MessageRow): TrailMessage {
  return {
    id: row.id,
    channel: row.channel,
    inGroup: row.conversation !== null,
    text: row.text,
    shows: row.shows,
    receivedAt: row.received_at,
    ...replyOf(row),
  };
}

function replyOf(row: MessageRow) {
  return {
    replyState: row.reply_state,
    toldAt: row.told_at,
    replyDue: row.reply_due,
    replyAttempts: row.reply_attempts,
  };
}

function ofRedemption(context: ReadContext, redemption: number) {
  return context.trx
    .selectFrom('trail')
    .selectAll()
    .where('redemption', '=', redemption)
    .orderBy('id')
    .limit(MOST_EVENTS)
    .execute();
}

/** What happened to messages themselves, and not to a redemption by them. */
function ofMessages(context: ReadContext, messages: readonly number[]) {
  return context.trx
    .selectFrom('trail')
    .selectAll()
    .where('message', 'in', messages)
    .where('redemption', 'is', null)
    .orderBy('id')
    .limit(MOST_EVENTS)
    .execute();
}

/** By their ids: the clock may have been set meanwhile. */
function inOrder(rows: readonly Selectable<TrailTables['trail']>[]): TrailEvent[] {
  return rows
    .toSorted((a, b) => a.id - b.id)
    .map(({ kind, facts, at, message }) => {
      const rest = facts === null ? {} : (JSON.parse(facts) as object);
      return { ...rest, kind, at, message } as TrailEvent;
    });
}

async function noticesOf(context: ReadContext, redemption: number): Promise<readonly TrailNotice[]> {
  const notices = await context.trx
    .selectFrom('notices')
    .select(['id', 'kind', 'created_at', 'addressed_at'])
    .where('redemption', '=', redemption)
    .orderBy('id')
    .limit(MOST_BESIDE)
    .execute();
  if (notices.length === 0) return [];
  const ids = notices.map(({ id }) => id);
  const deliveries = await context.trx
    .selectFrom('notice_deliveries')
    .select(['notice', 'state', 'done_at'])
    .where('notice', 'in', ids)
    .orderBy('notice')
    .orderBy('robot')
    .execute();
  return notices.map(({ id, kind, created_at, addressed_at }) => ({
    ...{ kind, createdAt: created_at, addressedAt: addressed_at },
    deliveries: deliveries
      .filter(({ notice }) => notice === id)
      .map(({ state, done_at }) => ({ state, doneAt: done_at })),
  }));
}

/** What others than the person who typed it are told unasked. */
async function tellingsOf(context: ReadContext, id: number): Promise<readonly TrailTelling[]> {
  const about = ['unsettled', 'redemption'] as const;
  // As they are written when they are told.
  const topics = about.map((kind) => JSON.stringify({ kind, id } satisfies Topic));
  const rows = await context.trx
    .selectFrom('messages')
    .selectAll()
    .where('topic', 'in', topics)
    .orderBy('id')
    .limit(MOST_BESIDE)
    .execute();
  return rows.map((row) => ({
    user: row.user_id,
    about: (JSON.parse(row.topic ?? '') as { readonly kind: (typeof about)[number] }).kind,
    createdAt: row.received_at,
    ...replyOf(row),
  }));
}

async function besideOf(
  context: ReadContext,
  { id }: RedemptionRow,
  messages: readonly number[],
  seenBy: RecordFilter,
) {
  const by = (column: 'message' | 'asked_message') =>
    context.trx
      .selectFrom('redemptions')
      .selectAll()
      .where(column, 'in', messages)
      .where((where) => matching(where, seenBy))
      .limit(MOST_BESIDE)
      .execute();
  const rows = new Map([...(await by('message')), ...(await by('asked_message'))].map((row) => [row.id, row]));
  rows.delete(id);
  return [...rows.values()].sort((a, b) => a.id - b.id).map(toRedemption);
}
