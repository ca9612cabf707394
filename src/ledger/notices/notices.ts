import type { NoticeKind, Outbox } from '../../redemption/notices.ts';
import type { Call } from '../verbs.ts';

/** What groups want to hear, as the ledger is told by the outbox's user. */
export interface Wishes {
  kinds: readonly NoticeKind[];
}

/** The port over a way to call verbs: the same for every database. */
export function createOutbox(call: Call, wishes: Wishes): Outbox {
  const done = async (work: Promise<null>): Promise<void> => {
    await work;
  };
  return {
    want(kinds) {
      wishes.kinds = kinds;
    },
    enrol: (robots) => done(call('enrol', robots)),
    wake: (robot) => done(call('wake', robot)),
    recordBinding: (news) => done(call('recordBinding', news)),
    planSummaries: (day, at, robots) => done(call('planSummaries', day, at, robots)),
    openNotices: (limit) => call('openNotices', limit),
    address: (addressed) => done(call('address', addressed)),
    takeDueRobots: (limit, leaseMs) => call('takeDueRobots', limit, leaseMs),
    takeLines: (robot, limit) => call('takeLines', robot, limit),
    giveUpLines: (robot, lifetimeMs) => call('giveUpLines', robot, lifetimeMs),
    beginMessage: (robot, uuid, notices) => call('beginMessage', robot, uuid, notices),
    finishMessage: (robot, message, result) => done(call('finishMessage', robot, message, result)),
    dismiss: (robot) => done(call('dismiss', robot)),
    countWaiting: () => call('countWaiting'),
    tally: (question) => call('tally', question),
  };
}
