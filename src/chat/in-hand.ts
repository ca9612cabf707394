import * as sentences from '../command/sentences.ts';
import { keyOf, type Answers, type MessageKey, type MessageRecord } from '../redemption/message.ts';
import type { Ledger } from '../redemption/ledger.ts';
import { startSteadyStopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import { createCarriers } from './carriers.ts';
import type { ChatMessage } from './channel.ts';
import { carryOutAll, withoutRedemptions, type CommandDesk, type DeskLine, type ShowDesk } from './command-desk.ts';
import type { DeliveryNotes } from './delivery-notes.ts';
import type { Stored } from './storing.ts';
import type { InProgress } from './waiting.ts';

/** A message that is done with is known here for as long as it may be taken for new where storage cannot be asked. */
const KNOWN_FOR_MS = 10_000;

/** A message that this process has, or had, in hand. */
export interface Recalled {
  readonly record: MessageRecord;
  readonly progress: InProgress;
  readonly isDone: boolean;
}

export interface InHandParts {
  readonly ledger: Pick<Ledger, 'saveAnswers'>;
  readonly commands: CommandDesk;
  readonly showings: ShowDesk;
  /** Has the reply of a message on record sent late. */
  readonly sendLate: (message: MessageRecord) => void;
  readonly notes: DeliveryNotes;
  readonly time: Time;
}

/** The messages that this process works on, until their people have been told or will be told late. */
export interface InHand {
  /** Whether this process is working on a message, or has done so in the last seconds. */
  has(message: MessageKey): boolean;
  find(id: number): InProgress | undefined;
  /** The same by its key, where storage cannot say which one it is; also of one that was done with in the last seconds. */
  recall(message: MessageKey): Recalled | undefined;
  /**
   * Where this process is the one that works on a message: keeps it in hand. `leave` is called when the work is done, or
   * is another's. Returns the lines that are for the desk.
   */
  begin(
    stored: Extract<Stored, { kind: 'stored' }>,
    message: ChatMessage,
    commandLines: readonly DeskLine[],
    leave: () => void,
  ): readonly DeskLine[];
  /**
   * Storage did not take a message in time: sees that it is `recorded` as not carried out, and told late where the person
   * was not `told` so.
   */
  refuse(recorded: Promise<MessageRecord | null>, commandLines: readonly DeskLine[], told: Promise<boolean>): void;
  /** Resolves when nothing is being carried out. */
  idle(): Promise<void>;
}

export function createInHand({ ledger, commands, showings, sendLate, notes, time }: InHandParts): InHand {
  const inProgress = new Map<number, InProgress>();
  const running = new Set<Promise<unknown>>();
  const known = new Map<string, Omit<Recalled, 'isDone'>>();
  const recent = createRecentKeys(time, KNOWN_FOR_MS);

  /** Keeps what was answered; where storage does not take it at once, the result resolves with a promise of that. */
  async function keep(record: MessageRecord, answers: Answers): Promise<{ readonly kept: Promise<unknown> }> {
    const write = () => ledger.saveAnswers(record.id, answers);
    const written = Promise.withResolvers<undefined>();
    await write().then(
      () => written.resolve(undefined),
      () =>
        // A repeated delivery waits for them, so they are written sooner or later.
        notes.note(() => write().then(() => written.resolve(undefined))),
    );
    return { kept: written.promise };
  }

  return {
    has(message) {
      const key = keyOf(message);
      return known.has(key) || recent.has(key);
    },
    find: (id) => inProgress.get(id),
    recall(message) {
      const found = known.get(keyOf(message));
      return found === undefined ? undefined : { ...found, isDone: !inProgress.has(found.record.id) };
    },

    begin({ redeeming: { won, spent, message: record, settled }, notNow }, message, commandLines, leave) {
      const asked = withoutRedemptions(commandLines, record);
      if (!won) {
        leave();
        return asked;
      }
      const key = keyOf(record);
      const refused = spent ? 'too-many-lines' : notNow;
      let kept: Promise<unknown> = Promise.resolve();
      let noted = false;
      let cancelForgetting: (() => void) | null = null;
      /** Storage has the results, so memory only keeps that the message was here. */
      const forget = () => {
        cancelForgetting?.();
        if (known.delete(key)) recent.add(key);
      };
      const carriers = createCarriers({
        onAnswered: (asOf) =>
          notes.answered({ message: record.id, asOf }, () => {
            noted = true;
            if (!inProgress.has(record.id)) forget();
          }),
        // A late reply is composed from what is on record.
        onStranded: () => void kept.then(() => sendLate(record)),
        onDone() {
          inProgress.delete(record.id);
          if (noted) forget();
          else cancelForgetting = time.after(KNOWN_FOR_MS, () => known.delete(key));
        },
      });
      const results = settled.then(async (redemptions) => {
        if (asked.length === 0) return { redemptions, answers: {} };
        const { answers, asked: shown } =
          refused === 'stale' || refused === 'storage'
            ? { answers: notCarriedOut(asked, refused), asked: [] }
            : await carryOutAll({ commands, showings }, asked, message, record, refused);
        // A question about what is shown is kept together with its answers.
        if (shown.length === 0) ({ kept } = await keep(record, answers));
        return { redemptions: [...redemptions, ...shown], answers };
      });
      const progress = { carriers, results, asOf: record.changes };
      known.set(key, { record, progress });
      inProgress.set(record.id, progress);
      running.add(results);
      const over = () => {
        running.delete(results);
        leave();
        carriers.settle();
      };
      // Each waiting carrier is told that there are none.
      results.then(over, over);
      return asked;
    },

    refuse(recorded, commandLines, told) {
      void Promise.all([recorded, told.catch(() => false)]).then(async ([record, whole]) => {
        // Where another service was faster, that one tells the result.
        if (record === null || record.redemptions.some(({ state }) => state !== 'unsent')) return;
        const asked = withoutRedemptions(commandLines, record);
        if (asked.length > 0) await (await keep(record, notCarriedOut(asked, 'storage'))).kept;
        // Where another service has asked something meanwhile, that it was withdrawn is told as well.
        if (whole) notes.answered({ message: record.id, asOf: 0 });
        else sendLate(record);
      });
    },

    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** Keys of the last `ms`, and of up to as long before: without a timer for each. */
function createRecentKeys(time: Time, ms: number): Pick<Set<string>, 'add' | 'has'> {
  let [newer, older] = [new Set<string>(), new Set<string>()];
  let age = startSteadyStopwatch(time);
  const turn = () => {
    const passed = age();
    if (passed < ms) return;
    [newer, older] = [new Set(), passed < 2 * ms ? newer : new Set()];
    age = startSteadyStopwatch(time);
  };
  return {
    add(key) {
      turn();
      return newer.add(key);
    },
    has(key) {
      turn();
      return newer.has(key) || older.has(key);
    },
  };
}

function notCarriedOut(asked: readonly DeskLine[], why: 'stale' | 'storage'): Answers {
  return Object.fromEntries(asked.map(({ line }) => [line, sentences.notCarriedOut(why)]));
}
