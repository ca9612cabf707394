import type { SeenCard } from './card.ts';
import type { ChangeLedger } from './changes.ts';
import type { FigureLedger } from './figures.ts';
import type { Leases } from './leases.ts';
import type { DueLook, Sight } from './looks.ts';
import type {
  Answered,
  Answers,
  Claim,
  HeldReplies,
  LateResult,
  MessageKey,
  MessageRecord,
  NewLine,
  NewMessage,
  Redelivered,
} from './message.ts';
import type { Addressed, BegunMessage, BindingNews, MessageResult, OpenNotice, TakenLines } from './notices.ts';
import type { BindingRequest, Decision, NewBindingRequest, Telling } from './people.ts';
import type { AskedRedemption, Asking, AskPolicy, Named, SeenReadings, ShownLine, Speaker } from './questions.ts';
import type { RecordReads } from './record-reads.ts';
import type { Outcome, Redemption, RowInHand, SettledByHand, SettledByList } from './redemption.ts';
import type { SessionLedger } from './sessions.ts';

/** The durable memory, by topic. What is kept in it can be relied on once a promise of its methods has resolved. */
export interface Storage {
  readonly ledger: Ledger;
  readonly notices: NoticeLedger;
  readonly people: PeopleLedger;
  readonly leases: Leases;
  readonly sessions: SessionLedger;
  readonly figures: FigureLedger;
}

/** Messages and their redemptions: what may have left, and what people are still to be told. */
export interface Ledger extends Messages, Replies, Refusals, Redemptions, Questions, Looks {
  /** Rejects with the reason when a claim could not be stored now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface Messages {
  /**
   * Records a message and its lines unless they are there already. A confirmed question becomes a pending line of this
   * message; where none can be, there is no line. Rejects when storage cannot promise durability.
   */
  claim(message: NewMessage, lines: readonly NewLine[], asking?: Asking): Promise<Claim>;
  findMessage(key: MessageKey): Promise<MessageRecord | null>;
  /** Keeps what the other commands of a message came to, for when it is delivered again. */
  saveAnswers(message: number, answers: Answers): Promise<void>;
  /** Puts on record that platforms delivered messages again which were on record already. */
  noteRedelivered(redelivered: readonly Redelivered[]): Promise<void>;
}

export interface Replies {
  /** Carriers told these replies; where there are more `changes` than were told, one is due again. */
  repliesAnswered(answered: readonly Answered[]): Promise<void>;
  /** No carrier is left for the reply: it is to be sent late, after `afterMs`. */
  queueReply(message: number, afterMs: number): Promise<void>;
  /**
   * Reserves the reply for the carrier of a repeated delivery, and reads it. Null when it is being or was sent late; where not
   * `evenAnswered`, also when a carrier told it.
   */
  takeReply(message: number, evenAnswered: boolean): Promise<MessageRecord | null>;
  /**
   * Reserves replies that are due for sending, none that goes out on a channel in `notOf`; one that is neither finished nor
   * renewed is due again after `leaseMs`.
   */
  takeDueReplies(limit: number, leaseMs: number, notOf?: readonly string[]): Promise<readonly MessageRecord[]>;
  /** Records how an attempt ended to send the reply as of that many `changes`; where there are more, it is due again. */
  finishReply(message: number, result: LateResult, asOf: number): Promise<void>;
  /**
   * Reserves replies that this person could not be given, for the reply to `message`, which is not among them. What was
   * said in a group is told there or in private, everything else in private only. At once where it is known that there are none.
   */
  takeHeldReplies(
    user: string,
    message: MessageKey & Pick<NewMessage, 'conversation'>,
  ): HeldReplies | Promise<HeldReplies>;
  /** The people who have a held reply. */
  findHeldUsers(): Promise<readonly string[]>;
  /** Makes the held replies of these people due: there may be a way to them now. */
  wakeHeldReplies(users: readonly string[]): Promise<void>;
}

