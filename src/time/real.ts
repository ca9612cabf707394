import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Time } from './time.ts';

/** The clocks and timers of this machine. */
export const realTime: Time = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // In steps of 10 ms there, of a second on some systems. CLOCK_BOOTTIME on Linux (uv_uptime), which counts the time in suspend; node's other clocks leave it out there.
  uptime: () => uptime() * 1000,
  sleep: (ms, signal) => pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
