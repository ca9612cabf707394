import type { Time } from './time.ts';

/** Work that is done again and again, one time after the other. */
export interface Repeating {
  /** Does it now, or once more as soon as the present time is over. */
  now(): void;
  /** Begins it no more; resolves when the present time is over. */
  stop(): Promise<void>;
}

/**
 * Does `work` every `everyMs`, counted from the end of the last time, and at once, or where `atOnce` is false only after
 * the first `everyMs`. `work` must not reject.
 */
export function repeat(
  time: Time,
  everyMs: number,
  work: () => Promise<void>,
  { atOnce = true }: { readonly atOnce?: boolean } = {},
): Repeating {
  let stopped = false;
  let wake = new AbortController();

  const pause = () => time.sleep(everyMs, wake.signal);

  async function run(): Promise<void> {
    if (!atOnce) await pause();
    while (!stopped) {
      wake = new AbortController();
      await work();
      await pause();
    }
  }

  const running = run();
  return {
    now: () => wake.abort('asked'),
    async stop() {
      stopped = true;
      wake.abort('stopped');
      await running;
    },
  };
}
