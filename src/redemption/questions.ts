import type { SeenCard } from './card.ts';
import type { Allowance, MessageKey, NewLine } from './message.ts';
import type { AskReason, CardBlock, OtherReading, Redemption } from './redemption.ts';

/** When a person is asked before anything is sent. */
export interface AskPolicy {
  /** More times than this are asked about. */
  readonly countOver: number;
  /** A card that was used within this time is asked about, in milliseconds; 0 = never. */
  readonly repeatWithinMs: number;
  /** How long a question can be answered, in milliseconds. */
  readonly openForMs: number;
}

/** How long a question can be answered, in milliseconds. */
export const ASK_OPEN_MS = 5 * 60_000;

/** Asks only about lines that can be read in two ways. */
export const NEVER_ASK: AskPolicy = { countOver: Infinity, repeatWithinMs: 0, openForMs: ASK_OPEN_MS };

/** Which of the questions that are open where a person is. */
export interface Named {
  /** Either of its receipts. */
  readonly receipt: string | null;
  /** Its number. Absent, and without a receipt: the only one that is open. */
  readonly number?: number;
}

/** A line that says yes to a question. */
export interface Confirmation extends Named {
  readonly line: number;
  /** How many times instead of those that were asked about; absent or null: those. */
  readonly count?: number | null;
  /** A count without a word that says yes: only an answer to a question that leaves the count to the person. */
  readonly bare?: true;
  /**
   * Says yes to all that are open, with one reading each: the first becomes this line, the others the lines from this number
   * on, which are no lines of the message.
   */
  readonly allFrom?: number;
}

/** Of questions that leave it to the person how many times. */
const COUNT_OPEN: ReadonlySet<string> = new Set(['shown']);

/** Whether a count alone answers a question: only where the card was shown, and the count is what the person still has to say. */
export function isCountOpen({ kind }: AskReason): boolean {
  return COUNT_OPEN.has(kind);
}

/** No more questions are said yes to by one line: as many as a message has lines. */
export const MOST_CONFIRMED = 20;

/** What a claim has to know about questions, and about how much a person may have. */
export interface Asking {
  readonly policy: AskPolicy;
  /** Lines of the message that say yes to one. */
  readonly confirmations: readonly Confirmation[];
  /** Absent: as much as they like. */
  readonly allowance?: Allowance;
  /** The claim does not find again what an earlier one of this service may have stored. Absent: it does. */
  readonly asNew?: boolean;
}

export const NOT_ASKING: Asking = { policy: NEVER_ASK, confirmations: [] };

/** A line that is made of what a message shows: a question, whatever it says. */
export interface ShownLine extends Omit<NewLine, 'unsent' | 'other' | 'uncertain'> {
  /** Whether the person said how many times; else `count` is only what a bare yes means. */
  readonly counted: boolean;
  /** When its message was typed, by the clock of its platform; null where it does not say. */
  readonly typedAt: number | null;
  /** What a look showed of the card; null where there was none. */
  readonly seen: SeenCard | null;
  /** Another code that is shown too, and may be the one that is meant. */
  readonly other: Omit<OtherReading, 'receipt' | 'repeat'> | null;
  /** What the person is told below the question; null: nothing. */
  readonly besides: string | null;
}

/** Who said something, and where. */
export interface Speaker extends Pick<MessageKey, 'channel' | 'account'> {
  /** Of the message in which it is said. */
  readonly messageId?: string;
  readonly user: string;
  readonly conversation: string | null;
}

/** What looks at the cards of a question told; null where nothing was seen. */
export interface SeenReadings {
  readonly seen: SeenCard | null;
  /** Why the reading cannot be carried out, as far as was seen. */
  readonly blocked: CardBlock | null;
  readonly other: Pick<OtherReading, 'cardName' | 'remaining' | 'blocked'> | null;
}

/** A redemption that was asked about. */
export interface AskedRedemption {
  readonly redemption: Redemption;
  /** Whether it was asked where this speaker is. */
  readonly here: boolean;
}
