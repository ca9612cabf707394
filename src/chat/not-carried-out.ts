import { parseMessage } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Answers, NewMessage, NotCarriedOut } from '../redemption/message.ts';

/** How many are put on record at once. */
const AT_ONCE = 20;

export interface NotCarriedOutParts {
  readonly ledger: Pick<Ledger, 'claim' | 'saveAnswers' | 'repliesAnswered' | 'queueReply'>;
  readonly botNames: readonly string[];
}

/**
 * Puts messages on record as answered with that sentence and without any line: however often one is delivered again, it is
 * answered so and nothing of it is carried out. Who was not told is told late. One that is on record before stays as it is. To be called
 * before anything is heard. Rejects where storage does not take them.
 */
export async function recordNotCarriedOut(
  messages: readonly NotCarriedOut[],
  { ledger, botNames }: NotCarriedOutParts,
): Promise<void> {
  async function record({ isTold, ...message }: NotCarriedOut): Promise<void> {
    const claim = await ledger.claim(message, []);
    if (!claim.won) return;
    const { id, changes } = claim.message;
    await ledger.saveAnswers(id, answersTo(message, botNames));
    await (isTold ? ledger.repliesAnswered([{ message: id, asOf: changes }]) : ledger.queueReply(id, 0));
  }

  for (let first = 0; first < messages.length; first += AT_ONCE)
    await Promise.all(messages.slice(first, first + AT_ONCE).map(record));
}

/** For each line, whether the message is read with what it shows or without. */
function answersTo({ text, shows }: NewMessage, botNames: readonly string[]): Answers {
  const lines = [...parseMessage(text, botNames).lines, ...parseMessage(text, botNames, shows).lines];
  return Object.fromEntries(lines.map(({ line }) => [line, sentences.notLiveYet()]));
}
