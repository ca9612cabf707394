import type { Log } from '../log.ts';
import type { Answered, Redelivered } from '../redemption/message.ts';
import type { Ledger } from '../redemption/ledger.ts';
import type { Time } from '../time/time.ts';

/**
 * How long it may take until storage is told that replies went out. Should the service die meanwhile, their people hear them
 * again, and so may one whose message is delivered again meanwhile.
 */
const GATHER_MS = 50;
/** So many are written at once at most. */
const MOST_AT_ONCE = 1_000;
/** Nobody waits for what is noted of repeated deliveries: it is written now and then, so that a storm of them costs little. */
const REDELIVERED_MS = 500;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/**
 * How many notes wait for storage. Further ones are lost, and so are all when the service stops before storage is back.
 */
const MAX_WAITING = 10_000;

export interface DeliveryNotesParts {
  readonly ledger: Pick<Ledger, 'repliesAnswered' | 'noteRedelivered'>;
  readonly time: Time;
  readonly log: Log;
}

/** Writes down how replies went, again and again until storage takes it: a reply whose note is lost stays open for ever. */
export interface DeliveryNotes {
  /** Never waits and never throws. `write` must do no harm when it is done twice. */
  note(write: () => Promise<unknown>): void;
  /** The same for replies that were told, many of them with one write. `onNoted` is called once it is written. */
  answered(answered: Answered, onNoted?: () => void): void;
  /** A message on record was delivered again. Written once, some time later, and lost where storage does not take it. */
  redelivered(message: number): void;
  /** Whether it is not written yet that the reply to this message was told. */
  isWriting(message: number): boolean;
  /** Resolves once that was written, or tried at least: what is asked of storage about the message comes after it. */
  written(message: number): Promise<void>;
  /** The same of all messages. */
  allWritten(): Promise<void>;
  /** Tries what is waiting once more, and resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** A reply that was told. */
interface AnsweredNote {
  readonly answered: Answered;
  readonly onNoted: (() => void) | undefined;
}

/** Writes some notes, all of them or none. */
type Work<Note> = (notes: readonly Note[]) => Promise<unknown>;

export function createDeliveryNotes({ ledger, time, log }: DeliveryNotesParts): DeliveryNotes {
  const writing = new Set<Promise<void>>();
  const stopping = new AbortController();
  /** How many notes `writing` is about. */
  let waiting = 0;
  let gathered: AnsweredNote[] = [];
  let stopGathering: () => void = () => undefined;
  /** How many notes each message has that are not written yet. */
  const unwritten = new Map<number, number>();
  let tried: Promise<unknown> = Promise.resolve();
  const redelivered = createRedeliveredNotes({ ledger, time, log });

  function count(message: number, change: 1 | -1): void {
    const notes = (unwritten.get(message) ?? 0) + change;
    if (notes === 0) unwritten.delete(message);
    else unwritten.set(message, notes);
  }

  /** What could not be written together is tried again in halves, so that one note that cannot be written holds up no others. */
  async function write<Note>(notes: readonly Note[], work: Work<Note>, firstPauseMs = FIRST_PAUSE_MS): Promise<void> {
    for (let pauseMs = firstPauseMs; ; pauseMs = nextPause(pauseMs)) {
      const last = stopping.signal.aborted;
      try {
        await work(notes);
        waiting -= notes.length;
        return;
      } catch (error) {
        const replies = notes.length;
        if (last || waiting > MAX_WAITING) {
          waiting -= notes.length;
          log.error(
            { err: error, replies },
            'could not record how replies went, and gave it up: their people may hear them again, or not at all',
          );
          return;
        }
        log.warn({ err: error, replies }, 'could not record how replies went; trying again');
      }
      await time.sleep(pauseMs, stopping.signal);
      if (notes.length > 1) {
        await Promise.all(halves(notes).map((half) => write(half, work, nextPause(pauseMs))));
        return;
      }
    }
  }

  function begin<Note>(notes: readonly Note[], work: Work<Note>): void {
    waiting += notes.length;
    const written = write(notes, work).finally(() => writing.delete(written));
    writing.add(written);
  }

  function flush(): void {
    stopGathering();
    const notes = gathered;
    gathered = [];
    if (notes.length === 0) return;
    begin(notes, async (some) => {
      const writing = ledger.repliesAnswered(some.map(({ answered }) => answered));
      tried = Promise.allSettled([tried, writing]);
      await writing;
      for (const { answered, onNoted } of some) {
        count(answered.message, -1);
        onNoted?.();
      }
    });
  }

  return {
    note(work) {
      begin([work], (notes) => Promise.all(notes.map((note) => note())));
    },
    answered(answered, onNoted) {
      count(answered.message, 1);
      if (gathered.push({ answered, onNoted }) === 1) stopGathering = time.after(GATHER_MS, flush);
      if (gathered.length === MOST_AT_ONCE || stopping.signal.aborted) flush();
    },
    redelivered: (message) => redelivered.note(message),
    isWriting: (message) => unwritten.has(message),
    async written(message) {
      if (!unwritten.has(message)) return;
      flush();
      await tried;
    },
    async allWritten() {
      flush();
      await tried;
    },
    async stop() {
      flush();
      stopping.abort();
      while (writing.size > 0) await Promise.all(writing);
      await redelivered.stop();
    },
  };
}

/** Gathers what platforms delivered again, and writes it once in a while. */
function createRedeliveredNotes({ ledger, time, log }: DeliveryNotesParts) {
  let gathered = new Map<number, { times: number; at: number }>();
  let writing: Promise<unknown> = Promise.resolve();
  let cancel: () => void = () => undefined;
  let stopped = false;

  function write(): void {
    cancel();
    if (gathered.size === 0) return;
    const now = time.monotonic();
    const notes: Redelivered[] = [...gathered].map(([message, { times, at }]) => ({ message, times, agoMs: now - at }));
    gathered = new Map();
    writing = ledger.noteRedelivered(notes).catch((error: unknown) => {
      log.warn({ err: error, messages: notes.length }, 'could not record that messages were delivered again');
    });
  }

  return {
    note(message: number): void {
      if (gathered.size === 0) cancel = time.after(REDELIVERED_MS, write);
      const times = (gathered.get(message)?.times ?? 0) + 1;
      gathered.set(message, { times, at: time.monotonic() });
      if (gathered.size === MOST_AT_ONCE || stopped) write();
    },
    async stop(): Promise<void> {
      stopped = true;
      write();
      await writing;
    },
  };
}

const nextPause = (pauseMs: number): number => Math.min(2 * pauseMs, LONGEST_PAUSE_MS);

function halves<Note>(notes: readonly Note[]): readonly (readonly Note[])[] {
  const middle = Math.ceil(notes.length / 2);
  return [notes.slice(0, middle), notes.slice(middle)];
}
