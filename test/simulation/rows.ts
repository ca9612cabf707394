import type { SettledBy } from '../../src/redemption/redemption.ts';
import type { Storage } from './database.ts';
import type { FinalMessage, FinalRow } from './evidence.ts';
import { EPOCH } from './machine.ts';

interface Row extends Omit<FinalRow, 'otherReceipt' | 'settledHow' | 'settledAt'> {
  readonly question: string | null;
  readonly settledBy: string | null;
  readonly settledAt: number | null;
}

export function readRows(storage: Storage): readonly FinalRow[] {
  const { rows } = storage.run<Row>(
    `select redemptions.id, receipt, own.message_id as message, asked.message_id as askedMessage,
        redemptions.user_id as user, card, count, state, reason, question,
        settled_by as settledBy, settled_at as settledAt
      from redemptions join messages own on own.id = message left join messages asked on asked.id = asked_message
      order by redemptions.id`,
    [],
  );
  return rows.map(({ question, settledBy, settledAt, ...row }) => {
    const other = question === null ? null : (JSON.parse(question) as { other: { receipt: string } | null }).other;
    return {
      ...row,
      otherReceipt: other?.receipt ?? null,
      settledHow: settledBy === null ? null : (JSON.parse(settledBy) as SettledBy).how,
      settledAt: settledAt === null ? null : settledAt - EPOCH,
    };
  });
}

export function readMessages(storage: Storage): readonly FinalMessage[] {
  return storage.run<FinalMessage>(
    'select message_id as id, user_id as user, reply_state as replyState, answers from messages order by messages.id',
    [],
  ).rows;
}

export function hasHeldReply(storage: Storage, user: string): boolean {
  const text = `select 1 from messages where reply_state = 'held' and user_id = ?`;
  return storage.run(text, [user]).rows.length > 0;
}
