/** One typed line that spends a customer's visits, and everything that is known about it. */
export interface Redemption {
  readonly id: number;
  /** Short number that the reply, the ledger and the vendor's remark all carry. */
  readonly receipt: string;
  /** The message that it is a line of: the one that confirmed it, where it was asked about. */
  readonly message: number;
  /** Position among the lines of its message, from 0. */
  readonly line: number;
  /** As typed: its number or a dynamic code. */
  readonly card: string;
  /** The card's own number where it is known and another than the one typed. */
  readonly realCard: string | null;
  /** What the vendor calls the card; null before the first look. */
  readonly cardName: string | null;
  /** Last day on which the card can be used, such as `2026-12-31`; null before the first look. */
  readonly validUntil: string | null;
  readonly count: number;
  /** What the person wrote behind the count; may be empty. */
  readonly remark: string;
  readonly store: Store | null;
  readonly employeeId: number | null;
  readonly state: State;
  /** Why it is unsent or unknown; null in the other states. */
  readonly reason: UnsentReason | UnknownReason | null;
  /** The vendor's own sentence, where there was one. */
  readonly vendorMsg: string | null;
  /** Times that the card had left right before the call; null when the look failed. */
  readonly remainingBefore: number | null;
  /** Times left as a look saw them afterwards; null without such a look. */
  readonly remainingAfter: number | null;
  /** Whether the card of an unknown is still to be looked at again. */
  readonly checking: boolean;
  /** Why the looks so far have not settled an unknown; absent where none was made. */
  readonly unsettled?: Unsettled;
  /** How an unknown became known; null when the vendor's own answer said so. */
  readonly settledBy: SettledBy | null;
  /** What the person was asked before anything was sent; null when it went without asking. */
  readonly question: Question | null;
  /** Milliseconds since 1970. */
  readonly claimedAt: number;
  readonly settledAt: number | null;
}

/**
 * A row that is being worked on. A question that was confirmed elsewhere has become another message's row, so a caller
 * that still holds it as a line of the first message finds that it does not own the row any more.
 */
export type RowInHand = Pick<Redemption, 'id' | 'message'>;

export interface Store {
  readonly code: string;
  readonly name: string;
}

/**
 * Why times left could not settle an unknown: other redemptions may have changed them, they were not seen, went another way
 * or were looked at too late.
 */
export type Unsettled = 'disturbed' | 'unseen' | 'unclear' | 'late';

/**
 * How an unknown was settled: by the times left on the card, by a person who looked into the vendor's own books, or by a list
 * out of these books that a person has put beside the ledger.
 */
export type SettledWithoutAnswer =
  | { readonly how: 'look' }
  | {
      readonly how: 'hand';
      /** Platform and id, such as `wecom:zhangsan`. */
      readonly user: string;
      readonly name: string;
      /** What the person gave as the reason; absent where nobody asked for one. */
      readonly reason?: string;
      /** What people said before and was corrected, oldest first; absent where this was the first word. */
      readonly earlier?: readonly EarlierVerdict[];
    }
  | {
      readonly how: 'list';
      /** Who put the list beside the ledger and confirmed what it decides: platform and id. */
      readonly user: string;
      readonly name: string;
      /** What the file was called, and the SHA-256 of its bytes in hexadecimal. */
      readonly file: string;
      readonly sha256: string;
      /** Where the redemption stands in it; null: it does not, though the list covers its time. */
      readonly place: ListPlace | null;
    };

/** A row of a list; rows count from 1. */
export interface ListPlace {
  readonly sheet: string;
  readonly row: number;
}

export type SettledByHand = Extract<SettledWithoutAnswer, { how: 'hand' }>;
export type SettledByList = Extract<SettledWithoutAnswer, { how: 'list' }>;

