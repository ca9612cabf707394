import { parseMessage } from '../command/parse.ts';

/**
 * The receipt that a button is about; null where its key is nothing that our cards say. A tap must never do what only typing
 * may, no matter who made the card.
 */
export function receiptOfKey(key: string): string | null {
  const [line, ...others] = parseMessage(key, []).lines;
  if (line === undefined || others.length > 0) return null;
  const { command } = line;
  if (command.kind === 'confirm' || command.kind === 'cancel') return command.receipt;
  return command.kind === 'check' && command.verdict === null ? command.receipt : null;
}
