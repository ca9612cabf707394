import type { Store } from '../redemption/redemption.ts';
import type { LiveMapping } from './live-mapping.ts';
import type { Mapping } from './mapping.ts';
import { toRobotEntry, type RobotEntry } from './robots.ts';

/** The groups' robots and the stores, as the mapping has them at the moment. */
export interface RobotBook {
  /** The same list as before while the mapping is the same. */
  robots(): readonly RobotEntry[];
  stores(): readonly Store[];
}

export function createRobotBook(mapping: Pick<LiveMapping, 'current'>): RobotBook {
  let read: Mapping | null = null;
  let robots: readonly RobotEntry[] = [];
  return {
    robots() {
      const current = mapping.current();
      if (current !== read) robots = robotsOf(current);
      read = current;
      return robots;
    },
    stores: () => mapping.current().stores.map(({ code, name }) => ({ code, name: name?.trim() || code })),
  };
}

function robotsOf({ stores, notify = [] }: Mapping): RobotEntry[] {
  return [
    ...notify.map((robot) => toRobotEntry(robot, null)),
    ...stores.flatMap(({ code, notify: own = [] }) => own.map((robot) => toRobotEntry(robot, code))),
  ];
}
