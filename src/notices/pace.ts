import { backOffMs } from '../platforms/back-off.ts';
import type { RobotPlatform } from '../platforms/hosts.ts';
import { ROBOTS } from '../platforms/robots.ts';
import { FURTHEST_MS, TELL_WITHIN_MS } from '../redemption/instants.ts';

const MINUTE_MS = 60_000;

/** How fast, and for how long. All in milliseconds. */
export interface Pace {
  /** The least time between two messages of a robot: what comes meanwhile goes together. */
  readonly restMs: (platform: RobotPlatform) => number;
  /** How long a robot rests that was told to be slower; null: as after any failure. */
  readonly throttledMs: (platform: RobotPlatform) => number | null;
  /** How long after so many failures in a row. */
  readonly retryMs: (failures: number) => number;
  /** How long a robot rests that does not work. */
  readonly parkedMs: number;
  /** What could not be told within this time is given up. */
  readonly lifetimeMs: number;
  /** A sender that is not done after this time is taken for dead. */
  readonly leaseMs: number;
  readonly lookEveryMs: number;
  readonly countEveryMs: number;
  /** Between two tests of a robot by hand. */
  readonly testEveryMs: number;
}

export const PACE: Pace = {
  restMs: (platform) => ROBOTS[platform].restMs,
  throttledMs: (platform) => ROBOTS[platform].throttledMs,
  retryMs: backOffMs,
  parkedMs: FURTHEST_MS.parkedRobot,
  lifetimeMs: TELL_WITHIN_MS,
  leaseMs: 30_000,
  lookEveryMs: 1_000,
  countEveryMs: 10_000,
  testEveryMs: MINUTE_MS,
};
