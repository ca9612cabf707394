import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { Speaker } from '../../redemption/questions.ts';
import type { VerbContext } from '../context.ts';
import { isTooFarAhead } from '../instants.ts';
import { storedQuestion, type RedemptionRow } from './row.ts';

interface Chosen {
  readonly row: RedemptionRow;
  /** Whether the other reading is meant. */
  readonly other: boolean;
}

/** Questions that this person can still answer where they are. */
export async function openQuestions(context: VerbContext, speaker: Speaker): Promise<RedemptionRow[]> {
  return askedOf(context, speaker, context.now)
    .where('redemptions.state', '=', 'asked')
    .where((where) => where.not(isTooFarAhead('redemptions.ask_expires', context.now, FURTHEST_MS.question)))
    .where('asked.conversation', 'is not distinct from', speaker.conversation)
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

/** Which of the open questions a receipt means, and in which reading. Without one, only what needs no choice is clear. */
export function choose(open: readonly RedemptionRow[], receipt: string | null): Chosen | null {
  if (receipt === null) {
    const [only, ...others] = open;
    if (only === undefined || others.length > 0) return null;
    const other = storedQuestion(only)?.other;
    return other == null || other.blocked !== undefined ? { row: only, other: false } : null;
  }
  for (const row of open) {
    if (row.receipt === receipt) return { row, other: false };
    if (storedQuestion(row)?.other?.receipt === receipt) return { row, other: true };
  }
  return null;
}
