import { testReport } from '../command/sentences/groups.ts';
import type { RobotTest } from '../redemption/outbox.ts';
import type { Who } from './permissions.ts';

/** Has group robots say a test line: those of a store, or, for null, those that hear of all stores. */
export type TestRobots = (places: readonly (string | null)[], who: string) => Promise<readonly RobotTest[]>;

/** Answers `通知 测试`: a manager tests the robots of the own store, an admin those of all stores besides. */
export type TellRobotTests = (who: Who) => Promise<string>;

export function createTellRobotTests(testRobots: TestRobots): TellRobotTests {
  return async ({ user, role, member }) => {
    const own = member === undefined ? [] : [member.store.code];
    return testReport(await testRobots(role === 'admin' ? [...own, null] : own, member?.name ?? user), role);
  };
}
