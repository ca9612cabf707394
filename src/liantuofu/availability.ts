/** What one request to an endpoint that may not be there was met with. */
export type Heard = 'answer' | 'refusal' | 'missing' | 'silence';

/** How many in a row, with no answer between them, mean that there is no point in asking, and for how long then. */
const PATIENCE: Readonly<Record<Exclude<Heard, 'answer'>, { readonly inARow: number; readonly pauseMs: number }>> = {
  missing: { inARow: 1, pauseMs: 10 * 60_000 },
  // An endpoint that was not granted refuses every card; one that was refuses mistyped ones.
  refusal: { inARow: 8, pauseMs: 10 * 60_000 },
  // Waiting for nothing would slow down every redemption; but an outage passes.
  silence: { inARow: 5, pauseMs: 60_000 },
};

export interface Availability {
  /** Whether it is worth asking now. */
  worthAsking(): boolean;
  heard(what: Heard): void;
}

export interface AvailabilityOptions {
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number;
  /** Told when asking stops, and why. */
  readonly onPause: (why: Heard, pauseMs: number) => void;
}

/** Notices that an endpoint is not there for this merchant, leaves it alone for a while, then lets somebody try again. */
export function createAvailability({ now, onPause }: AvailabilityOptions): Availability {
  const inARow = { missing: 0, refusal: 0, silence: 0 };
  let pausedUntil = Number.NEGATIVE_INFINITY;

  return {
    worthAsking: () => now() >= pausedUntil,
    heard(what) {
      if (what === 'answer') {
        Object.assign(inARow, { missing: 0, refusal: 0, silence: 0 });
        pausedUntil = Number.NEGATIVE_INFINITY;
        return;
      }
      const { inARow: limit, pauseMs } = PATIENCE[what];
      inARow[what] += 1;
      if (inARow[what] < limit || now() < pausedUntil) return;
      pausedUntil = now() + pauseMs;
      onPause(what, pauseMs);
    },
  };
}
