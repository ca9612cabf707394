import * as sentences from '../command/sentences.ts';
import type { Log } from '../log.ts';
import type { Ledger, LateResult, MessageKey, MessageRecord } from '../redemption/ports.ts';

export interface EarlierRepliesParts {
  readonly ledger: Pick<Ledger, 'takeHeldReplies' | 'findMessage' | 'finishReply'>;
  /** The reply to a message on record, as things are. */
  readonly text: (record: MessageRecord) => string;
  readonly decorate: (text: string) => string;
  /** Sees that it is written. */
  readonly note: (write: () => Promise<void>) => void;
  readonly log: Log;
}

/** A reply and the earlier messages whose replies are in it as well. */
export interface WithEarlier {
  readonly text: string;
  readonly told: readonly MessageRecord[];
}

/** Replies that a person could not be given, and that go with the reply to what they write next. */
export interface EarlierReplies {
  /** Reserves them, for a minute at most, until `release`. Never rejects. */
  take(message: MessageKey & { readonly user: string | null }): Promise<readonly MessageRecord[]>;
  /**
   * Puts as many as there is `room` for (bytes; 0: none) behind a message's own reply, which comes first and whole; where
   * that is short, one is added however long it is, or it would never be told. They are read anew, because more may have
   * become known of them meanwhile, unless `over` comes first.
   */
  add(own: string, held: readonly MessageRecord[], room: number, over: Promise<unknown>): Promise<WithEarlier>;
  /** Ends the reservation: `told` have been told, the others are to be sent late, or held again. */
  release(held: readonly MessageRecord[], told: readonly MessageRecord[]): void;
}

export function createEarlierReplies({ ledger, text, decorate, note, log }: EarlierRepliesParts): EarlierReplies {
  function readAnew(held: readonly MessageRecord[]): Promise<readonly MessageRecord[]> {
    return Promise.all(
      held.map((record) =>
        ledger.findMessage(record).then(
          (now) => now ?? record,
          () => record,
        ),
      ),
    );
  }

  return {
    async take({ user, channel, account, messageId }) {
      if (user === null) return [];
      try {
        return await ledger.takeHeldReplies(user, { channel, account, messageId });
      } catch (error) {
        // They stay held, or will again. Whether this message itself can be stored is for the claim to find out.
        log.warn({ err: error }, 'could not look for replies that this person has not seen');
        return [];
      }
    },

    async add(own, held, room, over) {
      if (held.length === 0) return { text: decorate(own), told: [] };
      const records = await Promise.race([readAnew(held), over.then(() => held)]);
      const compose = (count: number) => decorate(sentences.withEarlier(records.slice(0, count).map(text), own));
      const fits = (count: number) => Buffer.byteLength(compose(count)) <= room;
      let count = Buffer.byteLength(decorate(own)) <= room / 2 ? 1 : 0;
      while (count < records.length && fits(count + 1)) count += 1;
      return { text: compose(count), told: records.slice(0, count) };
    },

    release(held, told) {
      const toldAsOf = new Map(told.map(({ id, changes }) => [id, changes]));
      for (const { id, changes } of held) {
        const asOf = toldAsOf.get(id) ?? changes;
        const result: LateResult = toldAsOf.has(id) ? { kind: 'sent' } : { kind: 'retry', afterMs: 0 };
        note(() => ledger.finishReply(id, result, asOf));
      }
    },
  };
}
