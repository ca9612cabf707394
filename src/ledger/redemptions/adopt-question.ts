import { isCountOpen, MOST_CONFIRMED, type AskPolicy, type Confirmation } from '../../redemption/questions.ts';
import type { Redemption } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import type { MessageRow } from '../messages/row.ts';
import { record } from '../trail/record.ts';
import { askAgain, findUseSince, recordAsked } from './asking.ts';
import { choose, isTwofold, openQuestions } from './open-questions.ts';
import { otherReading } from './other-reading.ts';
import { isSameCard } from './place-questions.ts';
import { isReading } from './reading.ts';
import { storedQuestion, toRedemption, type RedemptionRow } from './row.ts';

type Confirming = Pick<MessageRow, 'id' | 'channel' | 'account' | 'conversation' | 'user_id'>;

/** What is said together with confirmations. */
interface Together {
  /** What the same message orders. */
  readonly lines: readonly Redemption[];
  /** When it was typed, by the clock of its platform: what was typed later could not be seen by then. */
  readonly typedAt: number | null;
  readonly policy: AskPolicy;
}

/**
 * Gives the questions that a message confirms to that message, to be carried out there; none where there is none, or it is not
 * clear which. Guarded by "still asked": however often the person says yes, one message gets it. A question about a card that the
 * message orders too gives way to that order. One whose card was used since it was asked is asked again, as a line of the message.
 */
export async function adoptQuestions(
  context: VerbContext,
  message: Confirming,
  confirmations: readonly Confirmation[],
  { lines, typedAt, policy }: Together,
): Promise<Redemption[]> {
  if (message.user_id === null || confirmations.length === 0) return [];
  const speaker = { ...message, user: message.user_id };
  // What is said in one message was not yet asked when it was written. All its lines mean what was open then.
  const open = (await openQuestions(context, speaker)).filter((row) => row.message !== message.id);
  if (open.length === 0) return [];
  const untold = await findUntold(context, open, typedAt);
  const isUntold = (row: RedemptionRow) => untold.has(row.message);
  const isSeen = ({ ask_typed }: RedemptionRow) => ask_typed === null || typedAt === null || ask_typed <= typedAt;
  const isOrdered = (row: RedemptionRow) => lines.some((line) => isSameCard(row, line));
  const take = (line: number, row: RedemptionRow, change: Partial<RedemptionRow>) =>
    adopt(context, message, line, row, change, { typedAt, policy });

  const adopted: Redemption[] = [];
  for (const confirmation of confirmations) {
    if (confirmation.allFrom !== undefined) {
      const all = open.filter((row) => isSeen(row) && !isTwofold(row) && !isUntold(row) && !isOrdered(row));
      let line = confirmation.line;
      for (const row of all.slice(0, MOST_CONFIRMED)) {
        const taken = await take(line, row, {});
        if (taken.length > 0) line = line === confirmation.line ? confirmation.allFrom : line + 1;
        adopted.push(...taken);
      }
      continue;
    }
    const chosen = await choose(context, speaker, open, confirmation);
    if (chosen === null || isOrdered(chosen.row)) continue;
    const { row, other } = chosen;
    const { receipt, number, count = null, bare = false } = confirmation;
    if (receipt === null && isTwofold(row)) continue;
    const isNamed = receipt !== null || number !== undefined;
    if (!isNamed && (!isSeen(row) || (await isReading(context, speaker, message.id)))) continue;
    // One that is asked again has said its receipt before.
    if ((!isNamed || row.asked_message !== null) && isUntold(row)) continue;
    const question = storedQuestion(row);
    if (bare && !isAnsweredByCount(row, count, policy)) continue;
    // More than the card was seen to have is not what it was asked about.
    const remaining = other ? (question?.other?.remaining ?? null) : row.remaining_before;
    if (count !== null && remaining !== null && count > remaining) continue;
    adopted.push(
      ...(await take(confirmation.line, row, {
        ...(other ? otherReading(row) : {}),
        ...(count === null ? {} : { count }),
      })),
    );
  }
  return adopted;
}

/** Whether a count without a word that says yes is an answer: to a question that asks for one and was alone, and no great one. */
function isAnsweredByCount(row: RedemptionRow, count: number | null, { countOver }: AskPolicy): boolean {
  const question = storedQuestion(row);
  if (count === null || count > countOver || question === null) return false;
  return isCountOpen(question.why) && row.ask_number === null;
}

/** That a reply was told is on record by then, unless storage has trouble. */
const NOTED_WITHIN_MS = 5_000;

/**
 * The messages of questions that their person was not told yet: a reply waits for all lines of its message, or for a way to
 * the person. Where it was told a moment ago, that need not be on record; but it has to be where nothing else says that the
 * question was there first: the platform does not say when things were typed, or the person was shown something else before.
 */
async function findUntold(
  context: VerbContext,
  rows: readonly RedemptionRow[],
  typedAt: number | null,
): Promise<ReadonlySet<number>> {
  const asking = await context.trx
    .selectFrom('messages')
    .select((select) => [
      'id',
      'reply_state',
      'changes',
      'received_at',
      select
        .selectFrom('redemptions')
        .select((count) => count.fn.countAll<number | string>().as('count'))
        .whereRef('redemptions.message', '=', 'messages.id')
        .where('redemptions.state', '=', 'pending')
        .as('pending'),
    ])
    .where(
      'id',
      'in',
      rows.map(({ message }) => message),
    )
    .execute();
  const hasToBeNoted = ({ ask_typed, asked_message, ...row }: RedemptionRow) =>
    typedAt === null || ask_typed === null || asked_message !== null || storedQuestion(row)?.why.kind === 'shown';
  const noted = new Set(rows.filter(hasToBeNoted).map(({ message }) => message));
  const untold = asking.filter(({ id, reply_state, changes, received_at, pending }) => {
    if (Number(pending) > 0) return true;
    if (reply_state === 'open') return noted.has(id) || context.now - received_at > NOTED_WITHIN_MS;
    // One with changes was told before, as it was then.
    return changes === 0 && ['queued', 'sending', 'held'].includes(reply_state);
  });
  return new Set(untold.map(({ id }) => id));
}

async function adopt(
  context: VerbContext,
  message: Confirming,
  line: number,
  row: RedemptionRow,
  change: Partial<RedemptionRow>,
  { typedAt, policy }: Pick<Together, 'typedAt' | 'policy'>,
): Promise<Redemption[]> {
  const meant = { ...row, ...change };
  const use = await findUseSince(context, row, meant, policy);
  const adopted = await context.trx
    .updateTable('redemptions')
    .set({
      message: message.id,
      line,
      claimed_at: context.now,
      asked_message: row.message,
      asked_line: row.line,
      // It may have changed since.
      remaining_before: null,
      seen_at: null,
      ...change,
      ...(use === null
        ? { state: 'pending' as const }
        : { ...askAgain(context, policy, meant, use), ask_typed: typedAt }),
    })
    .where('id', '=', row.id)
    .where('message', '=', row.message)
    .where('state', '=', 'asked')
    .returningAll()
    .executeTakeFirst();
  if (adopted === undefined) return [];
  await record(context, [{ redemption: row.id, message: message.id }], { kind: 'confirmed' });
  if (adopted.state === 'asked') await recordAsked(context, adopted, message.id, true);
  return [toRedemption(adopted)];
}
