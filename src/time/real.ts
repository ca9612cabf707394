import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Time } from './time.ts';
import { readSparingly } from './uptime.ts';

const now = () => Date.now();
const monotonic = () => performance.now();

/** The clocks and timers of this machine. */
export const realTime: Time = {
  now,
  monotonic,
  // In steps of 10 ms there, of a second on some systems. CLOCK_BOOTTIME on Linux (uv_uptime), which counts the time in suspend; node's other clocks leave it out there.
  uptime: readSparingly({ now, monotonic, uptime: () => uptime() * 1000 }),
  // Not the one of `node:timers/promises`: ended by a signal, it makes an Error with its stack each time.
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve(undefined);
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end);
      if (signal?.aborted === true) end();
    }),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
