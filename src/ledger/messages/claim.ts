import type { AskPolicy, Asking } from '../../redemption/questions.ts';
import type { Claim, NewLine, NewMessage } from '../../redemption/message.ts';
import type { AskReason, OtherReading, Redemption } from '../../redemption/redemption.ts';
import { prepare } from '../prepared.ts';
import { NOT_CALLED, toRedemption, type RedemptionRow } from '../redemptions/row.ts';
import { toMessage, UNTOLD } from './row.ts';
import { takeAllowance, type WantedOfAllowance } from './allowance.ts';
import type { VerbContext } from '../context.ts';
import { askColumns, recordAsked, whyAsk } from '../redemptions/asking.ts';
import { adoptQuestions } from '../redemptions/adopt-question.ts';
import { openQuestions } from '../redemptions/open-questions.ts';
import { placeQuestions } from '../redemptions/place-questions.ts';
import { findMessageRow, withLines } from './find.ts';

/**
 * Records a message and its lines, or finds them. The unique key of `messages` decides who wins, so that however many
 * deliveries race, one caller makes the calls and the others get its rows. `token` is this caller's own: by it a claim
 * that is tried again, because no answer said whether it was stored, knows its own row.
 *
 * What the policy wants to be asked about is recorded as *asked* instead of *pending*; a line that confirms such
 * questions takes them over. What goes beyond the person's allowance is recorded as *unsent*, and confirms nothing.
 */
export async function claim(
  context: VerbContext,
  message: NewMessage,
  lines: readonly NewLine[],
  token: string,
  asking: Asking,
): Promise<Claim> {
  const columns = messageColumns(context, message, token);
  const [stored] = (await insertMessage(context.trx, columns)).rows;
  const inserted = stored && { ...columns, ...UNTOLD, ...stored };

  if (inserted !== undefined) {
    const redemptions: Redemption[] = [];
    const spent = await isSpent(context, message, lines, asking);
    // A caller that tries this claim again has to know it, also where the message has no line that says so.
    if (spent) await context.trx.updateTable('messages').set({ spent: 1 }).where('id', '=', inserted.id).execute();
    for (const line of lines) {
      const allowed = spent && line.unsent === null ? ({ ...line, unsent: 'too-many-lines' } as const) : line;
      redemptions.push(await insertLine(context, inserted.id, message.user, allowed, asking.policy));
    }
    const { typedAt = null } = message;
    const confirmations = spent ? [] : asking.confirmations;
    const said = { lines: redemptions, typedAt, policy: asking.policy };
    const confirmed = await adoptQuestions(context, inserted, confirmations, said);
    const placed = await placeQuestions(context, inserted, redemptions, typedAt);
    const all = [...placed, ...confirmed].sort((a, b) => a.line - b.line);
    return { won: true, spent, message: toMessage(inserted, all) };
  }
  const known = await findMessageRow(context, message);
  const [record] = known === undefined ? [] : await withLines(context, [known]);
  if (known === undefined || record === undefined) throw new Error('a message neither could be stored nor is there');
  return { won: known.claim_token === token, spent: known.spent === 1, message: record };
}

/** What is recorded of a new message. */
export function messageColumns(
  { now, instance }: Pick<VerbContext, 'now' | 'instance'>,
  message: NewMessage,
  token: string,
) {
  return {
    channel: message.channel,
    account: message.account,
    message_id: message.messageId,
    user_id: message.user,
    conversation: message.conversation,
    text: message.text,
    shows: message.shows ?? null,
    return_address: JSON.stringify(message.returnAddress),
    received_at: now,
    instance,
    claim_token: token,
    reply_state: 'open' as const,
  };
}

const insertMessage = prepare((db, row: ReturnType<typeof messageColumns>) =>
  db
    .insertInto('messages')
    .values({
      channel: row.channel,
      account: row.account,
      message_id: row.message_id,
      user_id: row.user_id,
      conversation: row.conversation,
      text: row.text,
      shows: row.shows,
      return_address: row.return_address,
      received_at: row.received_at,
      instance: row.instance,
      claim_token: row.claim_token,
      reply_state: row.reply_state,
    })
    .onConflict((c) => c.columns(['channel', 'account', 'message_id']).doNothing())
    // What else is in the row is known here, and costs SQLite as much as the insert itself.
    .returning('id'),
);

