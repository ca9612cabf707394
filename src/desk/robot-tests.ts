import type { RobotTest } from '../redemption/notices.ts';
import type { Who } from './permissions.ts';

/** Has group robots say a test line: those of a store, or, for null, those that hear of all stores. */
export type TestRobots = (places: readonly (string | null)[], who: string) => Promise<readonly RobotTest[]>;

/** What became of the test lines; empty where there are no robots. */
export interface RobotsTested {
  readonly kind: 'robots-tested';
  readonly tests: readonly RobotTest[];
}

/** A manager tests the robots of the own store, an admin those of all stores besides. */
export type TestOwnRobots = (who: Who) => Promise<RobotsTested>;

export function createTestOwnRobots(testRobots: TestRobots): TestOwnRobots {
  return async ({ user, role, member }) => {
    const own = member === undefined ? [] : [member.store.code];
    const tests = await testRobots(role === 'admin' ? [...own, null] : own, member?.name ?? user);
    return { kind: 'robots-tested', tests };
  };
}
