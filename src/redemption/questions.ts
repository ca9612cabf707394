import type { MessageKey, RowInHand } from './ports.ts';
import type { Sight } from './looks.ts';
import type { Telling } from './people.ts';
import type { CardBlock, OtherReading, Redemption, SettledBy } from './redemption.ts';

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

/** Nobody is asked, but for lines that can be read in two ways. */
export const NEVER_ASK: AskPolicy = { countOver: Infinity, repeatWithinMs: 0, openForMs: ASK_OPEN_MS };

/** A line that says yes to a question. */
export interface Confirmation {
  readonly line: number;
  /** Null: the one question that is open. */
  readonly receipt: string | null;
}

/** Where something was said, and by whom. */
export interface Speaker extends Pick<MessageKey, 'channel' | 'account'> {
  readonly user: string;
  readonly conversation: string | null;
}

/** What a look told about a card before it was to be spent. */
export interface SeenCard {
  /** Null where it is the one typed. */
  readonly realCard: string | null;
  readonly cardName: string | null;
  readonly validUntil: string | null;
  readonly remaining: number;
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

/** An unknown redemption whose card is to be looked at now. */
export interface DueLook extends Redemption {
  /** How many looks have been begun, with this one. */
  readonly looks: number;
  /** Who typed it: platform and id. */
  readonly user: string | null;
}

/** The ledger's part about cards: what was seen of them, what is asked about them, and unknowns that become known. */
export interface CardLedger {
  /**
   * Records what was seen of the card of a redemption that is pending and still its message's, and returns the row as it
   * stands then: it may have been settled or confirmed elsewhere meanwhile, or have to be asked about, now that its card
   * is known.
   */
  noteCard(row: RowInHand, seen: SeenCard, policy: AskPolicy): Promise<Redemption>;
  /**
   * Records what was seen of a question's card, and of the card in the other reading. A reading that cannot be carried out
   * is not asked about any more: the other one takes its place, or the question ends as *unsent* where there is none.
   */
  noteReadings(id: number, readings: SeenReadings): Promise<Redemption>;
  /** Records the times left that were seen after a success. */
  noteRemaining(id: number, remaining: number): Promise<Redemption>;

  /** Withdraws the speaker's open question, by either of its receipts or as the only one; null when it is not clear which. */
  cancelQuestion(speaker: Speaker, receipt: string | null): Promise<Redemption | null>;
  /** What this person was asked within the last day on this channel, newest first. */
  findQuestions(speaker: Speaker): Promise<readonly AskedRedemption[]>;
  /** Ends questions that nobody answered in time. */
  expireQuestions(): Promise<void>;

  /**
   * Reserves unknown redemptions whose card is to be looked at again; one that is not rescheduled or settled is due
   * again after `leaseMs`. The first look comes `firstAfterMs` after it became unknown.
   */
  takeDueLooks(limit: number, leaseMs: number, firstAfterMs: number): Promise<readonly DueLook[]>;
  /** When to look again, in milliseconds since 1970. */
  scheduleLook(id: number, at: number): Promise<void>;
  /**
   * The last look is over and the redemption still unknown: nobody looks any more, whoever typed it hears so, and others
   * are told what is to be told them. Once, however often it is called.
   */
  endLooks(id: number, tellings: readonly Telling[]): Promise<void>;
  /**
   * Puts on record what a look at an unknown's card showed, settles it if all the looks together say what it was
   * (`judge`), and returns the row as it stands, with why it could not be settled.
   */
  settleByLook(id: number, sight: Sight, last: boolean): Promise<Redemption>;
  /** Settles an unknown by hand; whatever is not unknown stays. Returns the row as it stands. */
  settleByHand(
    id: number,
    state: 'succeeded' | 'refused',
    by: Extract<SettledBy, { how: 'hand' }>,
  ): Promise<Redemption>;
}
