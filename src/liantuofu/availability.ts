import type { Trouble } from './refusals.ts';

/**
 * What one request to an endpoint that may not exist got instead of an answer: what is wrong with the merchant. Or
 * `missing`: there is no such endpoint. `silence`: no answer that could be read. `unreachable`: not even a connection.
 */
export type Unheard = Extract<Trouble, 'signature' | 'app' | 'permission'> | 'missing' | 'silence' | 'unreachable';
export type Heard = 'answer' | Unheard;

/** How many in a row, with no answer between them, mean that there may be no point in asking, and for how long then. */
const PATIENCE: Readonly<Record<Unheard, { readonly inARow: number; readonly pauseMs: number }>> = {
  signature: { inARow: 3, pauseMs: 10 * 60_000 },
  app: { inARow: 3, pauseMs: 10 * 60_000 },
  permission: { inARow: 3, pauseMs: 10 * 60_000 },
  missing: { inARow: 1, pauseMs: 10 * 60_000 },
  // Waiting for nothing would slow down every redemption; but an outage passes.
  silence: { inARow: 5, pauseMs: 60_000 },
  unreachable: { inARow: 5, pauseMs: 60_000 },
};

export interface Availability {
  /** Whether it is worth asking now. */
  worthAsking(): boolean;
  /** Notes what a request got. True when there were too many failures in a row, so that asking should be paused. */
  heard(what: Heard): boolean;
  /** Asks no more for a while. */
  pause(why: Unheard): void;
  /** Why asking is paused; null while it is not. */
  paused(): Unheard | null;
  /** When the last pause began, such as `2026-11-23T04:05:06.000Z`. */
  pausedSince(): string;
}

export interface AvailabilityOptions {
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number;
  /** Told when asking stops, and why. */
  readonly onPause: (why: Unheard, pauseMs: number) => void;
}

/**
 * Notices that an endpoint is not there for this merchant, leaves it alone for a while, then lets one caller try again.
 */
export function createAvailability({ now, onPause }: AvailabilityOptions): Availability {
  const inARow = new Map<Unheard, number>();
  let pause: { readonly why: Unheard; readonly until: number } | null = null;
  let pausedSince = '';
  const paused = (): Unheard | null => (pause !== null && now() < pause.until ? pause.why : null);

  return {
    worthAsking: () => paused() === null,
    paused,
    pausedSince: () => pausedSince,
    heard(what) {
      if (what === 'answer') {
        inARow.clear();
        pause = null;
        return false;
      }
      const times = (inARow.get(what) ?? 0) + 1;
      inARow.set(what, times);
      return times >= PATIENCE[what].inARow && paused() === null;
    },
    pause(why) {
      const { pauseMs } = PATIENCE[why];
      pause = { why, until: now() + pauseMs };
      pausedSince = new Date().toISOString();
      onPause(why, pauseMs);
    },
  };
}
