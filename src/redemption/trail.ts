import type { DeliveryState, NoticeKind } from './notices.ts';
import type { LateResult, ReplyState } from './message.ts';
import type { RecordedRedemption } from './records.ts';
import type { AskReason, Redemption, SettledBy, State } from './redemption.ts';
import type { Shows } from './shown.ts';
import type { Sight } from './looks.ts';

// All instants are in milliseconds since 1970. What was stored before instants were kept has none: they are null then.

/** What happens to few redemptions, or again and again, and is put on record when it happens. */
export type TrailFacts =
  /** Its person is asked; `again` because its card was used since they were asked first. */
  | { readonly kind: 'asked'; readonly why: AskReason; readonly again?: true }
  /** The person said yes, in this message. */
  | { readonly kind: 'confirmed' }
  /** A question ended unanswered, or was answered no. */
  | { readonly kind: 'withdrawn'; readonly reason: NonNullable<Redemption['reason']> }
  /** It became *unknown*; `takenOver` where another service found it left by one that had died. */
  | { readonly kind: 'unknown'; readonly reason: Redemption['reason']; readonly takenOver?: true }
  /** An unknown's card was looked at; `by` is the person who asked for it, absent where the service did so by itself. */
  | { readonly kind: 'look'; readonly sight: Sight; readonly by?: string }
  /** The last look was over, and it was still unknown. */
  | { readonly kind: 'looks-ended' }
  /** It came to something else than what it `was`; `since` then. Null where the caller itself brought the vendor's answer. */
  | {
      readonly kind: 'settled';
      readonly state: State;
      readonly was: State;
      readonly since: number | null;
      readonly by: SettledBy | null;
    }
  /** The platform delivered the message once more, or `times` at about the same time; nothing was carried out again. */
  | { readonly kind: 'redelivered'; readonly times: number }
  /** The reply was told once more by a carrier. */
  | { readonly kind: 'told-again' }
  /** A try to send the reply late ended so; it was the nth. */
  | { readonly kind: 'late'; readonly result: LateResult['kind']; readonly attempt: number }
  /** The service that was at the reply had died: another one sends it late. */
  | { readonly kind: 'reply-taken-over' };

/** Of a redemption, or of a message. */
export type TrailEvent = TrailFacts & {
  readonly at: number;
  /** The message that it happened to, or by which it happened; null where there is none. */
  readonly message: number | null;
};

/** A message of a redemption, and what became of its reply. */
export interface TrailMessage {
  readonly id: number;
  readonly channel: string;
  /** Whether it was typed in a group. */
  readonly inGroup: boolean;
  /** Whole, as it was typed: there may be card numbers in it. */
  readonly text: string;
  readonly shows: Shows | null;
  readonly receivedAt: number;
  readonly replyState: ReplyState;
  /** When the platform first took the reply. */
  readonly toldAt: number | null;
  /** When a reply that waits is tried next. */
  readonly replyDue: number | null;
  readonly replyAttempts: number;
}

/** What groups are told of it, and what became of that by robot. */
export interface TrailNotice {
  readonly kind: NoticeKind;
  readonly createdAt: number;
  /** Null until it was decided which robots tell it. */
  readonly addressedAt: number | null;
  readonly deliveries: readonly { readonly state: DeliveryState; readonly doneAt: number | null }[];
}

/** What a person other than the one who typed it is told of it. */
export interface TrailTelling extends Pick<TrailMessage, 'replyState' | 'toldAt' | 'replyDue' | 'replyAttempts'> {
  /** Platform and id. */
  readonly user: string | null;
  readonly about: 'unsettled' | 'redemption';
  readonly createdAt: number;
}

/** All that is on record of one redemption. */
export interface Trail extends RecordedRedemption {
  /** The message in which it was typed, those that were answered with a question, and those that confirmed one; oldest first. */
  readonly messages: readonly TrailMessage[];
  /** When the card was seen before it was sent, from when on bytes could leave, and when it was seen after a success. */
  readonly seenAt: number | null;
  readonly sentAt: number | null;
  readonly seenAfterAt: number | null;
  /** When its card is looked at next; not before. */
  readonly lookDue: number | null;
  /** What looks have shown; those before instants were kept are in here only. */
  readonly sights: readonly Sight[];
  /** In the order in which they happened. */
  readonly events: readonly TrailEvent[];
  readonly notices: readonly TrailNotice[];
  readonly tellings: readonly TrailTelling[];
  /** The other redemptions of its messages that the person who asks may know of. */
  readonly beside: readonly Redemption[];
}

/** More than this is not read of anything that may happen again and again. */
export const MOST_EVENTS = 200;
