import type { Selectable } from 'kysely';
import type { Topic } from '../redemption/people.ts';
import type { Answers, MessageRecord } from '../redemption/ports.ts';
import type { AskReason, OtherReading, Redemption, SettledBy } from '../redemption/redemption.ts';
import type { Tables } from './schema.ts';

/** What `redemptions.question` holds. */
export interface StoredQuestion {
  readonly why: AskReason;
  readonly other: OtherReading | null;
}

/** Turns a row of `redemptions` into the domain's shape. */
export function toRedemption(row: Selectable<Tables['redemptions']>): Redemption {
  return {
    id: row.id,
    receipt: row.receipt,
    message: row.message,
    line: row.line,
    card: row.card,
    realCard: row.real_card,
    cardName: row.card_name,
    validUntil: row.valid_until,
    count: row.count,
    remark: row.remark,
    store: row.store_code === null ? null : { code: row.store_code, name: row.store_name ?? row.store_code },
    employeeId: row.employee_id,
    state: row.state,
    reason: row.reason,
    vendorMsg: row.vendor_msg,
    remainingBefore: row.remaining_before,
    remainingAfter: row.remaining_after,
    checking: row.look_due !== null,
    ...(row.unsettled === null ? {} : { unsettled: row.unsettled }),
    settledBy: row.settled_by === null ? null : (JSON.parse(row.settled_by) as SettledBy),
    question:
      row.question === null
        ? null
        : { ...(JSON.parse(row.question) as StoredQuestion), expiresAt: row.ask_expires ?? row.claimed_at },
    claimedAt: row.claimed_at,
    settledAt: row.settled_at,
  };
}

/** Turns a row of `messages` and its lines into the domain's shape. */
export function toMessage(row: Selectable<Tables['messages']>, redemptions: readonly Redemption[]): MessageRecord {
  return {
    id: row.id,
    channel: row.channel,
    account: row.account,
    messageId: row.message_id,
    user: row.user_id,
    conversation: row.conversation,
    text: row.text,
    returnAddress: JSON.parse(row.return_address) as unknown,
    receivedAt: row.received_at,
    replyState: row.reply_state,
    replyAttempts: row.reply_attempts,
    changes: row.changes,
    redemptions,
    answers: row.answers === null ? null : (JSON.parse(row.answers) as Answers),
    topic: row.topic === null ? null : (JSON.parse(row.topic) as Topic),
  };
}
