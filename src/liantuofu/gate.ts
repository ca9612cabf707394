import { startStopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';

export type Entry = 'entered' | 'full' | 'expired' | 'closed';

/** Lets a bounded number of callers in at once and a bounded number wait, first come, first served. */
export interface Gate {
  /** Waits at most `maxWaitMs`. A caller that gets `entered` must call `leave` once. */
  enter(maxWaitMs: number): Promise<Entry>;
  leave(): void;
  /** Turns away all who wait or come from now on; resolves when the last one inside has left. */
  close(): Promise<void>;
}

export function createGate(limits: { readonly places: number; readonly maxWaiting: number }, time: Time): Gate {
  /** Who waits, and whether that has been for too long. */
  const waiting = new Map<(entry: Entry) => void, () => boolean>();
  const empty = Promise.withResolvers<undefined>();
  let inside = 0;
  let closed = false;

  return {
    async enter(maxWaitMs) {
      if (closed) return 'closed';
      if (inside < limits.places) {
        inside += 1;
        return 'entered';
      }
      if (waiting.size >= limits.maxWaiting) return 'full';
      const waited = startStopwatch(time);
      return new Promise((resolve) => {
        const answer = (entry: Entry): void => {
          stopTimer();
          waiting.delete(answer);
          resolve(entry);
        };
        const stopTimer = time.after(maxWaitMs, () => answer('expired'));
        waiting.set(answer, () => waited() >= maxWaitMs);
      });
    },

    leave() {
      for (const [answer, tooLong] of waiting) {
        // After a pause of the process a place may come before the timer does.
        if (tooLong()) {
          answer('expired');
          continue;
        }
        // The place changes hands without ever being free, so that a newcomer cannot overtake.
        answer('entered');
        return;
      }
      inside -= 1;
      if (closed && inside === 0) empty.resolve(undefined);
    },

    async close() {
      closed = true;
      for (const answer of waiting.keys()) answer('closed');
      if (inside === 0) empty.resolve(undefined);
      await empty.promise;
    },
  };
}
