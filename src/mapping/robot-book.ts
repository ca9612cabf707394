import type { Store } from '../redemption/redemption.ts';
import type { IndexedMapping } from './indexed-mapping.ts';
import type { LiveMapping } from './live-mapping.ts';
import { toRobotEntry, type RobotEntry } from './robots.ts';

/** The groups' robots and the stores, as the mapping has them at the moment. */
export interface RobotBook {
  /** The same list as before while the mapping is the same. */
  robots(): readonly RobotEntry[];
  stores(): readonly Store[];
}

export function createRobotBook(mapping: Pick<LiveMapping, 'snapshot'>): RobotBook {
  let read: IndexedMapping | null = null;
  let robots: readonly RobotEntry[] = [];
  return {
    robots() {
      const current = mapping.snapshot();
      if (current !== read) robots = robotsOf(current.rest);
      read = current;
      return robots;
    },
    stores: () => mapping.snapshot().stores,
  };
}

function robotsOf({ stores, notify = [] }: IndexedMapping['rest']): RobotEntry[] {
  return [
    ...notify.map((robot) => toRobotEntry(robot, null)),
    ...stores.flatMap(({ code, notify: own = [] }) => own.map((robot) => toRobotEntry(robot, code))),
  ];
}
