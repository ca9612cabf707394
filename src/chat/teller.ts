import * as sentences from '../command/sentences.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Carrier, Reply } from './channel.ts';

/** What is known of a reply besides its text. */
export interface ReplyFacts {
  readonly redemptions: readonly Redemption[];
  /** No platform shows the same buttons a second time: a later reply asks by its text alone. */
  readonly isFirst: boolean;
  readonly onRecord: boolean;
  readonly withEarlier?: boolean;
}

/** Gives carriers what they carry. */
export interface Teller {
  /** Tells one sentence, which is on no record. Resolves with whether the person was told. */
  sentence(carrier: Carrier, sentence: string): Promise<boolean>;
  /** The same where the carrier can do so without an answer to the platform. */
  aside(tell: NonNullable<Carrier['aside']>, sentence: string): Promise<boolean>;
  /** Tells a reply whose `text` is decorated already. Resolves with whether the person was told. */
  reply(carrier: Carrier, text: string, facts: ReplyFacts): Promise<boolean>;
  /**
   * Says "still working", and how many lines of others are called first, where such are waited for; with `isReading`, that what
   * is shown is being read. Returns false where the platform shows no such thing.
   */
  working(carrier: Carrier, linesBefore?: number | null, isReading?: boolean): boolean;
}

/** `decorate` is put around every text that is shown. */
export function createTeller(decorate: (text: string) => string): Teller {
  /** The one place from which it becomes known whether a person was told. */
  function tell(carrier: Carrier, reply: Reply): Promise<boolean> {
    return carrier.final(reply);
  }

  const onNoRecord = (sentence: string): Reply => {
    return { text: decorate(sentence), question: null, redeemed: false, onRecord: false };
  };

  return {
    sentence: (carrier, sentence) => tell(carrier, onNoRecord(sentence)),
    aside: (tellAside, sentence) => tellAside(onNoRecord(sentence)),
    reply(carrier, text, { redemptions, isFirst, onRecord, withEarlier = false }) {
      const question = isFirst ? sentences.questionCard(redemptions) : null;
      return tell(carrier, {
        text,
        question: question === null ? null : { ...question, title: decorate(question.title) },
        redeemed: redemptions.length > 0,
        onRecord,
        withEarlier,
      });
    },
    working: (carrier, linesBefore = null, isReading = false) =>
      carrier.waiting(decorate(isReading ? sentences.readingPicture() : sentences.working(linesBefore))),
  };
}
