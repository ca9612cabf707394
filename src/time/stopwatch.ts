import type { Time } from './time.ts';

/** Milliseconds since the stopwatch was started. */
export type Stopwatch = () => number;

/**
 * Starts a stopwatch that errs on the long side: it goes by the clock that ran furthest. The monotonic one stands still
 * while a machine sleeps, the one since the start may while a virtual machine is paused, and the wall clock may be set.
 */
export function startStopwatch(time: Time): Stopwatch {
  const now = time.now();
  const monotonic = time.monotonic();
  const uptime = time.uptime();
  return () => Math.max(time.now() - now, time.monotonic() - monotonic, time.uptime() - uptime);
}

/** The same by the clocks that cannot be set. */
export function startSteadyStopwatch(time: Time): Stopwatch {
  const monotonic = time.monotonic();
  const uptime = time.uptime();
  return () => Math.max(time.monotonic() - monotonic, time.uptime() - uptime);
}
