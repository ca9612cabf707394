import type { State } from './redemption.ts';

/** Redemptions, and the visits that they are about. */
export interface Count {
  readonly lines: number;
  readonly times: number;
}

/** What a number of redemptions came to. */
export type Counts = Readonly<Record<State, Count>>;

/** Whole days, both included; written `2026-11-23`. */
export interface DayRange {
  readonly first: string;
  readonly last: string;
}

/** What is to be counted. */
export interface FiguresAsked {
  readonly days: DayRange;
  /** The days that it is compared with. */
  readonly before: DayRange;
  /** The zone in which days begin and end: an IANA name. */
  readonly timeZone: string;
  /** Null: all stores together. */
  readonly storeCode: string | null;
  /** How many of the people to pass over, and how many then to name. */
  readonly people: { readonly from: number; readonly atMost: number };
}

export interface StoreFigures {
  /** Null: they were booked to no store. */
  readonly code: string | null;
  /** What it was called last on record. */
  readonly name: string | null;
  readonly counts: Counts;
  readonly before: Counts;
}

export interface PersonFigures {
  /** Platform and id; null where the platform gave none. */
  readonly user: string | null;
  /** What they were called when they were last seen in the mapping. */
  readonly name: string | null;
  readonly counts: Counts;
  readonly before: Counts;
}

/** Redemptions that were typed within a period, by what they have come to by now. */
export interface Figures {
  readonly total: Counts;
  readonly before: Counts;
  /** By day, without days on which there was nothing. */
  readonly days: ReadonlyMap<string, Counts>;
  /** By weekday, from Monday, and hour: that of Monday at 9 is the tenth; those of an hour in which there was nothing are absent. */
  readonly hours: ReadonlyMap<number, Counts>;
  /** Those with most first. */
  readonly stores: readonly StoreFigures[];
  /** Those with most first, as many as were asked for. */
  readonly people: readonly PersonFigures[];
  /** All others, before and behind those. */
  readonly others: { readonly people: number; readonly counts: Counts };
}

/** Counts over many redemptions, of which those of days that are over are added up once. */
export interface FigureLedger {
  /** Counts what was typed within some days; what a day came to is that of the moment at which it was read. */
  findFigures(asked: FiguresAsked): Promise<Figures>;
  /**
   * Adds up one day or month that is over and not added up yet, the newest first; resolves with whether there was one. Any
   * instance may do it.
   */
  addUpNext(timeZone: string): Promise<boolean>;
}
