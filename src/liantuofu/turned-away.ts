import type { BaseLogger } from 'pino';
import type { Time } from '../time/time.ts';

const EVERY_MS = 60_000;

/** Tells operators of calls that got no place in time. */
export interface TurnedAway {
  /** One more. The first is logged at once, those that follow within a minute together. */
  note(cause: string): void;
  /** Logs what is not logged yet. */
  stop(): void;
}

export function createTurnedAway(log: Pick<BaseLogger, 'warn'> | undefined, time: Pick<Time, 'after'>): TurnedAway {
  const counts = new Map<string, number>();
  let cancel: (() => void) | null = null;

  function tell(): void {
    if (counts.size > 0) log?.warn(Object.fromEntries(counts), 'calls were not sent: there was no place in time');
    counts.clear();
  }

  function begin(): void {
    tell();
    cancel = time.after(EVERY_MS, () => {
      cancel = null;
      if (counts.size > 0) begin();
    });
  }

  return {
    note(cause) {
      counts.set(cause, (counts.get(cause) ?? 0) + 1);
      if (cancel === null) begin();
    },
    stop() {
      cancel?.();
      tell();
    },
  };
}
