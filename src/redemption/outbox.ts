import type { Redemption, Store } from './redemption.ts';

/**
 * What groups may hear of. `settled`: an *unknown* became known later. `binding`: somebody's place in the mapping
 * changed. `summary`: a store's day.
 */
export const NOTICE_KINDS = ['refused', 'unknown', 'settled', 'summary', 'succeeded', 'binding'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A change of who is who, as the groups are told of it. */
export interface BindingNews {
  readonly change: 'bound' | 'unbound';
  /** Platform and id, such as `wecom:zhangsan`. */
  readonly user: string;
  readonly name: string;
  readonly store: Store;
  /** The name of the manager who did it. */
  readonly by: string;
}

/** Something on record that has not been addressed to robots yet. */
export interface OpenNotice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly storeCode: string | null;
  /** Set where it is for this robot alone. */
  readonly robot: string | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface Addressed {
  readonly notice: Pick<OpenNotice, 'id' | 'createdAt'>;
  readonly robots: readonly string[];
}

/** A notice that a robot is to tell, with what is known about it now. */
export interface NoticeLine {
  readonly notice: number;
  readonly kind: NoticeKind;
  readonly createdAt: number;
  /** Null in a summary and in news of a binding. */
  readonly redemption: Redemption | null;
  /** Who typed the redemption: platform and id. */
  readonly user: string | null;
  readonly binding: BindingNews | null;
  /** The day of a summary, such as `2026-11-23`. */
  readonly day: string | null;
}

/** A message to a group that was begun, so that it is the same message when it is tried again. */
export interface BegunMessage {
  readonly id: number;
  /** Never used for another message. */
  readonly uuid: string;
  /** Whether it goes without any words that came from outside. */
  readonly bare: boolean;
}

/** What waits for one robot. */
export interface TakenLines {
  /** A message that was begun and is not known to have arrived; the lines are then its lines. */
  readonly message: BegunMessage | null;
  /** Oldest first; never empty. */
  readonly lines: readonly NoticeLine[];
  /** Lines in all, those here included. */
  readonly waiting: number;
  /** How often in a row sending failed. */
  readonly failures: number;
}

/**
 * How an attempt to send ended, and how long the robot then rests. `sent`: the notices in `told` were really in it; the
 * message's other lines wait for the next. `bare`: to be tried again without words from outside. `parked`: the robot
 * does not work until somebody mends it.
 */
export type MessageResult =
  | { readonly kind: 'sent'; readonly told: readonly number[]; readonly restMs: number }
  | { readonly kind: 'retry' | 'bare' | 'parked'; readonly restMs: number };

/** Redemptions of one person in one store that came to the same. */
export interface TallyRow {
  readonly storeCode: string;
  readonly user: string | null;
  readonly state: Redemption['state'];
  /** Redemptions. */
  readonly lines: number;
  /** Visits. */
  readonly times: number;
}

export interface OpenUnknown {
  readonly redemption: Redemption;
  readonly user: string | null;
}

/** A span of time of some stores. */
export interface Tally {
  readonly rows: readonly TallyRow[];
  /** Still *unknown*, oldest first; at most as many as were asked for. */
  readonly unknown: readonly OpenUnknown[];
  /** Still *unknown* from before that time. */
  readonly unknownBefore: number;
}

export interface TallyQuestion {
  readonly storeCodes: readonly string[];
  /** Milliseconds since 1970; `to` is not part of it any more. */
  readonly from: number;
  readonly to: number;
  /** How many unknown redemptions to list. */
  readonly unknowns: number;
}

/** What became of the test line of one robot. */
export interface RobotTest {
  readonly robot: 'wecom' | 'dingtalk' | 'feishu';
  readonly outcome: 'arrived' | 'refused' | 'unheard' | 'too-soon';
  /** The platform's own words, where there were any. */
  readonly answer: string | null;
}

/**
 * The durable memory of what groups are to hear. A robot is known here by a name that tells nothing about its address.
 * Every promise resolves only after the disk has it.
 */
export interface Outbox {
  /** From now on outcomes of these kinds are put on record; others that nobody wants to hear cost nothing. */
  want(kinds: readonly NoticeKind[]): void;
  /** Makes robots known. All that are parked are tried again now: whatever was wrong may have been mended. */
  enrol(robots: readonly string[]): Promise<void>;
  /** Tries one that is parked again now. */
  wake(robot: string): Promise<void>;
  recordBinding(news: BindingNews): Promise<void>;
  /** Records the summary of a day, once per robot and day, for those that were known at the instant `at`. */
  planSummaries(day: string, at: number, robots: readonly string[]): Promise<void>;
  /** Notices that nobody has addressed yet, oldest first. */
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
  /** Lines that wait, of all robots, and notices that nobody has addressed yet. */
  countWaiting(): Promise<number>;
  tally(question: TallyQuestion): Promise<Tally>;
}
