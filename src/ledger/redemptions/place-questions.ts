import type { Speaker } from '../../redemption/questions.ts';
import type { Redemption } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import type { MessageRow } from '../messages/row.ts';
import { prepare } from '../prepared.ts';
import { record } from '../trail/record.ts';
import { numberedQuestions, openQuestions } from './open-questions.ts';
import { storedQuestion, type RedemptionRow } from './row.ts';

/** A message by which its person may have been asked something. */
type AskingMessage = Pick<MessageRow, 'id' | 'channel' | 'account' | 'conversation' | 'user_id'>;

/**
 * Gives new lines of a message, asked about or not, their place among the questions that are open for its person there, and returns
 * them as they are then. A line about the same card withdraws the question that was asked before it, for the person has gone
 * on to that. Where several are open then, each has a number, which goes to no other question as long as the person may
 * see it. `typedAt` is when the message was typed, by the clock of its platform.
 */
export async function placeQuestions(
  context: VerbContext,
  message: AskingMessage,
  lines: readonly Redemption[],
  typedAt: number | null = null,
): Promise<readonly Redemption[]> {
  const placed = lines.filter(({ state }) => state === 'asked' || state === 'pending');
  const asked = placed.filter(({ state }) => state === 'asked').map(({ id }) => id);
  if (message.user_id === null || placed.length === 0) return lines;
  const speaker = { ...message, user: message.user_id };
  if (asked.length === 0 && !(await isAskedAnything(context, speaker))) return lines;

  const open = await openQuestions(context, speaker);
  const isOver = (row: RedemptionRow) =>
    row.message !== message.id && placed.some((line) => row.id < line.id && isSameCard(row, line));
  const over = open.filter(isOver);
  await update(context, over, { state: 'unsent', reason: 'replaced', settled_at: context.now });
  const replaced = over.map((row) => ({ redemption: row.id, message: message.id }));
  await record(context, replaced, { kind: 'withdrawn', reason: 'replaced' });
  if (typedAt !== null) {
    const own = open.filter(({ id }) => asked.includes(id));
    await update(context, own, { ask_typed: typedAt });
  }
  const waiting = open.filter((row) => !isOver(row));
  if (asked.length === 0 || waiting.length < 2) return lines;
  const numbers = await number(context, speaker, waiting);
  return lines.map((line) => {
    const given = numbers.get(line.id);
    return line.question === null || given === undefined
      ? line
      : { ...line, question: { ...line.question, number: given } };
  });
}

const selectAsked = prepare((db, values: { readonly user: string; readonly now: number }) =>
  db
    .selectFrom('redemptions')
    .select('id')
    .where('user_id', '=', values.user)
    .where('ask_expires', '>', values.now)
    .where('state', '=', 'asked')
    .limit(1),
);

/** Whether any question to this person is open anywhere: most people have none. */
async function isAskedAnything({ trx, now, askedUsers }: VerbContext, { user }: Speaker): Promise<boolean> {
  if (askedUsers !== null && !askedUsers.has(user)) return false;
  return (await selectAsked(trx, { user, now })).rows.length > 0;
}

/** Whether a question, in any of its readings, is about the card of this line. */
export function isSameCard(row: RedemptionRow, { card, realCard }: Redemption): boolean {
  const other = storedQuestion(row)?.other;
  const asked = [row.card, row.real_card, ...(other == null || other.blocked !== undefined ? [] : [other.card])];
  return asked.includes(card) || (realCard !== null && asked.includes(realCard));
}

/** Gives each of these questions that has none a number that no question had lately that this person was asked there. */
async function number(
  context: VerbContext,
  speaker: Speaker,
  waiting: readonly RedemptionRow[],
): Promise<ReadonlyMap<number, number>> {
  const recent = await numberedQuestions(context, speaker).select('redemptions.ask_number').execute();
  const used = new Set(recent.map(({ ask_number }) => ask_number));
  const given = new Map<number, number>();
  let next = 1;
  for (const row of waiting) {
    if (row.ask_number !== null) continue;
    while (used.has(next)) next += 1;
    used.add(next);
    given.set(row.id, next);
    await update(context, [row], { ask_number: next });
  }
  return given;
}

async function update(
  context: VerbContext,
  rows: readonly RedemptionRow[],
  change: Partial<RedemptionRow>,
): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  await context.trx
    .updateTable('redemptions')
    .set(change)
    .where('id', 'in', ids)
    .where('state', '=', 'asked')
    .execute();
}
