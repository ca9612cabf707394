import type { Time } from '../time/time.ts';
import type { Ledger } from './ledger.ts';
import type { RowInHand, Outcome, Redemption } from './redemption.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export interface SaveLaterParts {
  readonly ledger: Pick<Ledger, 'settle'>;
  readonly time: Pick<Time, 'sleep'>;
  readonly stop: AbortSignal;
}

/**
 * Writes an outcome that storage refused, again and again until it takes it, and resolves with the row as it stands then.
 * Resolves with null, without having written, when `stop` aborts: the next start then finds the row pending and calls it
 * unknown, which is true as well.
 */
export async function saveLater(
  { ledger, time, stop }: SaveLaterParts,
  row: RowInHand,
  outcome: Outcome,
  sentAt: number | null = null,
): Promise<Redemption | null> {
  for (let pauseMs = FIRST_PAUSE_MS; !stop.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    await time.sleep(pauseMs, stop);
    const saved = await ledger.settle(row, outcome, sentAt).catch(() => null);
    if (saved !== null) return saved;
  }
  return null;
}
