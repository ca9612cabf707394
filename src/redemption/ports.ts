import type { RecordFilter, Records } from './records.ts';
import type { CardLook } from './card.ts';
import type { AskPolicy, CardLedger, Confirmation } from './questions.ts';
import type { Topic } from './people.ts';
import type { Outcome, Reading, Redemption, Store, UnsentReason } from './redemption.ts';

/** What one consume request says. `remark` is sent as it stands; an empty one is left out. */
export interface ConsumeRequest {
  readonly card: string;
  readonly count: number;
  readonly remark: string;
  readonly storeCode: string;
  readonly employeeId: number | null;
}

/** The vendor, who can be asked exactly once. */
export interface Vendor {
  /**
   * Makes one call and never repeats it. Always resolves: whatever goes wrong is an outcome. `mayLeave` is asked last of
   * all, where no byte has left yet; where it says no, the call is *unsent*.
   */
  consume(request: ConsumeRequest, mayLeave?: () => boolean): Promise<Outcome>;
  /** Looks at a card, which changes nothing. Always resolves, in time. */
  detail(card: string, options: LookOptions): Promise<CardLook>;
  /** Takes no new calls, waits for the running ones, then closes the connections. */
  close(): Promise<void>;
}

export interface LookOptions {
  /** For the look as a whole. */
  readonly timeoutMs: number;
  /** Ask even where it has just turned out to be of no use: somebody wants to know. */
  readonly insist?: boolean;
}

export interface StaffMember {
  readonly name: string;
  readonly employeeId: number | null;
  readonly store: Store;
  readonly role: 'staff' | 'manager';
}

/** Who is who. Answers from memory; never waits. */
export interface StaffDirectory {
  /** `user` is platform and id as received, such as `wecom:zhangsan`. */
  findStaff(user: string): StaffMember | undefined;
  /** The store that a conversation is booked to, where the mapping names one. */
  findConversationStore(conversation: string): Store | undefined;
}

/** What makes a message the same message when it is delivered again. */
export interface MessageKey {
  readonly channel: string;
  /** The bot or corp that received it. */
  readonly account: string;
  readonly messageId: string;
}

export interface NewMessage extends MessageKey {
  /** Platform and id, such as `wecom:zhangsan`; null where the platform gave none. */
  readonly user: string | null;
  readonly conversation: string | null;
  readonly text: string;
  /** How the person can be reached when the callback is over; read only by the channel that wrote it. */
  readonly returnAddress: unknown;
}

export interface NewLine {
  readonly line: number;
  readonly card: string;
  readonly count: number;
  readonly remark: string;
  readonly store: Store | null;
  readonly employeeId: number | null;
  /** Set when this line must not be called: it is recorded as unsent at once. */
  readonly unsent: UnsentReason | null;
  /** Set when the line can be read in another way as well: then the person is asked. */
  readonly other?: Reading;
  /** Set when count and remark are what the line probably means: then the person is asked. */
  readonly uncertain?: boolean;
}

/** What a claim has to know about questions, and about how much a person may have. */
export interface Asking {
  readonly policy: AskPolicy;
  /** Lines of the message that say yes to one. */
  readonly confirmations: readonly Confirmation[];
  /** Absent: as much as they like. */
  readonly allowance?: Allowance;
}

/** How much of what reaches the vendor one person may have. */
export interface Allowance {
  readonly perMinute: number;
  /** What the message wants of it besides its lines and confirmations: looks at cards. */
  readonly looks: number;
}

/**
 * Where the reply to a message stands. `open`: nobody has told the person yet, and somebody is at it. `queued`: waits
 * to be sent late; `sending`: is being sent late. `held`: there is no way to the person now; it goes with their next
 * message. `answered`: went out in the response to a callback; `sent`: went out late. `given-up`: too old to tell, or of no
 * use any more.
 */
export type ReplyState = 'open' | 'queued' | 'sending' | 'held' | 'answered' | 'sent' | 'given-up';

/** A message that is on record, with its lines in order. */
export interface MessageRecord extends NewMessage {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly replyState: ReplyState;
  /** How often a late reply was tried. */
  readonly replyAttempts: number;
  /** How often more has become known of its lines since they could first be told; a reply is as of one of these. */
  readonly changes: number;
  readonly redemptions: readonly Redemption[];
  /** What was answered to its other commands, by line; null until they have all been carried out. */
  readonly answers: Answers | null;
  /** What a notice is about that is looked up when it is told; null for everything else. */
  readonly topic: Topic | null;
}

/** Replies that could not be given to a person yet. */
export interface HeldReplies {
  /** Reserved, to be told in the conversation in which the person is writing. */
  readonly taken: readonly MessageRecord[];
  /** They are for another conversation, and stay held; some of them, where there are many. */
  readonly elsewhere: readonly MessageRecord[];
}