export interface Refusals {
  /**
   * For a message that storage did not take in time: nothing of it is ever carried out, with any outcome of the tries
   * to store it. Its lines are recorded as unsent as soon as storage takes them, and the promise resolves with the
   * message then; with null where the service ends before. Returns null where too many are waiting already: then the
   * person may not be told that it was not submitted.
   */
  refuse(message: NewMessage, lines: readonly NewLine[]): Promise<MessageRecord | null> | null;
  /** What `refuse` has returned, while it is not recorded yet; null for a message that was not refused. */
  findRefusal(message: MessageKey): Promise<MessageRecord | null> | null;
  /**
   * Whether another service may have refused a message in that way without having been able to record it yet. The message
   * was typed `typedAgoMs` ago and has been here for `hereForMs`.
   */
  mayBeRefusedElsewhere(typedAgoMs: number, hereForMs: number): Promise<boolean> | false;
}

export interface Redemptions extends RecordReads {
  /**
   * Records what was seen of the card of a redemption that is pending and still its message's, and returns the row as it
   * stands then: it may have been settled or confirmed elsewhere meanwhile, or have to be asked about, now that its card
   * is known.
   */
  noteCard(row: RowInHand, seen: SeenCard, policy: AskPolicy): Promise<Redemption>;
  /**
   * Records what came of the call of a row that is still its message's, and returns the row as it stands then. What the
   * caller knows outranks what looks and people have settled meanwhile. `sentAt`: from when on bytes could leave, in
   * milliseconds since 1970; absent or null where none could.
   */
  settle(row: RowInHand, outcome: Outcome, sentAt?: number | null): Promise<Redemption>;
  /** Records the times left that were seen after a success. */
  noteRemaining(id: number, remaining: number): Promise<Redemption>;
  /** The row as it stands. Rejects when it cannot be read. */
  findRedemption(id: number): Promise<Redemption>;
  /** Resolves with the row once it is no longer pending. */
  whenSettled(id: number): Promise<Redemption>;
}

/** What people are asked before anything is sent. */
export interface Questions {
  /**
   * Asks about what a message shows; once, however often it is called, and then only what is told besides is kept as its answers. Null, and
   * nothing is asked, where the message is another service's, or its person has been told something, or is being told.
   */
  askShown(message: number, line: ShownLine, policy: AskPolicy): Promise<Redemption | null>;
  /**
   * Records what was seen of a question's card, and of the card in the other reading. A reading that cannot be carried out
   * is not asked about any more: the other one takes its place, or the question ends as *unsent* where there is none.
   */
  noteReadings(id: number, readings: SeenReadings): Promise<Redemption>;
  /** Withdraws the speaker's open question; null when it is not clear which. */
  cancelQuestion(speaker: Speaker, named: Named): Promise<Redemption | null>;
  /** Withdraws all questions of the speaker that are open where they are, and returns them in the order in which they were asked. */
  cancelQuestions(speaker: Speaker): Promise<readonly Redemption[]>;
  /** What this person was asked within the last day on this channel, newest first. */
  findQuestions(speaker: Speaker): Promise<readonly AskedRedemption[]>;
  /** Whether what the speaker shows there is being read: it may become a question at any moment. */
  isReading(speaker: Speaker): Promise<boolean>;
  /** Ends questions that were not answered in time. */
  expireQuestions(): Promise<void>;
}