/** Whether the message goes beyond what its person may have in a minute; if it does not, it has been counted. */
async function isSpent(
  context: VerbContext,
  message: NewMessage,
  lines: readonly NewLine[],
  asking: Asking,
): Promise<boolean> {
  const wanted = wantedOfAllowance(message, lines, asking);
  if (wanted === null) return false;
  const { user } = wanted;
  // One line stands for all that are open.
  const all = asking.confirmations.some(({ allFrom }) => allFrom !== undefined);
  const more = all ? Math.max(0, (await openQuestions(context, { ...message, user })).length - 1) : 0;
  return !(await takeAllowance(context, { ...wanted, wanted: wanted.wanted + more }));
}

/** What a message wants of what its person may have in a minute; null where nothing is counted. */
export function wantedOfAllowance(
  { user }: NewMessage,
  lines: readonly NewLine[],
  { confirmations, allowance }: Asking,
): WantedOfAllowance | null {
  if (user === null || allowance === undefined) return null;
  const wanted = lines.filter(({ unsent }) => unsent === null).length + confirmations.length + allowance.looks;
  return wanted === 0 ? null : { user, wanted, perMinute: allowance.perMinute };
}

async function insertLine(
  context: VerbContext,
  message: number,
  user: string | null,
  line: NewLine,
  policy: AskPolicy,
): Promise<Redemption> {
  const why = line.unsent === null ? await whyAsk(context, line, policy) : null;
  const other = line.other === undefined ? null : { ...line.other, cardName: null, remaining: null };
  return toRedemption(await insertAsked(context, message, user, line, why === null ? null : { policy, why, other }));
}

/** What is asked about a line. */
interface AskedOf {
  readonly policy: AskPolicy;
  readonly why: AskReason;
  readonly other: Omit<OtherReading, 'receipt'> | null;
}

/** Inserts a line, with what is asked about it; null: nothing is. */
export async function insertAsked(
  context: VerbContext,
  message: number,
  user: string | null,
  line: NewLine,
  asked: AskedOf | null,
): Promise<RedemptionRow> {
  for (;;) {
    const other = asked?.other == null ? null : { ...asked.other, receipt: context.newReceipt() };
    const columns = {
      message,
      ...lineColumns(context, user, line),
      ...(asked === null ? NOT_ASKED : askColumns(context, { ...asked, user, other })),
    };
    const [inserted] = (await insertRow(context.trx, columns)).rows;
    if (inserted === undefined) continue;
    const row = { ...columns, ...NOT_CALLED, ...inserted };
    if (asked !== null) await recordAsked(context, row, message);
    return row;
  }
}

/** What is recorded of a new line about which nothing is asked. */
export function lineColumns(
  { now, newReceipt }: Pick<VerbContext, 'now' | 'newReceipt'>,
  user: string | null,
  line: NewLine,
) {
  return {
    line: line.line,
    receipt: newReceipt(),
    user_id: user,
    card: line.card,
    count: line.count,
    remark: line.remark,
    store_code: line.store?.code ?? null,
    store_name: line.store?.name ?? null,
    employee_id: line.employeeId,
    state: line.unsent === null ? ('pending' as const) : ('unsent' as const),
    reason: line.unsent,
    claimed_at: now,
    settled_at: line.unsent === null ? null : now,
  };
}

const NOT_ASKED = { question: null, ask_expires: null };

const insertRow = prepare((db, row: Omit<RedemptionRow, 'id' | keyof typeof NOT_CALLED>) =>
  db
    .insertInto('redemptions')
    .values({
      message: row.message,
      line: row.line,
      receipt: row.receipt,
      user_id: row.user_id,
      card: row.card,
      count: row.count,
      remark: row.remark,
      store_code: row.store_code,
      store_name: row.store_name,
      employee_id: row.employee_id,
      state: row.state,
      reason: row.reason,
      claimed_at: row.claimed_at,
      settled_at: row.settled_at,
      question: row.question,
      ask_expires: row.ask_expires,
    })
    // Receipts are random: on the rare collision, draw another.
    .onConflict((c) => c.column('receipt').doNothing())
    .returning('id'),
);
