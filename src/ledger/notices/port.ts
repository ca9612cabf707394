import type { NoticeLedger } from '../../redemption/ledger.ts';
import type { Call } from '../verbs.ts';

/** What groups are to hear, over a way to call verbs. */
export function createNoticeLedger(call: Call): NoticeLedger {
  return {
    async enrol(robots) {
      await call('enrol', robots);
    },
    async wake(robot) {
      await call('wake', robot);
    },
    async recordBinding(news) {
      await call('recordBinding', news);
    },
    async planSummaries(day, at, robots) {
      await call('planSummaries', day, at, robots);
    },
    openNotices: (limit) => call('openNotices', limit),
    async address(addressed) {
      await call('address', addressed);
    },
    takeDueRobots: (limit, leaseMs) => call('takeDueRobots', limit, leaseMs),
    takeLines: (robot, limit) => call('takeLines', robot, limit),
    giveUpLines: (robot, lifetimeMs) => call('giveUpLines', robot, lifetimeMs),
    beginMessage: (robot, uuid, notices) => call('beginMessage', robot, uuid, notices),
    async finishMessage(robot, message, result) {
      await call('finishMessage', robot, message, result);
    },
    async dismiss(robot) {
      await call('dismiss', robot);
    },
    countWaiting: () => call('countWaiting'),
  };
}
