import { parseMessage } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { MessageRecord } from '../redemption/message.ts';
import type { Redemption } from '../redemption/redemption.ts';
import { deskLines, type DeskLine } from './command-desk.ts';

/** Their answers may tell of one redemption. */
const TELLING: ReadonlySet<DeskLine['command']['kind']> = new Set(['check', 'confirm', 'cancel'] as const);

/**
 * The ledger, with what was answered to `核对`, `确认` and `取消` as things are now. Answers are kept as they were said, and one may go out
 * late, with a later message or once more when its redemption has long come to something else: then the redemption is told as
 * it stands. Where that cannot be read, it is told what was kept, as what was said then.
 */
export function withAnswersNow(ledger: Ledger, botNames: readonly string[]): Ledger {
  async function asOfNow(record: MessageRecord): Promise<MessageRecord> {
    if (record.answers === null) return record;
    const answers: Record<number, string> = { ...record.answers };
    for (const { line, command } of deskLines(parseMessage(record.text, botNames, record.shows))) {
      const said = answers[line];
      if (said !== undefined && TELLING.has(command.kind)) answers[line] = await answerNow(said);
    }
    return { ...record, answers };
  }

  async function answerNow(said: string): Promise<string> {
    const [receipt, ...others] = new Set(said.match(/\bR-[0-9A-Z]{8}\b/gu));
    if (receipt === undefined || others.length > 0 || !sentences.tellsOutcome(said)) return said;
    const records = await ledger.findRecords({ receipt }, 1).catch(() => null);
    // The reply is not held up: the text says that it is as of then.
    if (records === null) return sentences.asOfThen(said, receipt);
    const [found] = records.newest;
    if (found === undefined) return said;
    const { redemption } = found;
    const now = sentences.redemptionText(redemption);
    // An unknown's text says besides the state whether more will become known.
    const stillSo =
      redemption.state === 'unknown' ? saysSo(said, redemption) : sentences.tellsOutcome(said, redemption.state);
    return stillSo ? said : now + sentences.saidOfBefore(said);
  }

  const orNull = (record: MessageRecord | null) => (record === null ? null : asOfNow(record));
  return {
    ...ledger,
    findMessage: async (key) => orNull(await ledger.findMessage(key)),
    takeReply: async (...which) => orNull(await ledger.takeReply(...which)),
    async takeDueReplies(...asked) {
      return Promise.all((await ledger.takeDueReplies(...asked)).map(asOfNow));
    },
    takeHeldReplies(user, message) {
      const taking = ledger.takeHeldReplies(user, message);
      if (!(taking instanceof Promise)) return taking;
      return taking.then(async (held) => ({ ...held, taken: await Promise.all(held.taken.map(asOfNow)) }));
    },
  };
}

/** Whether it is told of an unknown what is known now; the answer to `核对` shows the times left instead of what they did not say. */
function saysSo(said: string, redemption: Redemption): boolean {
  return [sentences.redemptionText(redemption), sentences.checkedText(redemption)].some((now) => said.startsWith(now));
}
