import type { Address, Topic } from './people.ts';
import type { Shows } from './shown.ts';
import type { Reading, Redemption, Store, UnsentReason } from './redemption.ts';

/** What makes a message the same message when it is delivered again. */
export interface MessageKey {
  /** The kind of bot, as the ledger has it, such as `wecom-app`. */
  readonly channel: string;
  /** The bot or corp that received it: part of what makes the message id unique. */
  readonly account: string;
  readonly messageId: string;
}

/** Names a message for maps: two have the same name only if they are the same. */
export const keyOf = ({ channel, account, messageId }: MessageKey): string =>
  `${channel} ${account.length} ${account} ${messageId}`;

/** What of a message is put on record. */
export interface NewMessage extends MessageKey {
  /** Platform and id exactly as received, such as `wecom:zhangsan`; null where the platform gave no usable one. */
  readonly user: string | null;
  /** Platform and id of the group, such as `wecom:wrXXXX`; null in a one-to-one chat. */
  readonly conversation: string | null;
  readonly text: string;
  /** What it shows besides; absent or null: nothing. */
  readonly shows?: Shows | null;
  /** When it was typed, by the clock of its platform, in milliseconds since 1970; absent or null: it does not say. */
  readonly typedAt?: number | null;
  /** JSON: how the person is reached once the carrier is over. Only the bot that wrote it reads it. */
  readonly returnAddress: unknown;
}

/** A message whose person was told, while the bot was being set up, that nothing of it was carried out. */
export interface NotCarriedOut extends NewMessage {
  /** Whether the platform has shown them that. */
  readonly isTold: boolean;
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
  /** Set on an uncertain line whose card was not typed like this. */
  readonly corrected?: boolean;
}

/** How much of what reaches the vendor one person may have. */
export interface Allowance {
  readonly perMinute: number;
  /** What the message wants of it besides its lines and confirmations: looks at cards. */
  readonly looks: number;
}

/**
 * Where the reply to a message stands. `open`: the person has not been told yet, and a service is at it. `queued`: waits
 * to be sent late; `sending`: is being sent late. `held`: there is no way to the person now; it goes with their next
 * message. `answered`: a carrier told it; `sent`: went out late. `given-up`: too old to tell, or overtaken.
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
  /** Where its person is written to first, because the reply does not reach them where the message came from; else null. */
  readonly first: Address | null;
  /** How often more has become known of its lines since they could first be told; a reply is as of one of these. */
  readonly changes: number;
  readonly redemptions: readonly Redemption[];
  /** Null until its other commands than redemptions have all been carried out. */
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

export const NOTHING_HELD: HeldReplies = { taken: [], elsewhere: [] };

/** The texts that answer a message's other commands than redemptions, by line from 0. */
export type Answers = Readonly<Record<number, string>>;

export interface Claim {
  /** True for exactly one caller per message, ever: that one makes the calls. */
  readonly won: boolean;
  /** The person has had their allowance for this minute, so nothing of this message may reach the vendor. Only for the winner. */
  readonly spent: boolean;
  /** The message as it is on record: a loser sees the winner's rows. */
  readonly message: MessageRecord;
}

/** A carrier told the reply to a message, as of that many of its `changes`. */
export interface Answered {
  readonly message: number;
  readonly asOf: number;
}

/** The platform delivered a message again that was on record already, so many times, the last of them `agoMs` ago. */
export interface Redelivered {
  readonly message: number;
  readonly times: number;
  readonly agoMs: number;
}

/** How one attempt to send a reply late ended. */
export type LateResult =
  | { readonly kind: 'sent' }
  /** It did not work, but may later; `first`: there, where the person is written to first. */
  | { readonly kind: 'retry'; readonly afterMs: number; readonly first?: Address }
  /** This way does not work: it goes with the person's next message, or is tried again after `afterMs` where that is given. */
  | { readonly kind: 'hold'; readonly afterMs?: number }
  | { readonly kind: 'give-up' }
  /** There is nothing to tell any more. */
  | { readonly kind: 'drop' };
