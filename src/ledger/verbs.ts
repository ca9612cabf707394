import type { VerbContext } from './context.ts';
import { findNextTally, forgetTalliesAhead, saveTally } from './figures/add-up.ts';
import { findFiguresAtOnce } from './figures/find-figures.ts';
import { findBacklog } from './backlog.ts';
import { endClearance, isAnotherUnclear, showClear } from './leases/clearances.ts';
import { heartbeat, signOff, takeOver } from './leases/instances.ts';
import { giveBackLease, renewLease, takeLease } from './leases/leases.ts';
import { abandonClaim } from './messages/abandon-claim.ts';
import { checkClaims } from './messages/check-claims.ts';
import { claim } from './messages/claim.ts';
import { findMessage } from './messages/find.ts';
import { finishReply } from './messages/finish-reply.ts';
import { findHeldUsers, takeHeldReplies, wakeHeldReplies } from './messages/held-replies.ts';
import { queueReply } from './messages/queue-reply.ts';
import { repliesAnswered } from './messages/replies-answered.ts';
import { saveAnswers } from './messages/save-answers.ts';
import { takeDueReplies } from './messages/take-due-replies.ts';
import { takeReply } from './messages/take-reply.ts';
import { tell } from './messages/tell.ts';
import { address, openNotices } from './notices/address.ts';
import { countWaiting, giveUpLines, takeLines } from './notices/lines.ts';
import { beginMessage, dismiss, finishMessage } from './notices/messages.ts';
import { recordBinding } from './notices/record-binding.ts';
import { enrol, takeDueRobots, wake } from './notices/robots.ts';
import { planSummaries } from './notices/plan-summaries.ts';
import { askBinding } from './people/ask-binding.ts';
import { findBindingRequest, openBindingRequests } from './people/binding-requests.ts';
import { decideBinding, finishBinding, reopenBinding } from './people/decide-binding.ts';
import { noteName } from './people/known-names.ts';
import {
  beginMappingChange,
  endMappingChange,
  findMappingChange,
  listMappingChanges,
} from './people/mapping-changes.ts';
import { beginStaffChange, endStaffChange, findStaffChange, listStaffChanges } from './people/staff-changes.ts';
import { askShown } from './redemptions/ask-shown.ts';
import { countUnknowns, findChanges } from './redemptions/find-changes.ts';
import { findReceipts, findSucceeded } from './redemptions/find-for-list.ts';
import { findRecords } from './redemptions/find-records.ts';
import { findStoreRecords } from './redemptions/find-store-records.ts';
import { findSettledUnknowns, findUnknowns } from './redemptions/find-unknowns.ts';
import { findTypists } from './redemptions/find-typists.ts';
import { findRedemption } from './redemptions/find.ts';
import { listRecords } from './redemptions/list-records.ts';
import { endLooks, scheduleLook } from './redemptions/looks.ts';
import { noteCard, noteReadings, noteRemaining } from './redemptions/note-card.ts';
import { cancelQuestion, cancelQuestions, expireQuestions, findQuestions } from './redemptions/questions.ts';
import { isReading } from './redemptions/reading.ts';
import { settleByLook } from './redemptions/settle-by-look.ts';
import { settleByHand, settleByList } from './redemptions/settle-unknown.ts';
import { settle } from './redemptions/settle.ts';
import { takeDueLooks } from './redemptions/take-due-looks.ts';
import { findLogin, offerLogin } from './sessions/logins.ts';
import { beginSession, endSession, endSessions, findSession, sessionsOf, touchSession } from './sessions/sessions.ts';
import { findTrail } from './trail/find-trail.ts';
import { noteRedelivered } from './trail/note-redelivered.ts';

/** Everything that can be done to a ledger; each is one atomic step inside its caller's transaction. */
export const verbs = {
  claim,
  abandonClaim,
  checkClaims,
  findMessage,
  saveAnswers,
  noteRedelivered,
  repliesAnswered,
  queueReply,
  takeReply,
  takeDueReplies,
  finishReply,
  takeHeldReplies,
  findHeldUsers,
  wakeHeldReplies,
  tell,

  settle,
  findRedemption,
  findRecords,
  findStoreRecords,
  findChanges,
  countUnknowns,
  findTrail,
  findUnknowns,
  findSettledUnknowns,
  findReceipts,
  findSucceeded,
  listRecords,
  findTypists,
  findBacklog,
  noteCard,
  noteReadings,
  noteRemaining,
  askShown,
  cancelQuestion,
  cancelQuestions,
  findQuestions,
  isReading,
  expireQuestions,
  takeDueLooks,
  scheduleLook,
  endLooks,
  settleByLook,
  settleByHand,
  settleByList,

  findFigures: findFiguresAtOnce,
  findNextTally,
  saveTally,
  forgetTalliesAhead,

  recordBinding,
  planSummaries,
  openNotices,
  address,
  enrol,
  wake,
  takeDueRobots,
  takeLines,
  giveUpLines,
  beginMessage,
  finishMessage,
  dismiss,
  countWaiting,

  askBinding,
  findBindingRequest,
  openBindingRequests,
  decideBinding,
  reopenBinding,
  finishBinding,
  noteName,
  beginStaffChange,
  endStaffChange,
  findStaffChange,
  listStaffChanges,
  beginMappingChange,
  endMappingChange,
  findMappingChange,
  listMappingChanges,

  heartbeat,
  takeOver,
  signOff,
  showClear,
  isAnotherUnclear,
  endClearance,
  takeLease,
  renewLease,
  giveBackLease,

  offerLogin,
  findLogin,
  beginSession,
  findSession,
  sessionsOf,
  touchSession,
  endSession,
  endSessions,
};

type Verbs = typeof verbs;
export type VerbName = keyof Verbs;
export type VerbArgs<V extends VerbName> = Verbs[V] extends (context: VerbContext, ...args: infer A) => unknown
  ? A
  : never;
export type VerbResult<V extends VerbName> = Awaited<ReturnType<Verbs[V]>>;

/** Runs one verb in its own transaction, or with others in a shared one; resolves when it is durable. */
export type Call = <V extends VerbName>(verb: V, ...args: VerbArgs<V>) => Promise<VerbResult<V>>;

/** Runs a verb that is known only by name, as it arrives from another thread. */
export function perform(context: VerbContext, verb: VerbName, args: readonly unknown[]): Promise<unknown> {
  const run = verbs[verb] as (context: VerbContext, ...args: readonly unknown[]) => Promise<unknown>;
  return run(context, ...args);
}
