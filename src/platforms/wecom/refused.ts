import type { LateResult } from '../../redemption/message.ts';
import { backOffMs } from '../back-off.ts';
import { ERRORS, THROTTLED_MS } from './errors.ts';

const REFUSED_PAUSE_MS = 30_000;
/** A wrong setting is mended by a start with another one. */
export const SETTINGS_PAUSE_MS = 10 * 60_000;

/** What becomes of a late reply whose `attempt`th try (from 1) WeCom refused. */
export function afterRefusal(errcode: number, attempt: number): LateResult {
  const notBefore = (pauseMs: number) => Math.max(backOffMs(attempt), pauseMs);
  switch (ERRORS[errcode]?.means) {
    case 'busy':
      return { kind: 'retry', afterMs: backOffMs(attempt) };
    case 'receiver':
      return { kind: 'hold' };
    case 'settings':
      return { kind: 'hold', afterMs: SETTINGS_PAUSE_MS };
    // What an operator has to mend may take hours, and the person can be answered meanwhile.
    case 'console':
      return { kind: 'hold', afterMs: notBefore(REFUSED_PAUSE_MS) };
    case 'throttled':
      return { kind: 'retry', afterMs: notBefore(THROTTLED_MS) };
    case 'token':
    case 'content':
    case 'over':
    case undefined:
      return { kind: 'retry', afterMs: notBefore(REFUSED_PAUSE_MS) };
  }
}
