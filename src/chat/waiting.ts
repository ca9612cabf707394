import type { Answers, MessageRecord } from '../redemption/message.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { Redeeming } from '../redemption/redeem.ts';
import type { Log } from '../log.ts';
import type { Time } from '../time/time.ts';
import type { Carriers } from './carriers.ts';
import type { Over } from './channel.ts';
import type { Results } from './compose.ts';
import type { DeliveryNotes } from './delivery-notes.ts';
import type { Progress } from './progress.ts';

/** How often to look whether another instance has carried out a command, in milliseconds. */
const ANSWERS_POLL_MS = 250;

/** What came of a message, as it is to be told now. */
export interface ResultsNow extends Results {
  /** How many changes of the message it takes account of. */
  readonly asOf: number;
}

/** A message that this process works on. */
export interface InProgress {
  readonly carriers: Carriers;
  /** How many changes its lines had when the work on them began: what comes of it takes account of these at least. */
  readonly asOf: number;
  readonly results: Promise<Results>;
}

/** A carrier that waits for the results of a message. */
export interface Waiter {
  readonly results: Promise<Results>;
  /** How many lines of others are called first, where such are waited for; null where that is not so, or not known here. */
  linesBefore(): number | null;
  /** The person has been told that. */
  saidWaiting(): void;
  /** Asked when the results are there: what this carrier is to tell; null where it may not. */
  tell(results: Results, over: Over): Promise<ResultsNow | null>;
  /** The carrier is over: it has carried the reply to the platform, as of that many changes, or it has not. */
  leave(carriedAsOf: number | null): void;
}

export interface WaitingParts {
  readonly ledger: Pick<Ledger, 'findMessage' | 'takeReply'>;
  /** Has the reply of a message on record sent late. */
  readonly sendLate: (message: MessageRecord) => void;
  readonly progress: Progress;
  readonly notes: DeliveryNotes;
  readonly time: Time;
  readonly log: Log;
}

/** How carriers wait for the results of a message, and what they may tell then. */
export interface Waiting {
  /** One of the carriers that wait for a message which this process works on. Each of them may tell the person. */
  here(message: MessageRecord, progress: InProgress): Waiter;
  /**
   * A repeated delivery of a message that was done with before, or that another instance works on. It may tell again what
   * was told where it is `unheard`: the platform says by it that it may not have heard the answer.
   */
  elsewhere(redeeming: Redeeming, hasAnswers: boolean, unheard: boolean): Waiter;
}

export function createWaiting({ ledger, sendLate, progress, notes, time, log }: WaitingParts): Waiting {
  /** While one line was waited for, more may have become known of another: it is read once more before it is told. */
  async function asTheyStand(message: MessageRecord, known: ResultsNow, over: Over): Promise<ResultsNow> {
    if (!known.redemptions.some(mayHaveChanged)) return known;
    const finding = ledger.findMessage(message).catch((error: unknown) => {
      log.warn({ err: error }, 'could not read a message again; it is told as it was');
      return null;
    });
    const record = await Promise.race([finding, over.then(() => null)]);
    if (record === null) return known;
    const redemptions = known.redemptions.map((row) => newest(row, record.redemptions));
    return { redemptions, answers: known.answers, asOf: record.changes };
  }

  /** Waits until another instance has kept its answers. */
  async function storedAnswers(message: MessageRecord, over: AbortSignal): Promise<Answers> {
    for (let record: MessageRecord | null = message; ; record = await ledger.findMessage(message)) {
      if (record?.answers != null || over.aborted) return record?.answers ?? {};
      await time.sleep(ANSWERS_POLL_MS, over);
    }
  }

  return {
    here(message, { carriers, results, asOf }) {
      carriers.enter();
      return {
        results,
        linesBefore: () => progress.linesBefore(message),
        saidWaiting: () => progress.follow(message),
        tell: (known, over) => asTheyStand(message, { ...known, asOf }, over),
        leave: (carriedAsOf) => carriers.leave(carriedAsOf),
      };
    },

    elsewhere({ message, settled }, hasAnswers, unheard) {
      const over = new AbortController();
      let taking: Promise<MessageRecord | null> = Promise.resolve(null);
      return {
        results: settled.then(async (redemptions) => ({
          redemptions,
          answers: hasAnswers ? await storedAnswers(message, over.signal) : {},
        })),
        // Only the process that calls knows.
        linesBefore: () => null,
        saidWaiting: () => undefined,
        async tell({ answers }) {
          taking = notes.written(message.id).then(() => ledger.takeReply(message.id, unheard));
          const record = await taking;
          if (record === null) return null;
          return { redemptions: record.redemptions, answers: record.answers ?? answers, asOf: record.changes };
        },
        leave(carriedAsOf) {
          over.abort('over');
          if (carriedAsOf !== null) {
            notes.answered({ message: message.id, asOf: carriedAsOf });
            return;
          }
          // Also where it is taken only now that the carrier is over, or storage did not say whether it was.
          const late = () => sendLate(message);
          taking.then((record) => record !== null && late(), late);
        },
      };
    },
  };
}

/** Whether more may have become known of a line since its outcome, or its question, was there. */
function mayHaveChanged({ state, question }: Redemption): boolean {
  // A question that its card has answered is a change as well.
  return state === 'unknown' || state === 'asked' || state === 'pending' || (state === 'unsent' && question !== null);
}

/** The line as it is on record, unless this process knows more because storage has not taken the outcome yet. */
function newest(known: Redemption, onRecord: readonly Redemption[]): Redemption {
  const row = onRecord.find(({ id }) => id === known.id);
  if (row === undefined || !mayHaveChanged(known)) return known;
  return row.state === 'pending' && known.state !== 'asked' ? known : { ...row, line: known.line };
}
