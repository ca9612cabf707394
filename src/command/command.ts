// Longer than other files: all that the grammar can read, in one place, to be read as a whole.
import type { Scan } from '../redemption/shown.ts';
import type { Reading } from '../redemption/redemption.ts';
import type { Courtesy } from './courtesy.ts';

/** What one typed line says. */
export type Command =
  | Order
  | DeskCommand
  /** `all`: everything there is, not only what is typed most. */
  | { readonly kind: 'help'; readonly all?: true }
  /** Nothing but politeness. */
  | { readonly kind: 'courtesy'; readonly said: Courtesy }
  /** `meant` is a line that may have been meant. It is never carried out as the guess. */
  | { readonly kind: 'not-understood'; readonly meant?: string }
  /** It begins like a command but cannot be carried out as it stands. */
  | { readonly kind: 'wrong'; readonly problem: LineProblem };

/** What is to be done with the card that the message shows instead of naming one. */
export interface Showing {
  readonly kind: 'showing';
  readonly wants: Scan['wants'];
  /** How many times, where that was said. */
  readonly count: number | null;
  /** May be empty. */
  readonly remark: string;
}

/** Asks for visits to be redeemed. */
export type Order = Redeem | AskedFirst;

/** An order that does not run as it stands: it becomes a question. */
export type AskedFirst = Uncertain | Ambiguous;

export interface Redeem {
  readonly kind: 'redeem';
  /** Letters and digits exactly as typed. */
  readonly card: string;
  /** 1 to 999. */
  readonly count: number;
  /** May be empty; at most `MAX_REMARK` characters. */
  readonly remark: string;
}

/** What the line probably means: text stands where the count belongs, or may take the count back. */
export interface Uncertain extends Omit<Redeem, 'kind'> {
  readonly kind: 'uncertain';
  /** The card was not typed like this: `九一四零…`, `914O 9535`, twice by a scanner. The person sees it whole. */
  readonly corrected?: true;
}

/** The line can be read in two ways: the last group of a card typed in groups of four may be the count. */
export interface Ambiguous {
  readonly kind: 'ambiguous';
  readonly group: string;
  /** With the group as the end of the card, and with the group as the count. */
  readonly readings: readonly [Reading, Reading];
  /** May be empty. */
  readonly remark: string;
}

/** What is carried out besides redemptions. A `receipt` is always written like `R-7K3M9Q2A`. */
export type DeskCommand =
  | (Query | Check | Confirm | Cancel | Undo | Records | Statistics)
  | (Me | StaffList | BindRequest | Bind | Unbind | Agree | Reject | NotifyTest)
  | (AskConsole | SignOut);

export interface Query {
  readonly kind: 'query';
  readonly card: string;
}

export interface Check {
  readonly kind: 'check';
  readonly receipt: string;
  readonly verdict: Verdict | null;
}

/**
 * Says yes to a question. The claim of the message turns the question into a redemption of this line; the desk only says
 * why it fits none.
 */
export interface Confirm extends Named {
  readonly kind: 'confirm';
  /** How many times instead of those that are asked about: 1 to 999. */
  readonly count?: number;
  /**
   * Said without the word: `好`, `1`, `3次`. A count alone answers a question that leaves the count to the person; everything
   * else is only pointed at what waits. A courtesy is answered as one where nothing does.
   */
  readonly bare?: true | 'courtesy';
}

export interface Cancel extends Named {
  readonly kind: 'cancel';
}

/** Which of the questions that wait for this person's answer. */
export interface Named {
  /** Null: see `number`. */
  readonly receipt: string | null;
  /** The number of one, all of them, or what is left of all when some have been confirmed. Absent: the one that is open. */
  readonly number?: number | 'all' | 'rest';
}

/** Says that a redemption is to be taken back, which cannot be done from here. */
export interface Undo {
  readonly kind: 'undo';
  readonly receipt: string | null;
  readonly card: string | null;
}

/** Which part of a long list; absent for the first. */
interface Paged {
  /** From 2. */
  readonly page?: number;
}

export interface Records extends Paged {
  readonly kind: 'records';
  readonly of: RecordsOf;
}

export interface Statistics extends Paged {
  readonly kind: 'statistics';
  readonly period: Period;
}

export interface Me {
  readonly kind: 'me';
}

export interface StaffList extends Paged {
  readonly kind: 'staff-list';
}

/** A person who is not in the mapping asks to be. */
export interface BindRequest extends Binding {
  readonly kind: 'bind-request';
}

export interface Bind extends Binding {
  readonly kind: 'bind';
  /** Platform and id; the id is exactly as typed. */
  readonly user: string;
}

export interface Unbind {
  readonly kind: 'unbind';
  /** Platform and id; the id is exactly as typed. */
  readonly user: string;
}

export interface Agree {
  readonly kind: 'agree';
  /** Of the request; null: which one is not said. */
  readonly number: number | null;
}

export interface Reject {
  readonly kind: 'reject';
  /** As above. */
  readonly number: number | null;
}

export interface NotifyTest {
  readonly kind: 'notify-test';
}

/** Asks for a link by which the console is entered. */
export interface AskConsole {
  readonly kind: 'console';
}

