import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';

/** Clocks and timers that are moved by hand. */
export interface HandTime extends Time {
  /** Lets time go by; all that is due happens. */
  pass(ms: number): void;
  /** Lets time go by as while the process is paused: what is due has not happened yet. */
  pause(ms: number): void;
}

export function handTime(): HandTime {
  const timers = new Set<{ readonly at: number; readonly work: () => void }>();
  let clock = 1_000_000;
  return {
    ...realTime,
    now: () => clock,
    monotonic: () => clock,
    uptime: () => clock,
    after(ms, work) {
      const timer = { at: clock + ms, work };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass(ms) {
      clock += ms;
      for (const timer of timers) {
        if (timer.at > clock) continue;
        timers.delete(timer);
        timer.work();
      }
    },
    pause(ms) {
      clock += ms;
    },
  };
}
