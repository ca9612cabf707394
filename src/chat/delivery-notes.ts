import type { Log } from '../log.ts';
import type { Time } from '../time/time.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/**
 * How many notes wait for storage. Further ones are lost, and so are all when the service stops before storage is back.
 */
const MAX_WAITING = 10_000;

/** Writes down how replies went, again and again until storage takes it: a reply whose note is lost stays open for ever. */
export interface DeliveryNotes {
  /** Never waits and never throws. `write` must do no harm when it is done twice. */
  note(write: () => Promise<unknown>): void;
  /** Tries what is waiting once more, and resolves when nothing is under way. */
  stop(): Promise<void>;
}

export function createDeliveryNotes({ time, log }: { readonly time: Time; readonly log: Log }): DeliveryNotes {
  const writing = new Set<Promise<void>>();
  const stopping = new AbortController();

  async function write(write: () => Promise<unknown>): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const last = stopping.signal.aborted;
      try {
        await write();
        return;
      } catch (error) {
        if (last || writing.size > MAX_WAITING) {
          log.error(
            { err: error },
            'could not record how a reply went, and gave it up: the person may hear it again, or not at all',
          );
          return;
        }
        log.warn({ err: error }, 'could not record how a reply went; trying again');
      }
      await time.sleep(pauseMs, stopping.signal);
    }
  }

  return {
    note(work) {
      const written = write(work).finally(() => writing.delete(written));
      writing.add(written);
    },
    async stop() {
      stopping.abort();
      await Promise.all(writing);
    },
  };
}
