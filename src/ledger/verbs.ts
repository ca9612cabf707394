import { abandonClaim } from './messages/abandon-claim.ts';
import { checkClaims } from './messages/check-claims.ts';
import { claim } from './messages/claim.ts';
import { findMessage, findRedemption } from './messages/find.ts';
import { noteCard, noteReadings, noteRemaining } from './redemptions/note-card.ts';
import { endLooks, scheduleLook, settleByHand, settleByLook, takeDueLooks } from './redemptions/looks.ts';
import { cancelQuestion, expireQuestions, findQuestions } from './redemptions/questions.ts';
import { findRecords } from './redemptions/find-records.ts';
import { endClearance, isAnotherUnclear, showClear } from './leases/clearances.ts';
import { heartbeat, signOff, takeOver } from './leases/instances.ts';
import {
  finishReply,
  queueReply,
  replyAnswered,
  takeDueReplies,
  takeHeldReplies,
  takeReply,
} from './messages/reply.ts';
import { saveAnswers } from './messages/save-answers.ts';
import { settle } from './redemptions/settle.ts';
import { address, openNotices } from './notices/address.ts';
import { countWaiting, giveUpLines, takeLines } from './notices/lines.ts';
import { beginMessage, dismiss, finishMessage } from './notices/messages.ts';
import { planSummaries, recordBinding } from './notices/record.ts';
import { enrol, takeDueRobots, wake } from './notices/robots.ts';
import { tally } from './redemptions/tally.ts';
import {
  askBinding,
  decideBinding,
  findBindingRequest,
  finishBinding,
  openBindingRequests,
  reopenBinding,
} from './people/binding-requests.ts';
import { beginStaffChange, endStaffChange } from './people/staff-changes.ts';
import { tell } from './messages/tell.ts';
import type { VerbContext } from './context.ts';

/** Everything that can be done to a ledger; each is one atomic step inside its caller's transaction. */
export const verbs = {
  claim,
  abandonClaim,
  settle,
  findRedemption,
  findMessage,
  saveAnswers,
  findRecords,
  noteCard,
  noteReadings,
  noteRemaining,
  cancelQuestion,
  findQuestions,
  expireQuestions,
  takeDueLooks,
  scheduleLook,
  endLooks,
  settleByLook,
  settleByHand,
  replyAnswered,
  queueReply,
  takeReply,
  takeDueReplies,
  finishReply,
  takeHeldReplies,
  checkClaims,
  heartbeat,
  showClear,
  isAnotherUnclear,
  endClearance,
  takeOver,
  signOff,
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
  tally,
  askBinding,
  findBindingRequest,
  openBindingRequests,
  decideBinding,
  reopenBinding,
  finishBinding,
  beginStaffChange,
  endStaffChange,
  tell,
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
