import type { Backlog } from '../redemption/backlog.ts';

/** What one look at one thing came to, for people who read Chinese. It holds no secret. */
export interface Checked {
  readonly group: string;
  readonly about: string;
  readonly outcome: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly seen: string;
  /** Null where there is nothing to do. */
  readonly todo: string | null;
}

export interface Checks {
  /** When they began, in milliseconds since 1970. */
  readonly at: number;
  /** In the order in which they are read: those of a group stand together. */
  readonly results: readonly Checked[];
}

/** How the service is at this moment. */
export interface Condition {
  readonly ready: boolean;
  /** What an operator should know, in the words of the log. */
  readonly problems: readonly { readonly what: string; readonly since: string; readonly detail: string }[];
  readonly bots: readonly {
    readonly name: string;
    readonly by: 'connection' | 'callbacks';
    /** Null where it has no connection. */
    readonly up: boolean | null;
    /** Of the last genuine message, in milliseconds since 1970; null: none since the start. */
    readonly lastMessageAt: number | null;
  }[];
  /** Null where the ledger cannot be read. */
  readonly backlog: Backlog | null;
  /** Lines that groups are still to be told; null as above. */
  readonly noticesWaiting: number | null;
  /** Calls of the vendor now, and how many there may be at once. */
  readonly vendorCalls: { readonly running: number; readonly waiting: number; readonly most: number };
  /** The last copy that `npm run backup` has made; null: none that is known of. */
  readonly backup: { readonly at: number; readonly file: string } | null;
  readonly ledger: {
    readonly kind: 'SQLite' | 'PostgreSQL';
    /** Of the database itself; null where that is not known. */
    readonly version: string | null;
    readonly bytes: number | null;
  };
  readonly program: string;
  readonly node: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
}

/** How the service is, and what the checks of the setup say of it. Nothing is changed by asking. */
export interface Health {
  condition(): Promise<Condition>;
  /** What they came to when they last ran; null: not since the start. Nothing is waited for. */
  lastChecks(): Checks | null;
  /** Runs them; they ask others and may take seconds. However many ask, they run once at a time. */
  runChecks(): Promise<Checks>;
}
