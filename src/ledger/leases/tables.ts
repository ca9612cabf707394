/** Which services use this ledger, and what each of them holds. */
export interface LeaseTables {
  /** One that was not seen for a while is dead, and its work is taken over. */
  instances: {
    id: string;
    seen_at: number;
  };
  /** Services that may have refused messages: at that instant each had recorded all that it had refused. */
  clearances: {
    instance: string;
    clear_at: number;
  };
  /** What one service does at a time; a row for each lease that was not given back. */
  leases: {
    name: string;
    /** Made up by the service that holds it. */
    holder: string;
    ends_at: number;
  };
}
