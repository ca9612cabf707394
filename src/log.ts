import { pino, stdTimeFunctions, type DestinationStream, type LevelWithSilent, type Logger } from 'pino';
import { describeCrash, describeError } from './log/describe-error.ts';
import { scrubLine } from './log/scrub.ts';

export type Log = Logger;

export interface LogOptions {
  readonly level: LevelWithSilent;
  /** Standard output unless told otherwise. */
  readonly destination?: DestinationStream;
}

/**
 * JSON lines that hold no secret, signature, session URL, token or full card number, no matter which code logs them.
 * Errors go under `err`; under `crash` they keep their stack.
 */
export function createLog({ level, destination = standardOutput() }: LogOptions): Log {
  return pino(
    {
      level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, crash: describeCrash },
      // The last step before the destination: nothing gets around it, not child fields and not message arguments.
      hooks: { streamWrite: scrubLine },
    },
    destination,
  );
}

/** Resolves when everything logged so far is written. */
export function flush(log: Log): Promise<void> {
  // An error here is a closed or unsyncable output, a pipe for example: there is nothing left to wait for.
  return new Promise((resolve) => log.flush(() => resolve()));
}

function standardOutput(): DestinationStream {
  // Asynchronous, so that a slow reader never holds up a redemption; pino writes the rest when the process exits.
  // A length of 1 writes at once, and unlike 0 makes `flush` wait.
  return pino.destination({ dest: 1, sync: false, minLength: 1 });
}
