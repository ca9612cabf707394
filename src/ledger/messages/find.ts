import type { MessageKey, MessageRecord } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';
import { toRedemption, type RedemptionRow } from '../redemptions/row.ts';
import { toMessage, type MessageRow } from './row.ts';

/** Reads a message by the key that the platform gave it. */
export async function findMessage(context: VerbContext, key: MessageKey): Promise<MessageRecord | null> {
  const row = await findMessageRow(context, key);
  const [record = null] = row === undefined ? [] : await withLines(context, [row]);
  return record;
}

/** The same without its lines, as it is stored. */
export function findMessageRow(context: VerbContext, key: MessageKey): Promise<MessageRow | undefined> {
  return context.trx
    .selectFrom('messages')
    .selectAll()
    .where('channel', '=', key.channel)
    .where('account', '=', key.account)
    .where('message_id', '=', key.messageId)
    .executeTakeFirst();
}

/**
 * Adds their lines to rows of `messages`. A line that was confirmed by a later message counts as a line of both, so that
 * a repeated delivery of the earlier one is told how it went on.
 */
export async function withLines(context: VerbContext, rows: readonly MessageRow[]): Promise<MessageRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const by = (column: 'message' | 'asked_message') =>
    context.trx.selectFrom('redemptions').selectAll().where(column, 'in', ids);
  const found = await by('message').unionAll(by('asked_message')).execute();
  return rows.map((row) => toRecord(row, found));
}

/** A message with those of the lines that are its own, or were when it was answered. */
export function toRecord(row: MessageRow, found: readonly RedemptionRow[]): MessageRecord {
  const own = found.filter(({ message }) => message === row.id).map(toRedemption);
  const asked = found
    .filter(({ asked_message }) => asked_message === row.id)
    .map((line) => ({ ...toRedemption(line), line: line.asked_line ?? line.line }));
  return toMessage(
    row,
    [...own, ...asked].sort((a, b) => a.line - b.line),
  );
}