/** Sentences by line, from 0. */
export type Answers = Readonly<Record<number, string>>;

/**
 * A row as somebody works on it. A question that was confirmed elsewhere has become another message's row, so whoever
 * still holds it as a line of the first message finds that it is not theirs any more.
 */
export type RowInHand = Pick<Redemption, 'id' | 'message'>;

export interface Claim {
  /** True for exactly one caller per message, ever: that one makes the calls. */
  readonly won: boolean;
  /** The person has had their allowance for this minute, so nothing of this message may reach the vendor. Only for the winner. */
  readonly spent: boolean;
  /** The message as it is on record: a loser sees the winner's rows. */
  readonly message: MessageRecord;
}

/** How one attempt to send a reply late ended. */
export type LateResult =
  | { readonly kind: 'sent' }
  /** It did not work, but may later. */
  | { readonly kind: 'retry'; readonly afterMs: number }
  /** This way does not work: it goes with the person's next message, or is tried again after `afterMs` where that is given. */
  | { readonly kind: 'hold'; readonly afterMs?: number }
  | { readonly kind: 'give-up' }
  /** There is nothing to tell any more. */
  | { readonly kind: 'drop' };

/** The durable memory of what may have left. Every promise resolves only after the disk has it. */
export interface Ledger extends CardLedger {
  /**
   * Records a message and its lines unless they are there already. A confirmed question becomes a pending line of this
   * message; where none can be, there is no line. Rejects when storage cannot promise durability.
   */
  claim(message: NewMessage, lines: readonly NewLine[], asking?: Asking): Promise<Claim>;
  /**
   * Records what came of the call of a row that is still its message's, and returns the row as it stands then. What the
   * caller knows outranks what looks and people have settled meanwhile.
   */
  settle(row: RowInHand, outcome: Outcome): Promise<Redemption>;
  /** The row as it stands. Rejects when it cannot be read. */
  findRedemption(id: number): Promise<Redemption>;
  /** Resolves with the row once it is no longer pending. */
  whenSettled(id: number): Promise<Redemption>;
  findMessage(key: MessageKey): Promise<MessageRecord | null>;
  /** Keeps what the other commands of a message came to, for whoever is delivered it again. */
  saveAnswers(message: number, answers: Answers): Promise<void>;
  /** Counts the redemptions that match, and reads the newest `limit` of them. */
  findRecords(filter: RecordFilter, limit: number): Promise<Records>;

  /** The reply went out in the response to a callback, as of that many `changes`; where there are more, it is due again. */
  replyAnswered(message: number, asOf: number): Promise<void>;
  /** Nobody is left who could answer in a response: it is to be sent late, after `afterMs`. */
  queueReply(message: number, afterMs: number): Promise<void>;
  /** Reserves the reply for the response to a repeated callback, and reads it. Null when it is being or was sent late. */
  takeReply(message: number): Promise<MessageRecord | null>;
  /** Reserves replies that are due for sending; one that is neither finished nor renewed is due again after `leaseMs`. */
  takeDueReplies(limit: number, leaseMs: number): Promise<readonly MessageRecord[]>;
  /** Records how an attempt ended to send the reply as of that many `changes`; where there are more, it is due again. */
  finishReply(message: number, result: LateResult, asOf: number): Promise<void>;
  /**
   * Reserves replies that this person could not be given, for the reply to `message`, which is not among them. What was
   * said in a group is told there or in private, everything else in private only.
   */
  takeHeldReplies(user: string, message: MessageKey & Pick<NewMessage, 'conversation'>): Promise<HeldReplies>;

  /**
   * For a message that storage did not take in time: nothing of it is ever carried out, whatever becomes of the tries to
   * store it. Its lines are recorded as unsent as soon as storage takes them, and the promise resolves with the message
   * then; with null where the service ends before. Returns null where too many are waiting already: then nobody may be
   * told that it was not submitted.
   */
  refuse(message: NewMessage, lines: readonly NewLine[]): Promise<MessageRecord | null> | null;
  /** What `refuse` has returned, while it is not recorded yet; null for a message that was not refused. */
  findRefusal(message: MessageKey): Promise<MessageRecord | null> | null;
  /**
   * Whether another service may have refused a message in that way without having been able to record it yet. The message
   * was typed `typedAgoMs` ago and has been here for `hereForMs`.
   */
  mayBeRefusedElsewhere(typedAgoMs: number, hereForMs: number): Promise<boolean> | false;

  /** Rejects with the reason when a claim could not be stored now. */
  check(): Promise<void>;
  close(): Promise<void>;
}
