import { FURTHEST_MS, isTooFarAhead } from '../../redemption/instants.ts';
import type { NewLine } from '../../redemption/message.ts';
import type { AskPolicy } from '../../redemption/questions.ts';
import type { AskReason, OtherReading, Repeat } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import { ahead } from '../instants.ts';
import { record } from '../trail/record.ts';
import { storedQuestion, type RedemptionRow, type StoredQuestion } from './row.ts';
import { rowsOfCard } from './same-card.ts';

/** The states in which a redemption may have spent the same visit. */
const MAY_BE_MEANT = new Set<RedemptionRow['state']>(['pending', 'succeeded', 'unknown']);

/** What a question is about, and whom it is put to. */
interface Question {
  readonly user: string | null;
  readonly policy: AskPolicy;
  readonly why: AskReason;
  readonly other: OtherReading | null;
}

/** The columns of a row that is asked about: no row becomes a question without them. */
export function askColumns(context: VerbContext, { user, policy, why, other }: Question) {
  if (user !== null) context.askedUsers?.add(user);
  const question: StoredQuestion = { why, other };
  return {
    state: 'asked' as const,
    question: JSON.stringify(question),
    ask_expires: ahead(context.now, policy.openForMs, FURTHEST_MS.question),
  };
}

/** Puts on record that the row is asked about, in answer to that message. */
export async function recordAsked(
  context: VerbContext,
  row: Pick<RedemptionRow, 'id' | 'question'>,
  message: number,
  again = false,
): Promise<void> {
  const why = storedQuestion(row)?.why;
  if (why === undefined) return;
  const facts = { kind: 'asked', why } as const;
  await record(context, [{ redemption: row.id, message }], again ? { ...facts, again } : facts);
}

/** The columns of a question whose card was used since it was asked: its person hears of that, and is asked once more. */
export function askAgain(context: VerbContext, policy: AskPolicy, row: RedemptionRow, use: Repeat) {
  const { why, other = null } = storedQuestion(row) ?? {};
  const corrected = why?.corrected === true ? { corrected: true as const } : {};
  const again: AskReason =
    why?.kind === 'shown' ? { ...why, counted: true, repeat: use } : { kind: 'repeat', ...use, ...corrected };
  return askColumns(context, { user: row.user_id, policy, why: again, other });
}

/** The last use of a question's card, in the reading that is meant, which its person was not told of, for it came later. */
export async function findUseSince(
  context: VerbContext,
  asked: RedemptionRow,
  meant: RedemptionRow,
  policy: AskPolicy,
): Promise<Repeat | null> {
  if (asked.ask_expires === null || policy.repeatWithinMs === 0) return null;
  const sinceAskedMs = context.now - (asked.ask_expires - policy.openForMs);
  const repeatWithinMs = Math.max(policy.repeatWithinMs, sinceAskedMs);
  const use = await findRepeat(context, meant, { ...policy, repeatWithinMs });
  if (use === null) return null;
  const why = storedQuestion(asked)?.why;
  const wasTold = why?.kind === 'repeat' || (why?.kind === 'shown' && why.repeat !== null);
  const isLater = wasTold ? use.agoMs < sinceAskedMs : use.agoMs <= sinceAskedMs;
  return isLater ? { agoMs: use.agoMs, count: use.count, state: use.state } : null;
}

/** Why a new line has to be asked about, if it has. */
export async function whyAsk(context: VerbContext, line: NewLine, policy: AskPolicy): Promise<AskReason | null> {
  const why = await whyAskPlain(context, line, policy);
  return why === null || line.corrected !== true ? why : { ...why, corrected: true };
}

async function whyAskPlain(context: VerbContext, line: NewLine, policy: AskPolicy): Promise<AskReason | null> {
  const { card, count, other, uncertain = false } = line;
  if (other !== undefined) return { kind: 'ambiguous' };
  if (count > policy.countOver) return { kind: 'many', over: policy.countOver };
  const repeat = await findRepeat(context, { id: null, card, real_card: null }, policy);
  return repeat ?? (uncertain ? { kind: 'uncertain' } : null);
}

/** Whether a new line is to be asked about whatever the ledger knows of its card. */
export function isAskedAnyway({ count, other, uncertain = false }: NewLine, { countOver }: AskPolicy): boolean {
  return other !== undefined || count > countOver || uncertain;
}

/**
 * Whether the card was used a moment ago, by any person. Two claims at the same instant may miss each other on
 * PostgreSQL: this is a courtesy, and what must not happen twice is guarded by the claim.
 */
export async function findRepeat(
  context: VerbContext,
  { id, ...cards }: Pick<RedemptionRow, 'card' | 'real_card'> & { readonly id: number | null },
  { repeatWithinMs }: AskPolicy,
): Promise<({ readonly kind: 'repeat' } & Repeat) | null> {
  if (repeatWithinMs === 0) return null;
  const rows = await rowsOfCard(context, cards, context.now - repeatWithinMs);
  const [last] = rows
    .filter((row) => row.id !== id && MAY_BE_MEANT.has(row.state))
    .filter((row) => !isTooFarAhead(row.claimed_at, context.now, FURTHEST_MS.past))
    .sort((a, b) => b.claimed_at - a.claimed_at || b.id - a.id);
  if (last === undefined) return null;
  return { kind: 'repeat', agoMs: Math.max(0, context.now - last.claimed_at), count: last.count, state: last.state };
}
