import type { LateResult } from '../redemption/message.ts';
import { backOffMs } from './back-off.ts';
import type { Meaning } from './errors.ts';

const REFUSED_PAUSE_MS = 30_000;
/** What an operator has to mend, in the settings or in a console: each try counts towards the quota of calls. */
export const SETTINGS_PAUSE_MS = 10 * 60_000;

/**
 * What becomes of a late reply whose `attempt`th try (from 1) the platform refused, by what its code means; undefined: nothing is
 * known of it. `throttledMs`: how long the platform wants to be left alone where there were too many.
 */
export function afterRefusal(means: Meaning | undefined, attempt: number, throttledMs: number): LateResult {
  const notBefore = (pauseMs: number) => Math.max(backOffMs(attempt), pauseMs);
  switch (means) {
    case 'busy':
      return { kind: 'retry', afterMs: backOffMs(attempt) };
    case 'throttled':
      return { kind: 'retry', afterMs: notBefore(throttledMs) };
    case 'token':
      return { kind: 'retry', afterMs: notBefore(REFUSED_PAUSE_MS) };
    // What an operator has to mend may take hours, and the person can be answered meanwhile.
    case 'console':
    case 'settings':
      return { kind: 'hold', afterMs: SETTINGS_PAUSE_MS };
    case 'content':
    case 'receiver':
    case 'over':
    case undefined:
      return { kind: 'hold' };
  }
}
