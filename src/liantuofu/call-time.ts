import type { Time } from '../time/time.ts';

/** So many of the last calls, none of them older than this, say how long a call takes. */
const LAST = 100;
const RECENT_MS = 60_000;
/** Fewer than these say nothing. */
const FEWEST = 20;
/** What is slower than this part of them is left out: more time would not help a call whose response is lost. */
const MOST = 0.9;
/** Beyond that, a call has this part of its whole time to spare. */
const SPARE = 1 / 4;
/** While nothing is known: the part of its whole time that a call needs. */
const UNKNOWN_NEED = 1 / 2;

/** How long a call at the vendor takes, learned from the recent ones. */
export interface CallTime {
  /** A call that had a place has been answered, or has waited in vain, after so long. */
  took(ms: number): void;
  /**
   * What a call needs to be answered in all likelihood, in milliseconds. One that is sent with less than that left might end
   * as an unknown, where not to send it costs nothing.
   */
  needMs(): number;
}

export function createCallTime(timeoutMs: number, { uptime }: Pick<Time, 'uptime'>): CallTime {
  let recent: { readonly at: number; readonly ms: number }[] = [];

  return {
    took(ms) {
      recent.push({ at: uptime(), ms });
      if (recent.length > LAST) recent.shift();
    },
    needMs() {
      const since = uptime() - RECENT_MS;
      recent = recent.filter(({ at }) => at > since);
      if (recent.length < FEWEST) return timeoutMs * UNKNOWN_NEED;
      const sorted = recent.map(({ ms }) => ms).toSorted((a, b) => a - b);
      const slow = sorted[Math.ceil(sorted.length * MOST) - 1] ?? timeoutMs;
      return slow + timeoutMs * SPARE;
    },
  };
}
