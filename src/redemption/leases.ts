/**
 * What one of several services does at a time, such as holding a connection. A lease has a name, a holder (a token that
 * is never used for anything else) and an end, by the clock of the database. A holder that does not hear whether its
 * renewal was stored has to stop before `forMs` have passed since it asked for the last one that was.
 */
export interface Leases {
  /** Takes a lease that is free or has expired; returns whether `holder` has it now. */
  takeLease(name: string, holder: string, forMs: number): Promise<boolean>;
  /** Moves the end of a lease to `forMs` from now; false when another has it, or had it since: then it is lost. */
  renewLease(name: string, holder: string, forMs: number): Promise<boolean>;
  /** Ends a lease at once; one that is lost stays its new holder's. */
  giveBackLease(name: string, holder: string): Promise<void>;
}
