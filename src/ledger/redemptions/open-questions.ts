import { FURTHEST_MS, TELL_WITHIN_MS } from '../../redemption/instants.ts';
import type { Named, Speaker } from '../../redemption/questions.ts';
import type { VerbContext } from '../context.ts';
import { isTooFarAhead } from '../instants.ts';
import { storedQuestion, type RedemptionRow } from './row.ts';

/** A question can be told for a day, and its number be read for another. */
const NUMBER_KEPT_MS = 2 * TELL_WITHIN_MS;

interface Chosen {
  readonly row: RedemptionRow;
  /** Whether the other reading is meant. */
  readonly other: boolean;
}

/** Questions that this person can still answer where they are, in the order in which they were asked. */
export async function openQuestions(context: VerbContext, speaker: Speaker): Promise<RedemptionRow[]> {
  return askedOf(context, speaker, context.now)
    .where('redemptions.state', '=', 'asked')
    .where((where) => where.not(isTooFarAhead('redemptions.ask_expires', context.now, FURTHEST_MS.question)))
    .where('asked.conversation', 'is not distinct from', speaker.conversation)
    .orderBy('redemptions.id')
    .execute();
}

/** Questions to this person that are open beyond `expireAfter`, with the message that they were the answer to. */
export function askedOf(context: VerbContext, { channel, account, user }: Speaker, expireAfter: number) {
  return context.trx
    .selectFrom('redemptions')
    .innerJoin('messages as asked', (join) =>
      join.on((on) => on('asked.id', '=', on.fn.coalesce('redemptions.asked_message', 'redemptions.message'))),
    )
    .selectAll('redemptions')
    .where('redemptions.user_id', '=', user)
    .where('redemptions.ask_expires', '>', expireAfter)
    .where('asked.channel', '=', channel)
    .where('asked.account', '=', account);
}

/** Which of the open questions is meant; null where that is not clear. */
export async function choose(
  context: VerbContext,
  speaker: Speaker,
  open: readonly RedemptionRow[],
  { receipt, number }: Named,
): Promise<Chosen | null> {
  if (receipt !== null) return byReceipt(open, receipt);
  const [only, ...others] = number === undefined ? open : await withNumber(context, speaker, number);
  if (only === undefined || others.length > 0) return null;
  const row = open.find(({ id }) => id === only.id);
  return row === undefined ? null : { row, other: false };
}

function byReceipt(open: readonly RedemptionRow[], receipt: string): Chosen | null {
  for (const row of open) {
    if (row.receipt === receipt) return { row, other: false };
    if (storedQuestion(row)?.other?.receipt === receipt) return { row, other: true };
  }
  return null;
}

/** Whether only a receipt says which of its readings is meant. */
export function isTwofold(row: RedemptionRow): boolean {
  const other = storedQuestion(row)?.other;
  return other != null && other.blocked === undefined;
}

/**
 * The question that has this number. They are several where services that share a ledger ask the same person at the same
 * moment.
 */
function withNumber(context: VerbContext, speaker: Speaker, number: number): Promise<{ readonly id: number }[]> {
  return numberedQuestions(context, speaker).select('redemptions.id').where('ask_number', '=', number).execute();
}

/** The questions whose numbers this person may still see there. */
export function numberedQuestions(context: VerbContext, speaker: Speaker) {
  return askedOf(context, speaker, context.now - NUMBER_KEPT_MS)
    .where('asked.conversation', 'is not distinct from', speaker.conversation)
    .where('redemptions.ask_number', 'is not', null);
}
