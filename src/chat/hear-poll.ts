import { parseMessage } from '../command/parse.ts';
import * as sentences from '../command/sentences.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { MessageKey, MessageRecord } from '../redemption/message.ts';
import type { Carrier } from './channel.ts';
import { deskLines, withoutRedemptions } from './command-desk.ts';
import { replyTo, type AsTold, type RoleOf } from './compose.ts';
import type { DeliveryNotes } from './delivery-notes.ts';
import type { Progress } from './progress.ts';
import type { Teller } from './teller.ts';

export interface HearPollParts {
  readonly ledger: Pick<Ledger, 'findMessage'>;
  readonly botNames: readonly string[];
  readonly roleOf: RoleOf;
  readonly asTold?: AsTold | undefined;
  readonly decorate: (text: string) => string;
  readonly teller: Teller;
  readonly progress: Pick<Progress, 'linesBefore'>;
  readonly notes: DeliveryNotes;
}

/** Answers the platform's question how the answer to a message is getting on, from what is on record. Rejects where that cannot be read. */
export type HearPoll = (message: MessageKey, carrier: Carrier) => Promise<void>;

export function createHearPoll(parts: HearPollParts): HearPoll {
  const { ledger, botNames, decorate, teller, progress, notes } = parts;

  const askedOf = (record: MessageRecord) =>
    withoutRedemptions(deskLines(parseMessage(record.text, botNames, record.shows)), record);

  function isUnderWay(record: MessageRecord): boolean {
    const asked = askedOf(record);
    const unanswered = asked.length > 0 && record.answers === null && record.replyState === 'open';
    return unanswered || record.redemptions.some(({ state }) => state === 'pending');
  }

  return async (message, carrier) => {
    const record = await ledger.findMessage(message);
    if (record === null) {
      await teller.sentence(carrier, sentences.streamGone());
    } else if (isUnderWay(record)) {
      const isReading = askedOf(record).some(({ command }) => command.kind === 'showing');
      teller.working(carrier, progress.linesBefore(record), isReading);
    } else if (record.replyState === 'sent') {
      await teller.sentence(carrier, sentences.toldElsewhere());
    } else {
      const isFirst = record.replyState === 'open' && !notes.isWriting(record.id);
      const outcome = { redemptions: record.redemptions, isFirst, onRecord: true };
      if (await teller.reply(carrier, decorate(replyTo(record, parts)), outcome))
        notes.answered({ message: record.id, asOf: record.changes });
    }
  };
}
