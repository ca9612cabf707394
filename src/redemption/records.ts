import type { Sight } from './looks.ts';
import type { Redemption, State, Store } from './redemption.ts';

/** Which redemptions are looked for: those for which all that is given holds. */
export interface RecordFilter {
  /** When they were typed, in milliseconds since 1970; `to` is not part of it any more. */
  readonly span?: { readonly from: number; readonly to: number };
  /** Who typed them: platform and id. */
  readonly user?: string;
  /** One of these typed them. */
  readonly users?: readonly string[];
  readonly storeCode?: string;
  /** One of these. */
  readonly states?: readonly State[];
  /** As typed, or the card's own number. */
  readonly card?: string;
  /** One of these, as typed or the card's own number. */
  readonly cards?: readonly string[];
  /** The last characters of either, four at least. */
  readonly tail?: string;
  readonly receipt?: string;
  /** Nothing that was only asked about and not confirmed, or typed beyond the person's allowance; or only that. */
  readonly asked?: 'without' | 'only';
  /** Nothing but what this person typed or what is booked to this store. */
  readonly seenBy?: { readonly user: string; readonly storeCode: string | null };
}

/** A redemption and who typed it: platform and id, null where the platform gave none. */
export interface RecordedRedemption {
  readonly redemption: Redemption;
  readonly user: string | null;
  /** What the person was called when they were last seen in the mapping; absent or null where that is not known. */
  readonly name?: string | null;
}

/** A person and what they were called when they were last seen in the mapping. */
export interface KnownPerson {
  /** Platform and id. */
  readonly user: string;
  readonly name: string;
}

/** Redemptions of one person in one store that came to the same. */
export interface RecordCount {
  readonly store: Store | null;
  readonly user: string | null;
  /** As in `RecordedRedemption`. */
  readonly name?: string | null;
  readonly state: State;
  /** Redemptions. */
  readonly lines: number;
  /** Visits. */
  readonly times: number;
}

/** What is on record. */
export interface Records {
  /** All that match. */
  readonly counts: readonly RecordCount[];
  /** The newest of them, newest first; at most as many as were asked for. */
  readonly newest: readonly RecordedRedemption[];
}

/** What was claimed or settled since an instant, as it stands now. */
export interface Changes {
  /** In the order of their claims. */
  readonly redemptions: readonly RecordedRedemption[];
  /** Whether there are others: there were more than were asked for. */
  readonly more: boolean;
}

/** How many redemptions of one person in one store are still *unknown*. */
export interface UnknownCount {
  readonly storeCode: string | null;
  readonly user: string | null;
  readonly lines: number;
}

/** A place in a list that is read in parts, right behind the redemption that it names. */
export interface RecordCursor {
  /** When it was typed, in milliseconds since 1970. */
  readonly at: number;
  readonly id: number;
}

/** A part of the records. */
export interface RecordPage {
  /** Newest first. */
  readonly rows: readonly RecordedRedemption[];
  /** Where to go on; null: nothing older matches. With fewer rows than were asked for: so many were read that did not match. */
  readonly next: RecordCursor | null;
}

/** Some stores, a span of time and how many redemptions to list that are still *unknown*. */
export interface StoreSpan {
  readonly storeCodes: readonly string[];
  /** Milliseconds since 1970; `to` is not part of it any more. */
  readonly from: number;
  readonly to: number;
  readonly unknowns: number;
}

/** What is on record of a span of time of some stores. */
export interface StoreRecords {
  readonly counts: readonly RecordCount[];
  /** Still *unknown*, oldest first; at most as many as were asked for. */
  readonly unknown: readonly RecordedRedemption[];
  /** Still *unknown* from before that time. */
  readonly unknownBefore: number;
}

/** Whose unknowns: those that a person typed, those of a store, or, where neither is given, all. */
export type UnknownsFilter = Pick<RecordFilter, 'user' | 'storeCode'>;

/** A redemption that is still *unknown*, with what is on record about its card. */
export interface OpenUnknown extends RecordedRedemption {
  /** Looks that have been begun, and what they showed, in order. */
  readonly looks: number;
  readonly sights: readonly Sight[];
  /** When the next look is due, in milliseconds since 1970; null: none is. */
  readonly nextLookAt: number | null;
  /** Other redemptions that were sent for the same card since shortly before it, oldest first; not all where there are very many. */
  readonly others: readonly RecordedRedemption[];
}

export interface OpenUnknowns {
  /** Oldest first. */
  readonly unknowns: readonly OpenUnknown[];
  /** Of all that match. */
  readonly total: number;
}
