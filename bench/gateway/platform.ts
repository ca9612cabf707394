import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults, Lane } from '../load/lanes.ts';
import type { Wire } from './wire.ts';

/** One platform's side of its bot's connection, with no more to it than a run needs. */
export interface Platform {
  /** Answers the HTTP requests of this platform; false where it is none of its. */
  take(request: IncomingMessage, response: ServerResponse): boolean;
  connect(wire: Wire): void;
  /** Whether a client has connected and may be written to. */
  isConnected(): boolean;
  /** Writes to the client, and hears its replies. */
  readonly lane: Lane;
  /** Who is to know what goes wrong from now on. */
  report(faults: Faults): void;
}

export const NO_RUN: Faults = { wrong: () => undefined, lost: () => undefined };
