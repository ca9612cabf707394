import type { NoticeKind, OpenNotice } from '../redemption/notices.ts';
import type { RobotEntry } from '../mapping/robots.ts';
import type { RobotPlatform } from '../platforms/hosts.ts';
import { toRobot, type Robot } from './robot.ts';

/** Which robot hears of what, as one state of the mapping says. */
export interface Routes {
  readonly robots: readonly Robot[];
  find(id: string): Robot | undefined;
  /** The robots that tell a notice. */
  robotsFor(notice: OpenNotice): string[];
  /** The people that a robot mentions when something is unknown in one of these stores. */
  mentions(id: string, storeCodes: readonly string[]): string[];
  /** The stores whose day a robot sums up: some, or all. Null: none. */
  summaryOf(id: string): readonly string[] | 'all' | null;
  /** Robots of a platform that sum up the day. */
  summarisers(platform: RobotPlatform): string[];
  /** The robots that stand at these stores and, for null, at the top. */
  at(places: readonly (string | null)[]): Robot[];
}

/** What any robot wants to hear of, as the mapping has it at the moment. */
export function createWanted(directory: {
  /** The same list as before while the mapping is the same. */
  readonly robots: () => readonly RobotEntry[];
}): () => readonly NoticeKind[] {
  let read: readonly RobotEntry[] = [];
  let wanted: readonly NoticeKind[] = [];
  return () => {
    const entries = directory.robots();
    if (entries !== read) wanted = [...new Set(entries.flatMap(({ kinds }) => kinds))];
    read = entries;
    return wanted;
  };
}

interface Placed extends RobotEntry {
  readonly robot: Robot;
}

export function createRoutes(entries: readonly RobotEntry[]): Routes {
  const placed: readonly Placed[] = entries.map((entry) => ({ ...entry, robot: toRobot(entry) }));
  const robots = new Map(placed.map(({ robot }) => [robot.id, robot]));
  const byStore = Map.groupBy(placed, ({ storeCode }) => storeCode);
  const byRobot = Map.groupBy(placed, ({ robot }) => robot.id);

  function hearing(storeCode: string | null): readonly Placed[] {
    const everywhere = byStore.get(null) ?? [];
    return storeCode === null ? everywhere : [...everywhere, ...(byStore.get(storeCode) ?? [])];
  }

  function summaryOf(id: string): readonly string[] | 'all' | null {
    const summing = (byRobot.get(id) ?? []).filter(({ kinds }) => kinds.includes('summary'));
    const stores = summing.flatMap(({ storeCode }) => storeCode ?? []);
    if (stores.length < summing.length) return 'all';
    return stores.length === 0 ? null : [...new Set(stores)];
  }

  return {
    robots: [...robots.values()],
    find: (id) => robots.get(id),
    robotsFor({ kind, storeCode, robot }) {
      if (robot !== null) return robots.has(robot) ? [robot] : [];
      const wanting = hearing(storeCode).filter(({ kinds }) => kinds.includes(kind));
      return [...new Set(wanting.map((entry) => entry.robot.id))];
    },
    mentions(id, storeCodes) {
      const calling = (byRobot.get(id) ?? []).filter(
        ({ storeCode, kinds }) =>
          kinds.includes('unknown') && (storeCode === null ? storeCodes.length > 0 : storeCodes.includes(storeCode)),
      );
      return [...new Set(calling.flatMap(({ mention }) => mention))];
    },
    summaryOf,
    summarisers: (platform) =>
      [...robots.values()]
        .filter((robot) => robot.platform === platform && summaryOf(robot.id) !== null)
        .map(({ id }) => id),
    at(places) {
      const there = places.flatMap((place) => byStore.get(place) ?? []);
      return [...new Map(there.map(({ robot }) => [robot.id, robot])).values()];
    },
  };
}
