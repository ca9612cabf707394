import type { Redemption, Store } from './redemption.ts';

/**
 * What groups may hear of. `settled`: an *unknown* became known later. `binding`: a person's place in the mapping
 * changed. `summary`: a store's day.
 */
export const NOTICE_KINDS = ['refused', 'unknown', 'settled', 'summary', 'succeeded', 'binding'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * Where a notice stands with one robot. `sent`: the platform took it. `moved`: the robot is gone, and others tell it instead.
 */
export type DeliveryState = 'waiting' | 'sent' | 'given-up' | 'moved';

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
 * does not work until it is mended.
 */
export type MessageResult =
  | { readonly kind: 'sent'; readonly told: readonly number[]; readonly restMs: number }
  | { readonly kind: 'retry' | 'bare' | 'parked'; readonly restMs: number };

/** What became of the test line of one robot. */
export interface RobotTest {
  readonly robot: 'wecom' | 'dingtalk' | 'feishu';
  readonly outcome: 'arrived' | 'refused' | 'unheard' | 'too-soon';
  /** The platform's own words, where there were any. */
  readonly answer: string | null;
}