/** Ends all logins of the person at the console. */
export interface SignOut {
  readonly kind: 'sign-out';
}

/** What a person who can see the card says of a redemption whose outcome is unknown. */
export type Verdict = 'consumed' | 'not-consumed';

export type RecordsOf =
  /** `day`: one day or several. */
  | { readonly kind: 'mine' | 'store'; readonly day: Period }
  | { readonly kind: 'card'; readonly card: string }
  | { readonly kind: 'receipt'; readonly receipt: string };

export type Day =
  | { readonly kind: 'today' | 'yesterday' | 'day-before-yesterday' }
  /** A day that the calendar has; without a year, one that some year has. */
  | { readonly kind: 'date'; readonly year: number | null; readonly month: number; readonly day: number };

export type Period =
  | Day
  | { readonly kind: 'week' | 'last-week' | 'month' | 'last-month' }
  | { readonly kind: 'month-of'; readonly year: number | null; readonly month: number };

export interface Binding {
  readonly employeeId: number;
  /** A code or a name, as typed. */
  readonly store: string;
  readonly name: string | null;
}

export type LineProblem =
  | OrderProblem
  /** The same of words beside a picture, where the card is in that. */
  | { readonly kind: 'beside-picture'; readonly problem: OrderProblem }
  /** A picture is quoted, and nothing is asked for. */
  | { readonly kind: 'quoted-picture' }
  /** `更多` alone: of which list is not known. */
  | { readonly kind: 'more' }
  /** The command word is clear; what stands behind it does not fit. */
  | Misused
  /**
   * The line begins with something close to a command's word. It is never carried out as the guess; `line` is the person's own
   * with that word, for them to read and send.
   */
  | { readonly kind: 'mistyped-word'; readonly meant: string; readonly line?: string };

/** Of a line that orders a redemption, or seems to. */
export type OrderProblem =
  /** With the card where it stands in the line, but not behind the command word. */
  | ({ readonly kind: 'no-card' } & OfCard)
  | ({ readonly kind: 'bad-card'; readonly why: CardFault } & OfCard)
  /** `…x2` or `…2次` without a blank: where the card ends cannot be seen. */
  | { readonly kind: 'glued' }
  | { readonly kind: 'two-cards' }
  /** On neighbouring lines, and it cannot be seen which count belongs to which card. */
  | { readonly kind: 'scattered' }
  /** `typed` is the beginning of what stands where the count belongs, never enough of it to be a card. */
  | ({ readonly kind: 'bad-count'; readonly typed: string } & OfCard)
  | ({ readonly kind: 'two-counts' } & OfCard)
  /** `全部`, `剩下的`: only the card knows how many that is. */
  | ({ readonly kind: 'count-unknown' } & OfCard)
  /** No count behind the card, but several in the remark. */
  | ({ readonly kind: 'count-in-remark' } & OfCard)
  /** A question about a redemption, or a wish to undo one or to have none. */
  | ({ readonly kind: 'talk' } & OfCard)
  /** The same without a command word before it, or words about redemptions in general: nothing was to be redeemed. */
  | { readonly kind: 'question' }
  | { readonly kind: 'long-remark'; readonly length: number }
  | { readonly kind: 'long-message'; readonly lines: number }
  /** It begins with other people's words, or with what looks like them, and none of the writer's own are to be seen. */
  | { readonly kind: 'quotation' }
  /** Longer than anything that people type, so no pattern was tried on it: one line, or the whole message. */
  | { readonly kind: 'long-line' | 'long-text' };

/** Of a line in which the card is certain. */
interface OfCard {
  /** As typed. */
  readonly card?: string;
}

/** `missing`: what stands in its place is a count. */
export type CardFault = 'too-short' | 'too-long' | 'characters' | 'groups' | 'missing';

export interface Misused {
  readonly kind: 'misused';
  readonly of: DeskCommand['kind'];
  readonly why: Misuse;
  /** Of a count that is none: the beginning of what was typed. */
  readonly typed?: string;
}

export type Misuse =
  // Of `missing`: nothing stands behind a command word that needs something.
  /** More than the command takes, behind something that it does. */
  | 'extra'
  /** Behind an answer to questions: says how many are meant, or two things at once. */
  | 'which'
  /** Something behind a command word that stands alone. */
  | 'alone'
  | CardFault
  | ('no-card' | 'receipt' | 'receipt-for-card' | 'verdict' | 'count' | 'records' | 'period' | 'number' | 'test')
  | ('employee' | 'user' | 'no-store' | 'store' | 'name');

export const MAX_LINES = 20;
/** Of a line and of a whole message, in UTF-16 units. */
export const MAX_LINE_LENGTH = 1_000;
export const MAX_TEXT_LENGTH = 20_000;
export const MAX_COUNT = 999;
/** Of a list. */
export const MAX_PAGE = 99;
/** In characters (code points). */
export const MAX_REMARK = 64;
/** Of a person, in characters (code points). */
export const MAX_NAME = 32;
/** In characters, all of them ASCII. */
export const CARD_LENGTH = { min: 6, max: 64 } as const;
