import type { LateResult, ReplyState } from '../redemption/message.ts';
import type { NoticeKind } from '../redemption/notices.ts';
import type { Sight } from '../redemption/looks.ts';
import type { AskReason, Redemption, SettledBy, State } from '../redemption/redemption.ts';
import type { Shows } from '../redemption/shown.ts';
import type { TrailNotice } from '../redemption/trail.ts';

/** What happened with a redemption, in order. */
export interface TrailShown {
  readonly kind: 'trail';
  readonly redemption: Redemption;
  /** The name of the person who typed it; null where the platform gave none. */
  readonly who: string | null;
  /** What was written behind the count, with card numbers cut; may be empty. */
  readonly remark: string;
  /** Whether the person who asks may settle it, where it is unknown. */
  readonly maySettle: boolean;
  readonly entries: readonly TrailEntry[];
  readonly coming: readonly Coming[];
  /** The other redemptions of its messages. */
  readonly beside: readonly Redemption[];
}

/** One thing that happened; `at` is in milliseconds since 1970, null where it was not kept. */
export type TrailEntry = { readonly at: number | null } & EntryFacts;

export type EntryFacts =
  /** Typed or shown. In the text, which may be empty, card numbers are cut. */
  | ({ readonly kind: 'received' } & Said)
  /** The person said yes to the question. */
  | ({ readonly kind: 'confirmed' } & Said)
  | { readonly kind: 'redelivered'; readonly times: number }
  | { readonly kind: 'asked'; readonly why: AskReason | null; readonly again: boolean }
  | { readonly kind: 'withdrawn'; readonly reason: Redemption['reason'] }
  /** The card was looked at before it was sent. */
  | { readonly kind: 'seen'; readonly remaining: number }
  /** From then on bytes could leave. */
  | { readonly kind: 'sent' }
  /** What it came to at first, as `unknown` and `withdrawn` are not. */
  | { readonly kind: 'outcome'; readonly state: State; readonly reason: Redemption['reason'] }
  | { readonly kind: 'unknown'; readonly reason: Redemption['reason']; readonly takenOver: boolean }
  /** The card was looked at after a success. */
  | { readonly kind: 'seen-after'; readonly remaining: number }
  /** A look at an unknown's card; `by` is the name of the person who asked for it, null where the service did. */
  | { readonly kind: 'look'; readonly sight: Sight; readonly by: string | null }
  | { readonly kind: 'looks-ended' }
  | { readonly kind: 'settled'; readonly state: State; readonly was: State; readonly by: SettledBy | null }
  /** The platform took the reply: that it was read is not known. */
  | { readonly kind: 'told'; readonly again: boolean }
  | { readonly kind: 'late'; readonly result: LateResult['kind']; readonly attempt: number }
  | { readonly kind: 'reply-taken-over' }
  /** What groups are told. */
  | {
      readonly kind: 'notice';
      readonly of: NoticeKind;
      readonly deliveries: TrailNotice['deliveries'];
      readonly addressed: boolean;
    }
  /** Another person is told: their name, and where that stands. */
  | {
      readonly kind: 'telling';
      readonly who: string | null;
      readonly about: 'unsettled' | 'redemption';
      readonly replyState: ReplyState;
      readonly toldAt: number | null;
    };

interface Said {
  readonly channel: string;
  readonly inGroup: boolean;
  readonly text: string;
  readonly shows: Shows | null;
}

/** What is still to come. */
export type Coming =
  /** The vendor's answer. */
  | { readonly kind: 'outcome' }
  /** The person's answer to the question. */
  | { readonly kind: 'answer'; readonly until: number }
  /** A look at the card, not before. */
  | { readonly kind: 'look'; readonly from: number }
  /** Only people can settle it. */
  | { readonly kind: 'people' }
  /** The reply: `held` waits for the person's next message. */
  | { readonly kind: 'reply'; readonly state: ReplyState; readonly from: number | null }
  /** So many group robots have not told it yet; null where it is not decided which tell it. */
  | { readonly kind: 'notices'; readonly robots: number | null };
