/** Reading the time since the start opens a file on Linux, which takes some 20 µs; the other clocks cost nothing. */
const READ_AGAIN_MS = 50;

interface Clocks {
  /** All in milliseconds, as in `time.ts`. */
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly uptime: () => number;
}

/**
 * The time since the start, read anew only when another clock has moved on. After a sleep the wall clock always has, so
 * what is between two readings is exact by the monotonic one.
 */
export function readSparingly({ now, monotonic, uptime }: Clocks): () => number {
  let lastNow = Number.NaN;
  let lastMonotonic = Number.NaN;
  let lastUptime = Number.NaN;
  return () => {
    const wall = now();
    const steady = monotonic();
    const passed = steady - lastMonotonic;
    if (passed < READ_AGAIN_MS && Math.abs(wall - lastNow) < READ_AGAIN_MS) return lastUptime + passed;
    lastNow = wall;
    lastMonotonic = steady;
    lastUptime = uptime();
    return lastUptime;
  };
}
