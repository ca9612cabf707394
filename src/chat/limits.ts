import type { UnsentReason } from '../redemption/redemption.ts';

const MINUTE_MS = 60_000;

export interface LimitsOptions {
  readonly linesPerMinute: number;
  /** Messages that may be worked on at once. */
  readonly maxInProgress: number;
  /** Milliseconds, any origin. */
  readonly now: () => number;
}

export interface Limits {
  /** Why these lines must not run now, if so. */
  refusal(user: string, lines: number): UnsentReason | null;
  /** Counts the lines of a message that is worked on; call the result when it is done. */
  begin(user: string, lines: number): () => void;
}

/** Bounds what one person and what all together may have running. Counted for this process only. */
export function createLimits({ linesPerMinute, maxInProgress, now }: LimitsOptions): Limits {
  let inProgress = 0;
  let minute = 0;
  let linesOf = new Map<string, number>();

  const used = (user: string): number => {
    const current = Math.floor(now() / MINUTE_MS);
    if (current !== minute) {
      minute = current;
      linesOf = new Map();
    }
    return linesOf.get(user) ?? 0;
  };

  return {
    refusal(user, lines) {
      if (inProgress >= maxInProgress) return 'busy';
      return used(user) + lines > linesPerMinute ? 'too-many-lines' : null;
    },
    begin(user, lines) {
      linesOf.set(user, used(user) + lines);
      inProgress++;
      return () => {
        inProgress--;
      };
    },
  };
}
