import { startSteadyStopwatch, type Stopwatch } from '../../time/stopwatch.ts';
import type { Time } from '../../time/time.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** A connection that was up for less does not show that all is well: it may be taken and dropped again and again. */
const STEADY_MS = 60_000;
/** Nor is one that was up for this long dropped at once: what breaks again and again is the network, not our welcome. */
const WELCOME_MS = 3_000;

/** How long to wait before each attempt to connect. */
export interface Pauses {
  /** A connection is up. */
  up(): void;
  /**
   * Milliseconds until the next attempt: up to a second at first, or none where it is `urgent`, then growing to a minute, but
   * not beyond the time for which the last connection was up, unless it was dropped at once; at least `notBeforeMs`.
   */
  next(urgent: boolean, notBeforeMs?: number): number;
}

/** `random` returns numbers from 0 up to 1, so that many clients do not come back at the same instant. */
export function createPauses(time: Time, random: () => number): Pauses {
  let attempts = 0;
  let upFor: Stopwatch | null = null;
  return {
    up() {
      upFor = startSteadyStopwatch(time);
    },
    next(urgent, notBeforeMs = 0) {
      const upMs = upFor?.() ?? 0;
      upFor = null;
      if (upMs >= STEADY_MS) attempts = 0;
      const grown = Math.min(FIRST_MS * 2 ** Math.min(attempts, 10), LONGEST_MS);
      const longest = upMs >= WELCOME_MS ? Math.min(grown, upMs) : grown;
      const usual = urgent && attempts === 0 ? 0 : (longest * (1 + random())) / 2;
      attempts += 1;
      return Math.max(usual, notBeforeMs * (1 + random() / 10));
    },
  };
}
