import type { SeenCard } from './card.ts';
import type { Allowance, MessageKey, NewLine } from './message.ts';
import type { CardBlock, OtherReading, Redemption } from './redemption.ts';

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

/** A line that says yes to a question. */
export interface Confirmation {
  readonly line: number;
  /** Null: the one question that is open. */
  readonly receipt: string | null;
}

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
  /** What a look showed of the card; null where there was none. */
  readonly seen: SeenCard | null;
  /** Another code that is shown too, and may be the one that is meant. */
  readonly other: Omit<OtherReading, 'receipt'> | null;
}

/** Who said something, and where. */
export interface Speaker extends Pick<MessageKey, 'channel' | 'account'> {
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
