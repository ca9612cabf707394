import type { Time } from './time.ts';

/** Work that is done again and again, one time after the other. */
export interface Repeating {
  /** Does it now, or once more as soon as the present time is over. */
  now(): void;
  /** Begins it no more; resolves when the present time is over. */
  stop(): Promise<void>;
}

/** Does `work` every `everyMs`, counted from the end of the last time, and at once. `work` must not reject. */
export function repeat(time: Time, everyMs: number, work: () => Promise<void>): Repeating {
  const stopped = new AbortController();
  let wake = new AbortController();

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      wake = new AbortController();
      await work();
      await time.sleep(everyMs, AbortSignal.any([stopped.signal, wake.signal]));
    }
  }

  const running = run();
  return {
    now: () => wake.abort(),
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
