/** What one typed line asks for. */
export type Command =
  | Redeem
  | OtherCommand
  | { readonly kind: 'help' }
  | { readonly kind: 'not-understood' }
  /** It begins like a command but cannot be carried out as it stands. */
  | { readonly kind: 'wrong'; readonly problem: Problem };

export interface Redeem {
  readonly kind: 'redeem';
  /** Letters and digits exactly as typed. */
  readonly card: string;
  /** 1 to 999. */
  readonly count: number;
  /** May be empty; at most `MAX_REMARK` characters. */
  readonly remark: string;
}

/** What is asked for besides redemptions. A `receipt` is always written like `R-7K3M9Q2A`. */
export type OtherCommand =
  | { readonly kind: 'query'; readonly card: string }
  | { readonly kind: 'check'; readonly receipt: string; readonly verdict: Verdict | null }
  /** Without a receipt: the one question that is open. */
  | { readonly kind: 'confirm' | 'cancel'; readonly receipt: string | null }
  | { readonly kind: 'records'; readonly of: RecordsOf }
  | { readonly kind: 'statistics'; readonly period: Period }
  | { readonly kind: 'me' }
  | { readonly kind: 'staff-list' }
  /** Somebody asks to be bound. `store` is a code or a name, as typed. */
  | ({ readonly kind: 'bind-request' } & Binding)
  /** `user` is platform and id; the id is exactly as typed. */
  | ({ readonly kind: 'bind'; readonly user: string } & Binding)
  | { readonly kind: 'unbind'; readonly user: string }
  | { readonly kind: 'agree' | 'reject'; readonly number: number }
  | { readonly kind: 'notify-test' };

/** What somebody who can see the card says of a redemption whose outcome is unknown. */
export type Verdict = 'consumed' | 'not-consumed';

export type RecordsOf =
  | { readonly kind: 'mine' | 'store'; readonly day: Day }
  | { readonly kind: 'card'; readonly card: string }
  | { readonly kind: 'receipt'; readonly receipt: string };

export type Day =
  | { readonly kind: 'today' | 'yesterday' }
  /** A day that the calendar has; without a year, one that some year has. */
  | { readonly kind: 'date'; readonly year: number | null; readonly month: number; readonly day: number };

export type Period =
  | Day
  | { readonly kind: 'week' | 'month' }
  | { readonly kind: 'month-of'; readonly year: number | null; readonly month: number };

export interface Binding {
  readonly employeeId: number;
  readonly store: string;
  readonly name: string | null;
}

/** The verbs that Chinese has; `hx` and `cx` stand for the first of their kind. */
export type Verb = RedeemVerb | OtherVerb;
export type RedeemVerb = '核销' | '消费' | '划卡';
export type OtherVerb =
  | ('查询' | '余次' | '核对' | '确认' | '取消' | '记录' | '统计' | '员工')
  | ('绑定' | '解绑' | '同意' | '拒绝' | '通知');

export type Problem =
  | { readonly kind: 'no-card' }
  | { readonly kind: 'bad-card'; readonly why: CardFault }
  /** `…x2` or `…2次` without a blank: where the card ends cannot be seen. */
  | { readonly kind: 'glued' }
  | { readonly kind: 'two-cards' }
  /** The last group of a card typed in groups of four may be the count. `remark` is absent when there is none. */
  | {
      readonly kind: 'ambiguous';
      readonly group: string;
      readonly readings: readonly [Reading, Reading];
      readonly remark?: string;
    }
  /** `typed` is the beginning of what stands where the count belongs, never enough of it to be a card. */
  | { readonly kind: 'bad-count'; readonly typed: string }
  | { readonly kind: 'two-counts' }
  /** There is text behind the card, and this is what it probably means: the person is asked. */
  | { readonly kind: 'uncertain'; readonly card: string; readonly count: number; readonly remark: string }
  /** `全部`, `剩下的`: only the card knows how many that is. */
  | { readonly kind: 'count-unknown' }
  /** No count behind the card, but several in the remark. */
  | { readonly kind: 'count-in-remark' }
  /** A question about a redemption, or a wish to undo one or to have none. */
  | { readonly kind: 'talk' }
  /** The same without a card, or words about redemptions in general: nothing was to be redeemed. */
  | { readonly kind: 'question' }
  | { readonly kind: 'long-remark'; readonly length: number }
  | { readonly kind: 'long-message'; readonly lines: number }
  /** It begins with other people's words, or with what looks like them, and none of the writer's own are to be seen. */
  | { readonly kind: 'quotation' }
  /** Longer than anything that somebody types, so no pattern was tried on it: one line, or the whole message. */
  | { readonly kind: 'long-line' | 'long-text' }
  /** The verb is clear; what stands behind it does not fit. */
  | Misused
  /** The line begins with something close to a verb. It is never carried out as the guess. */
  | { readonly kind: 'mistyped-verb'; readonly meant: Verb };

export type CardFault = 'too-short' | 'too-long' | 'characters' | 'groups';

export interface Misused {
  readonly kind: 'misused';
  readonly of: OtherCommand['kind'];
  readonly why: Misuse;
}

export type Misuse =
  /** Nothing stands behind a verb that needs something. */
  | 'missing'
  /** More than the command takes, behind something that it does. */
  | 'extra'
  /** Something behind a verb that stands alone. */
  | 'alone'
  | CardFault
  | ('no-card' | 'receipt' | 'receipt-for-card' | 'verdict' | 'records' | 'day' | 'period' | 'number' | 'test')
  | ('employee' | 'user' | 'no-store' | 'store' | 'name');

interface Reading {
  readonly card: string;
  readonly count: number;
}

export const MAX_LINES = 20;
/** Of a line and of a whole message, in UTF-16 units. */
export const MAX_LINE_LENGTH = 1_000;
export const MAX_TEXT_LENGTH = 20_000;
export const MAX_COUNT = 999;
/** In characters (code points). */
export const MAX_REMARK = 64;
/** Of a person, in characters (code points). */
export const MAX_NAME = 32;
/** In characters, all of them ASCII. */
export const CARD_LENGTH = { min: 6, max: 64 } as const;
