/** Sums of what does not change any more. */
export interface FigureTables {
  /** One row for each period that is over and was added up; of a day or month that is not there everything is counted. */
  tallies: {
    /** Whose days they are: an IANA name. */
    time_zone: string;
    /** Empty: all stores together. */
    store_code: string;
    /** A day such as `2026-11-23`, or a month such as `2026-11`. */
    period: string;
    /** Milliseconds since 1970; `ends` is not part of it any more. */
    starts: number;
    ends: number;
    /** JSON: by day, hour and store. */
    sums: string;
    /** JSON: by person. */
    people: string;
  };
  /** One row, from the first time on that something was added up. */
  tally_revision: {
    id: number;
    /** Another one where something that had been added up has changed. */
    revision: number;
  };
}
