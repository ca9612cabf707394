import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from './ports.ts';
import type { Outcome } from './redemption.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Writes an outcome that storage refused, again and again until it takes it. Ends without having written when `stop`
 * aborts: the next start then finds the row pending and calls it unknown, which is true as well.
 */
export async function saveLater(ledger: Ledger, id: number, outcome: Outcome, stop: AbortSignal): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; !stop.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    const saved = await ledger.settle(id, outcome).then(
      () => true,
      () => false,
    );
    if (saved) return;
  }
}
