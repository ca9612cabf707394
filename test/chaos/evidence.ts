import type { BooksDump } from '../../src/sandbox/vendor-books.ts';
import type { ChannelName, PlannedMessage, Transport } from './plan.ts';
import type { LedgerRow } from './rows.ts';

/** One process of the service, from start to end. Instants are milliseconds since 1970. */
export interface Run {
  readonly startedAt: number;
  readonly endedAt: number;
  /** What was done to it; `crash` when it ended by itself, `stuck` when SIGTERM did not end it in time. */
  readonly end: 'kill' | 'term' | 'crash' | 'stuck';
  readonly exitCode: number | null;
}

/** One delivery of a message, by a callback or in a frame. */
export interface Delivery {
  readonly message: string;
  readonly transport: Transport;
  readonly sentAt: number;
  /** When it was answered, or when the request broke; for a frame that was not taken, `sentAt`. */
  readonly endedAt: number;
  /** A callback that was answered with 200; a frame that was confirmed, or answered by another one. */
  readonly taken: boolean;
  /** The platform hung up, as planned. */
  readonly hungUp: boolean;
  /** Which run it went to; null while there was none. */
  readonly run: number | null;
}

/** A final text that a person now sees. */
export interface Told {
  readonly channel: ChannelName;
  readonly way: 'response' | 'late';
  /** What it answers; null where the platform does not say. */
  readonly message: string | null;
  /** The same for texts that replace each other on the screen. */
  readonly bubble: string;
  readonly text: string;
  /** False when the platform took it, but the service cannot know. */
  readonly acknowledged: boolean;
  /** When the delivery that it answers was sent; the same as `at` for a late one. */
  readonly sentAt: number;
  readonly at: number;
  readonly run: number;
}

/** Everything that was seen from outside, and what the two books say in the end. */
export interface Evidence {
  readonly messages: readonly PlannedMessage[];
  readonly runs: readonly Run[];
  readonly deliveries: readonly Delivery[];
  readonly told: readonly Told[];
  /** What the service did on a connection that its platform's protocol does not allow. */
  readonly complaints: readonly string[];
  readonly books: BooksDump;
  readonly rows: readonly LedgerRow[];
}