/** A verdict of a person that another one has corrected. */
export interface EarlierVerdict {
  /** Platform and id. */
  readonly user: string;
  readonly name: string;
  readonly state: 'succeeded' | 'refused';
  readonly reason?: string;
  /** The list that said so; absent where a person said it by themselves. */
  readonly file?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type SettledBy =
  | SettledWithoutAnswer
  /** By the process that made the call: its result came after the row had been settled otherwise, and outranks that. */
  | { readonly how: 'overruled'; readonly was: State; readonly by: SettledWithoutAnswer };

/** Asked in the conversation, and to be answered there by the same person. */
export interface Question {
  readonly why: AskReason;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The other way to read the line, which has a receipt of its own. Once confirmed: the one that was not meant. */
  readonly other: OtherReading | null;
  /** By which its person can name it where they were; absent where it was never one of several that were open. */
  readonly number?: number;
}

export type AskReason = WhyAsked & {
  /** The card was not typed like this, so the person has to see it whole. */
  readonly corrected?: true;
};

type WhyAsked =
  /** More times than `over`, which is what may go without asking. */
  | { readonly kind: 'many'; readonly over: number }
  /** The card was used `agoMs` before. */
  | ({ readonly kind: 'repeat' } & Repeat)
  /** Where the card ends and the count begins cannot be seen. */
  | { readonly kind: 'ambiguous' }
  /** Count and remark are what the line probably means. */
  | { readonly kind: 'uncertain' }
  /** The card was shown and not typed; `counted` where the person said how many times, `repeat` where it was used just before. */
  | { readonly kind: 'shown'; readonly counted: boolean; readonly repeat: Repeat | null };

/** A use of the card `agoMs` before. */
export interface Repeat {
  readonly agoMs: number;
  readonly count: number;
  readonly state: State;
}

/** A way to read a line in which card and count cannot be told apart. */
export interface Reading {
  readonly card: string;
  readonly count: number;
}

export interface OtherReading extends Reading {
  readonly receipt: string;
  /** The card's own number, where a look has named it; absent: it has not. */
  readonly realCard?: string;
  readonly cardName: string | null;
  readonly remaining: number | null;
  readonly validUntil?: string | null;
  /** Its card was used just before; absent: it was not, or it was typed. */
  readonly repeat?: Repeat;
  /** Why it cannot be meant: its card was looked at. Such a reading is not offered. */
  readonly blocked?: CardBlock;
}

/** Why a card that was looked at cannot be redeemed from, or not so many times. */
export type CardBlock = Extract<UnsentReason, 'expired' | 'too-few'>;

/**
 * `pending → succeeded | refused | unsent | unknown`, and `unknown → succeeded | refused` when it is settled later; what
 * was settled by hand can be corrected by hand, and what was settled without the vendor's answer gives way to it when it
 * comes after all.
 * *asked* comes before all that: nothing was sent, and it becomes *pending* when the person confirms it, *unsent* when
 * not. *unsent* is only ever said when no byte of the request can have left; everything doubtful is *unknown*.
 */
export type State = 'asked' | 'pending' | Outcome['state'];

export type Outcome =
  | { readonly state: 'succeeded'; readonly vendorMsg: string | null }
  | { readonly state: 'refused'; readonly vendorMsg: string | null }
  | { readonly state: 'unsent'; readonly reason: UnsentReason }
  | { readonly state: 'unknown'; readonly reason: UnknownReason };

export type UnsentReason =
  /** No connection to the vendor: refused, DNS, TLS, connect time-out. */
  | 'no-connection'
  /** The vendor queue or the service is full. */
  | 'busy'
  /** This person typed more lines a minute than allowed. */
  | 'too-many-lines'
  /** The service is stopping. */
  | 'stopping'
  /** The person is not in the mapping. */
  | 'unbound'
  /** The message carried no usable user id. */
  | 'no-user'
  /** It has waited for so long, or the machine has slept, that others may have taken it over. */
  | 'overdue'
  /** A message that is not on record was signed long ago, or in the future: one of the two clocks is wrong. */
  | 'stale'
  /** The row could not be kept safe, so the call was not made. */
  | 'storage'
  /** The card's last day is over. */
  | 'expired'
  /** The card has fewer times left than were to be spent. */
  | 'too-few'
  /** The person was asked and said no. */
  | 'cancelled'
  /** The person was asked, and sent the same card again before they answered. */
  | 'replaced'
  /** The person was asked and did not answer in time. */
  | 'unconfirmed';

export type UnknownReason =
  /** No answer within the time allowed. */
  | 'timeout'
  /** The connection broke after the request may have left. */
  | 'connection-lost'
  /** The vendor answered with something that says neither yes nor no. */
  | 'unclear-answer'
  /** The service died between sending and recording. */
  | 'interrupted';

/** Times left after a redemption that succeeded, as far as is known: seen then, or else computed. */
export function remainingOf({ state, count, remainingBefore, remainingAfter }: Redemption): number | null {
  if (state !== 'succeeded') return null;
  return remainingAfter ?? (remainingBefore === null ? null : remainingBefore - count);
}

/** Whether these times are computed, not seen: what was left before, less what was taken. */
export function isRemainingComputed(redemption: Redemption): boolean {
  return redemption.remainingAfter === null && remainingOf(redemption) !== null;
}
