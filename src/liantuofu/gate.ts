export type Entry = 'entered' | 'full' | 'expired' | 'closed';

/** Lets a bounded number of callers in at once and a bounded number wait, first come, first served. */
export interface Gate {
  /** Waits at most `maxWaitMs`. Whoever gets `entered` must call `leave` once. */
  enter(maxWaitMs: number): Promise<Entry>;
  leave(): void;
  /** Turns away whoever waits or comes from now on; resolves when the last one inside has left. */
  close(): Promise<void>;
}

export function createGate(limits: { readonly places: number; readonly maxWaiting: number }): Gate {
  const waiting = new Set<(entry: Entry) => void>();
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
      return new Promise((resolve) => {
        const answer = (entry: Entry): void => {
          clearTimeout(timer);
          waiting.delete(answer);
          resolve(entry);
        };
        const timer = setTimeout(answer, maxWaitMs, 'expired');
        waiting.add(answer);
      });
    },

    leave() {
      const [next] = waiting;
      if (next !== undefined) {
        // The place changes hands without ever being free, so that a newcomer cannot overtake.
        next('entered');
        return;
      }
      inside -= 1;
      if (closed && inside === 0) empty.resolve(undefined);
    },

    async close() {
      closed = true;
      for (const answer of waiting) answer('closed');
      if (inside === 0) empty.resolve(undefined);
      await empty.promise;
    },
  };
}
