import { DatabaseSync } from 'node:sqlite';
import { createPlatformHttp } from '../../src/platforms/http.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import { createLog } from '../../src/log.ts';
import { startNotifications, type NotificationParts } from '../../src/notices/notifications.ts';
import { createWanted } from '../../src/notices/routes.ts';
import { realTime } from '../../src/time/real.ts';
import { PACE, type Pace } from '../../src/notices/pace.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { Outcome, Redemption } from '../../src/redemption/redemption.ts';
import type { GroupRobot } from '../../src/sandbox/robot-rules.ts';
import { addressOf, startSimulatedRobots, type Shown } from '../../src/sandbox/robots.ts';
import type { RobotEntry } from '../../src/mapping/robots.ts';
import { lineOf, newLine, newMessage } from '../ledger/fixtures.ts';
import { entry, STORE } from './fixtures.ts';

/** How much faster time runs here than at the platforms. */
const FASTER = 100;

/** The real pace, faster. */
export const FAST: Pace = {
  ...PACE,
  restMs: (platform) => PACE.restMs(platform) / FASTER,
  throttledMs(platform) {
    const ms = PACE.throttledMs(platform);
    return ms === null ? null : ms / FASTER;
  },
  retryMs: (failures) => PACE.retryMs(failures) / FASTER,
  lookEveryMs: 5,
  countEveryMs: 5,
};

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Groups with robots as strict as the platforms', and services that tell them, one after the other on one ledger. */
export async function openStage(groups: readonly GroupRobot[]) {
  const database = new DatabaseSync(':memory:');
  const shown: Shown[] = [];
  const watching = new Set<() => void>();
  const onShown = (message: Shown) => {
    shown.push(message);
    for (const look of watching) look();
  };
  const robots = await startSimulatedRobots({ robots: groups, onShown, minuteMs: 60_000 / FASTER });
  const http = createPlatformHttp();
  const results: string[] = [];
  const logged: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line) => void logged.push(line) } });
  const stage = {
    entries: [] as readonly RobotEntry[],
    waiting: -1,
    robots,
    shown,
    results,
    logged,

    /** The mapping's entry of a robot. */
    entryOf: (robot: GroupRobot, change: Partial<RobotEntry> = {}): RobotEntry =>
      entry({
        platform: robot.platform,
        url: addressOf(robot, robots.url),
        secret: robot.secret ?? null,
        ...change,
      }),

    async start(change: Partial<NotificationParts> = {}) {
      const robots = () => stage.entries;
      const { ledger, notices } = await openInProcessLedger(database, {
        wanted: createWanted({ robots }),
      });
      const notifications = startNotifications({
        notices,
        ledger,
        directory: {
          robots,
          stores: () => [STORE],
          findStaff: (user) => (user === 'wecom:zhangsan' ? { name: '张三' } : undefined),
        },
        http,
        calendar: createCalendar('Asia/Shanghai'),
        time: realTime,
        summaryAt: null,
        decorate: (title) => title,
        now: Date.now,
        onResult: (_platform, result, count) => void results.push(...Array<string>(count).fill(result)),
        onWaiting: (lines) => {
          stage.waiting = lines;
          for (const look of watching) look();
        },
        log,
        pace: FAST,
        ...change,
      });
      return {
        ledger,
        notices,
        notifications,
        redeem: async (outcome: Outcome, store = STORE): Promise<Redemption> => {
          const { message } = await ledger.claim(newMessage(), [newLine({ store })]);
          return ledger.settle(lineOf({ won: true, message }), outcome);
        },
        async stop(): Promise<void> {
          await notifications.stop();
          await ledger.close();
        },
      };
    },

    /** Resolves as soon as `isSo`, which is asked after every message and every count. */
    until: (isSo: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = () => {
          if (!isSo()) return;
          watching.delete(look);
          resolve();
        };
        watching.add(look);
        look();
      }),

    async close(): Promise<void> {
      await http.close();
      await robots.close();
    },
  };
  return stage;
}
