import { sql } from 'kysely';
import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { AskedRedemption, Named, Speaker } from '../../redemption/questions.ts';
import type { Redemption } from '../../redemption/redemption.ts';
import type { ReadContext, VerbContext } from '../context.ts';
import { isDue } from '../instants.ts';
import { record } from '../trail/record.ts';
import { askedOf, choose, openQuestions } from './open-questions.ts';
import { toRedemption, type RedemptionRow } from './row.ts';

const SHOWN_FOR_MS = 24 * 60 * 60 * 1000;
const MAX_SHOWN = 20;

/** Withdraws an open question. */
export async function cancelQuestion(context: VerbContext, speaker: Speaker, named: Named): Promise<Redemption | null> {
  const chosen = await choose(context, speaker, await openQuestions(context, speaker), named);
  return chosen === null ? null : cancel(context, chosen.row);
}

/** Withdraws all questions that are open for this person where they are, oldest first. */
export async function cancelQuestions(context: VerbContext, speaker: Speaker): Promise<Redemption[]> {
  const cancelled: (Redemption | null)[] = [];
  for (const row of await openQuestions(context, speaker)) cancelled.push(await cancel(context, row));
  return cancelled.filter((row) => row !== null);
}

async function cancel(context: VerbContext, { id }: Pick<RedemptionRow, 'id'>): Promise<Redemption | null> {
  const cancelled = await context.trx
    .updateTable('redemptions')
    .set({ state: 'unsent', reason: 'cancelled', settled_at: context.now })
    .where('id', '=', id)
    .where('state', '=', 'asked')
    .returningAll()
    .executeTakeFirst();
  if (cancelled === undefined) return null;
  await recordWithdrawn(context, [cancelled], 'cancelled');
  return toRedemption(cancelled);
}

/** The users who have a question that is open, or that is over and not yet recorded as such. */
export async function findAskedUsers({ trx }: ReadContext): Promise<string[]> {
  const rows = await trx
    .selectFrom('redemptions')
    .select('user_id')
    .distinct()
    .where('state', '=', sql.lit('asked'))
    .execute();
  return rows.flatMap(({ user_id }) => user_id ?? []);
}

/** What this person was asked within the last day on this channel, newest first. */
export async function findQuestions(context: VerbContext, speaker: Speaker): Promise<AskedRedemption[]> {
  const rows = await askedOf(context, speaker, context.now - SHOWN_FOR_MS)
    .select('asked.conversation')
    .orderBy('redemptions.id', 'desc')
    .limit(MAX_SHOWN)
    .execute();
  return rows.map((row) => ({ redemption: toRedemption(row), here: row.conversation === speaker.conversation }));
}

/** Ends the questions of a message of which nothing is to be carried out; returns whether there were any. */
export async function withdrawQuestions(context: VerbContext, message: number): Promise<boolean> {
  const withdrawn = await context.trx
    .updateTable('redemptions')
    .set({ state: 'unsent', reason: 'storage', settled_at: context.now })
    .where('message', '=', message)
    .where('state', '=', 'asked')
    .returning('id')
    .execute();
  await recordWithdrawn(context, withdrawn, 'storage');
  return withdrawn.length > 0;
}

/** Ends questions that were not answered in time. */
export async function expireQuestions(context: VerbContext): Promise<null> {
  const expired = await context.trx
    .updateTable('redemptions')
    .set({ state: 'unsent', reason: 'unconfirmed', settled_at: context.now })
    .where('state', '=', sql.lit('asked'))
    .where(isDue('ask_expires', context.now, FURTHEST_MS.question))
    .returning('id')
    .execute();
  await recordWithdrawn(context, expired, 'unconfirmed');
  return null;
}

async function recordWithdrawn(
  context: VerbContext,
  rows: readonly Pick<RedemptionRow, 'id'>[],
  reason: 'cancelled' | 'storage' | 'unconfirmed',
): Promise<void> {
  const ids = rows.map(({ id }) => ({ redemption: id }));
  await record(context, ids, { kind: 'withdrawn', reason });
}
