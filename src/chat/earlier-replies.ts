import * as sentences from '../command/sentences.ts';
import type { Log } from '../log.ts';
import {
  NOTHING_HELD,
  type HeldReplies,
  type LateResult,
  type MessageKey,
  type MessageRecord,
  type NewMessage,
} from '../redemption/message.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { TextNow } from './compose.ts';

export interface EarlierRepliesParts {
  readonly ledger: Pick<Ledger, 'takeHeldReplies' | 'findMessage' | 'finishReply'>;
  readonly text: TextNow;
  readonly decorate: (text: string) => string;
  /** Writes it, and tries again until it is written. */
  readonly note: (write: () => Promise<void>) => void;
  readonly log: Log;
}

/** A reply and the earlier messages whose replies are in it as well. */
export interface WithEarlier {
  readonly text: string;
  readonly told: readonly MessageRecord[];
}

interface Told {
  readonly record: MessageRecord;
  readonly text: string;
}

/** Replies that a person could not be given, and that go with the reply to what they write next. */
export interface EarlierReplies {
  /** Reserves them, for a minute at most, until `release`; at once where it is known that there are none. Never rejects. */
  take(message: MessageKey & Pick<NewMessage, 'user' | 'conversation'>): HeldReplies | Promise<HeldReplies>;
  /**
   * Puts as many as there is `room` for (bytes; 0: none) behind a message's own reply, which comes first and whole; where
   * that is short, one is added however long it is, or it would never be told. They are read anew, because more may have
   * become known of them meanwhile, unless `over` comes first. That something waits elsewhere is said too. At once where nothing is held.
   */
  add(own: string, held: HeldReplies, room: number, over: Promise<unknown>): WithEarlier | Promise<WithEarlier>;
  /** Ends the reservation: `told` have been told, the others are to be sent late, or held again. */
  release(held: HeldReplies, told: readonly MessageRecord[]): void;
}

export function createEarlierReplies({ ledger, text, decorate, note, log }: EarlierRepliesParts): EarlierReplies {
  /**
   * The text of each as of now; of some there may be nothing to be said any more. Once it is `over`, what was read
   * before has to do, and notices that have not been looked up are left out.
   */
  async function asTheyStand(records: readonly MessageRecord[], over: Promise<unknown>): Promise<Told[]> {
    const tooLate = over.then(() => null);
    const all = await Promise.all(
      records.map(async (known) => {
        const read = await Promise.race([ledger.findMessage(known).catch(() => null), tooLate]);
        const record = read ?? known;
        const said = text(record).catch(() => null);
        return { record, text: await (record.topic === null ? said : Promise.race([said, tooLate])) };
      }),
    );
    return all.flatMap((one) => (one.text === null ? [] : { record: one.record, text: one.text }));
  }

  async function addHeld(
    own: string,
    { taken, elsewhere }: HeldReplies,
    room: number,
    over: Promise<unknown>,
  ): Promise<WithEarlier> {
    const [here, others] = await Promise.all([asTheyStand(taken, over), asTheyStand(elsewhere, over)]);
    const isShort = Buffer.byteLength(decorate(own)) <= room / 2;
    const hint = others.length > 0 && isShort ? [sentences.waitsInPrivate()] : [];
    const compose = (count: number) => {
      const earlier = here.slice(0, count).map((told) => told.text);
      return decorate([sentences.withEarlier(earlier, own), ...hint].join('\n'));
    };
    const fits = (count: number) => Buffer.byteLength(compose(count)) <= room;
    let count = isShort ? Math.min(1, here.length) : 0;
    while (count < here.length && fits(count + 1)) count += 1;
    return { text: compose(count), told: here.slice(0, count).map(({ record }) => record) };
  }

  return {
    take({ user, channel, account, messageId, conversation }) {
      if (user === null) return NOTHING_HELD;
      const taking = ledger.takeHeldReplies(user, { channel, account, messageId, conversation });
      if (!(taking instanceof Promise)) return taking;
      return taking.catch((error: unknown) => {
        // They stay held, or are held again. The claim finds out whether this message itself can be stored.
        log.warn({ err: error }, 'could not look for replies that this person has not seen');
        return NOTHING_HELD;
      });
    },

    add(own, held, room, over) {
      if (held.taken.length + held.elsewhere.length === 0) return { text: decorate(own), told: [] };
      return addHeld(own, held, room, over);
    },

    release({ taken }, told) {
      const toldAsOf = new Map(told.map(({ id, changes }) => [id, changes]));
      for (const { id, changes } of taken) {
        const asOf = toldAsOf.get(id) ?? changes;
        const result: LateResult = toldAsOf.has(id) ? { kind: 'sent' } : { kind: 'retry', afterMs: 0 };
        note(() => ledger.finishReply(id, result, asOf));
      }
    },
  };
}
