import { startStopwatch, type Stopwatch } from '../../time/stopwatch.ts';
import type { Time } from '../../time/time.ts';

/** How long it may be said that claims can be stored without trying anew: to be asked often must not wear the disk out. */
const GOOD_FOR_MS = 1_000;

export interface ClaimCheckParts {
  /** Writes as much as a claim does, the way a claim does. */
  readonly write: () => Promise<unknown>;
  readonly time: Time;
}

/** Finds out whether claims can be stored. */
export interface ClaimCheck {
  /** Rejects with the reason when they cannot. However many ask at once, one write tells them all. */
  run(): Promise<void>;
  /** What was found may no longer be true: a claim could not be stored, or the ledger was closed. */
  forget(): void;
}

export function createClaimCheck({ write, time }: ClaimCheckParts): ClaimCheck {
  let sinceGood: Stopwatch | null = null;
  let running: Promise<void> | null = null;
  let failed = 0;

  async function tryNow(): Promise<void> {
    const sinceBegun = startStopwatch(time);
    const failedBefore = failed;
    sinceGood = null;
    await write();
    if (failed === failedBefore) sinceGood = sinceBegun;
  }

  return {
    run() {
      if (running !== null) return running;
      if (sinceGood !== null && sinceGood() < GOOD_FOR_MS) return Promise.resolve();
      running = tryNow().finally(() => {
        running = null;
      });
      return running;
    },
    forget() {
      failed += 1;
      sinceGood = null;
    },
  };
}
