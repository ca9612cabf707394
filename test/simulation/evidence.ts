import type { SettledBy } from '../../src/redemption/redemption.ts';
import type { Change, Request, Sight } from './books.ts';

/** What was said to a person, with what the service could know of its arrival. Instants are virtual milliseconds. */
export interface Told {
  readonly user: string;
  /** What it answers; null for what a platform does not name. */
  readonly message: string;
  readonly way: 'response' | 'late' | 'first';
  /** The channel of the late way; null in a response. */
  readonly by: string | null;
  readonly text: string;
  readonly composedAt: number;
  /** Whether the person sees it. */
  seen: boolean;
  /** Whether the service was told that it arrived, or cannot know better. */
  handedOver: boolean;
  /** Whether the platform told the service, late, that it arrived. */
  heard: boolean;
  readonly process: string;
}

/** A message with redemptions, of which a process said to its platform that it has it. */
export interface Accepted {
  readonly message: string;
  readonly process: string;
}

/** A row of `redemptions` at the end. */
export interface FinalRow {
  readonly id: number;
  readonly receipt: string;
  /** The receipt of the other reading, where the line can be read in two ways. */
  readonly otherReceipt: string | null;
  readonly message: string;
  readonly askedMessage: string | null;
  readonly user: string | null;
  readonly card: string;
  readonly count: number;
  readonly state: string;
  readonly reason: string | null;
  readonly settledHow: SettledBy['how'] | null;
  readonly settledAt: number | null;
}

/** A row of `messages` at the end. */
export interface FinalMessage {
  readonly id: string;
  readonly user: string | null;
  readonly replyState: string;
  /** JSON. */
  readonly answers: string | null;
}

/** Everything that there is to be known about a history. */
export interface Evidence {
  readonly requests: readonly Request[];
  readonly changes: readonly Change[];
  readonly sights: readonly Sight[];
  readonly told: readonly Told[];
  readonly accepted: readonly Accepted[];
  /** Messages that were handed to more than one service before the platform could lose patience. */
  readonly handedToSeveral: ReadonlySet<string>;
  readonly rows: readonly FinalRow[];
  readonly messages: readonly FinalMessage[];
  /** Persons for whom a reply still waited when all faults were long over, although a bot could have written to them first. */
  readonly leftWaiting: readonly string[];
  /** Whether storage and all machines worked well throughout. */
  readonly isCalm: boolean;
  /** Processes that lived to the end. */
  readonly living: ReadonlySet<string>;
  /** The card that a number or code stands for. */
  readonly cardOf: (typed: string) => string;
}