/** How an unknown becomes known. */
export interface Looks {
  /**
   * Reserves unknown redemptions whose card is to be looked at again; one that is not rescheduled or settled is due
   * again after `leaseMs`. The first look comes `firstAfterMs` after it became unknown.
   */
  takeDueLooks(limit: number, leaseMs: number, firstAfterMs: number): Promise<readonly DueLook[]>;
  /** When to look again, in milliseconds since 1970. */
  scheduleLook(id: number, at: number): Promise<void>;
  /**
   * The last look is over and the redemption still unknown: no look follows, the person who typed it hears so, and
   * others are told what is to be told them. Once, however often it is called.
   */
  endLooks(id: number, tellings: readonly Telling[]): Promise<void>;
  /**
   * Puts on record what a look at an unknown's card showed, settles it if all the looks together say what it was
   * (`judge`), and returns the row as it stands, with why it could not be settled. `by` is the person who asked for the look:
   * platform and id; absent or null: nobody did.
   */
  settleByLook(id: number, sight: Sight, last: boolean, by?: string | null): Promise<Redemption>;
  /**
   * Settles an unknown by hand, or corrects what was settled by hand or by a list: then the verdict before stays on record. Any
   * other row stays; and one that was settled at another time than `asOf`, where that is given. Returns the row as it stands.
   */
  settleByHand(
    id: number,
    state: 'succeeded' | 'refused',
    by: SettledByHand,
    asOf?: number | null,
  ): Promise<Redemption>;
  /**
   * Settles what has been unknown since `asOf` by a list out of the vendor's books. Any other row stays. Returns the row as it
   * stands.
   */
  settleByList(id: number, state: 'succeeded' | 'refused', by: SettledByList, asOf: number | null): Promise<Redemption>;
}

/** Notices for groups. A robot is known here by a name that tells nothing about its address. */
export interface NoticeLedger {
  /** Makes robots known. All that are parked are tried again now: the fault may have been mended. */
  enrol(robots: readonly string[]): Promise<void>;
  /** Tries one that is parked again now. */
  wake(robot: string): Promise<void>;
  recordBinding(news: BindingNews): Promise<void>;
  /** Records the summary of a day, once per robot and day, for those that were known at the instant `at`. */
  planSummaries(day: string, at: number, robots: readonly string[]): Promise<void>;
  /** Notices that are not addressed yet, oldest first. */
  openNotices(limit: number): Promise<readonly OpenNotice[]>;
  /** Addresses notices. No robot gets the same notice twice. */
  address(addressed: readonly Addressed[]): Promise<void>;
  /** Reserves robots that have something to tell and may; one that is not finished with is due again after `leaseMs`. */
  takeDueRobots(limit: number, leaseMs: number): Promise<readonly string[]>;
  /** What a reserved robot is to tell; null, and the robot is no longer reserved, when there is nothing. */
  takeLines(robot: string, limit: number): Promise<TakenLines | null>;
  /** Gives up lines that are older than `lifetimeMs`; returns how many. */
  giveUpLines(robot: string, lifetimeMs: number): Promise<number>;
  /** Records that these notices are about to go out together. Rejects when one of them is in another message. */
  beginMessage(robot: string, uuid: string, notices: readonly number[]): Promise<BegunMessage>;
  finishMessage(robot: string, message: number, result: MessageResult): Promise<void>;
  /** The robot is gone: what waits for it is addressed anew. */
  dismiss(robot: string): Promise<void>;
  /** Lines that wait, of all robots, and notices that are not addressed yet. */
  countWaiting(): Promise<number>;
}

/** Requests to be bound, their decisions, changes of the mapping, and what people are told of them. */
export interface PeopleLedger extends ChangeLedger {
  /** Records a request; the same one again is still the first. Null when this person made too many of them today. */
  askBinding(request: NewBindingRequest): Promise<BindingRequest | null>;
  findBindingRequest(number: number): Promise<BindingRequest | null>;
  /** Open requests, oldest first; of all stores when `storeCode` is null. */
  openBindingRequests(storeCode: string | null, limit: number): Promise<readonly BindingRequest[]>;
  /**
   * Decides an open request. `won` for one caller, who carries it out; again only when that one has not finished after
   * `leaseMs`, and for the same decision.
   */
  decideBinding(
    number: number,
    decision: Decision,
    by: string,
    leaseMs: number,
  ): Promise<{ readonly won: boolean; readonly request: BindingRequest }>;
  /** Takes back a decision of `by` that could not be carried out. */
  reopenBinding(number: number, by: string): Promise<void>;
  /** Records that a decision was carried out, and has it told. */
  finishBinding(number: number, tellings: readonly Telling[]): Promise<void>;

  /** Keeps what a person is called, for when the mapping does not have them any more. */
  noteName(user: string, name: string): Promise<void>;
  /** Has people told, at once where that is possible, else with their next message. */
  tell(tellings: readonly Telling[]): Promise<void>;
}
