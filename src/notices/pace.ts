import { backOffMs } from '../platforms/back-off.ts';
import { FURTHEST_MS } from '../redemption/instants.ts';
import type { RobotPlatform } from '../platforms/hosts.ts';

const MINUTE_MS = 60_000;

/** How fast, and for how long. All in milliseconds. */
export interface Pace {
  /** The least time between two messages of a robot: what comes meanwhile goes together. */
  readonly restMs: Readonly<Record<RobotPlatform, number>>;
  /** How long a robot rests that was told to be slower; null: as after any failure. */
  readonly throttledMs: Readonly<Record<RobotPlatform, number | null>>;
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

/**
 * WeCom and DingTalk allow 20 messages a minute: with 3.4 seconds between two of them there are never more than 18, and
 * two are left for tests by hand. Feishu allows 100 a minute and 5 a second.
 */
export const PACE: Pace = {
  restMs: { wecom: 3_400, dingtalk: 3_400, feishu: 700 },
  throttledMs: { wecom: MINUTE_MS, dingtalk: FURTHEST_MS.robot, feishu: null },
  retryMs: backOffMs,
  parkedMs: FURTHEST_MS.parkedRobot,
  lifetimeMs: 24 * 60 * MINUTE_MS,
  leaseMs: 30_000,
  lookEveryMs: 1_000,
  countEveryMs: 10_000,
  testEveryMs: MINUTE_MS,
};
