import type { Selectable } from 'kysely';
import type { Address, Topic } from '../../redemption/people.ts';
import type { Answers, MessageRecord } from '../../redemption/message.ts';
import type { Redemption } from '../../redemption/redemption.ts';
import type { MessageTables } from './tables.ts';

export type MessageRow = Selectable<MessageTables['messages']>;

/** What a message has in the columns that its insert leaves out. */
export const UNTOLD = {
  reply_due: null,
  reply_attempts: 0,
  first_channel: null,
  first_address: null,
  answers: null,
  changes: 0,
  told: null,
  told_at: null,
  topic: null,
  spent: 0,
} satisfies Partial<MessageRow>;

/** Turns a row of `messages` and its lines into the domain's shape. */
export function toMessage(row: MessageRow, redemptions: readonly Redemption[]): MessageRecord {
  return {
    id: row.id,
    channel: row.channel,
    account: row.account,
    messageId: row.message_id,
    user: row.user_id,
    conversation: row.conversation,
    text: row.text,
    shows: row.shows,
    returnAddress: JSON.parse(row.return_address) as unknown,
    receivedAt: row.received_at,
    replyState: row.reply_state,
    replyAttempts: row.reply_attempts,
    first: firstOf(row),
    changes: row.changes,
    redemptions,
    answers: row.answers === null ? null : (JSON.parse(row.answers) as Answers),
    topic: row.topic === null ? null : (JSON.parse(row.topic) as Topic),
  };
}

function firstOf({ first_channel, first_address }: MessageRow): Address | null {
  if (first_channel === null || first_address === null) return null;
  return { channel: first_channel, returnAddress: JSON.parse(first_address) as unknown };
}
