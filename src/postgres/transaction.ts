import type { Kysely, Transaction } from 'kysely';
import { realTime } from '../time/real.ts';
import type { Time } from '../time/time.ts';
import { CommitUncertain, ConnectionLost, sqlState } from './errors.ts';

const TRIES = 6;
/** No new try begins later than this after the first: the person who asked has a customer waiting. */
const TRY_WITHIN_MS = 2_000;
const PAUSE_MS = 20;

export interface Pauses {
  readonly time?: Time;
  /** From 0 to 1: how much of its pause a try makes, so that those who got into each other's way do not do so again. */
  readonly random?: () => number;
}

/**
 * Does `work` in a transaction, and again when the database could not be reached or asks for a repetition, as databases
 * do on conflicts. `work` must be something that does no harm when it is done twice. Rejects with CommitUncertain when
 * any of the tries may have been committed, else with what went wrong last. `work` is told whether one may have been.
 */
export async function inTransaction<Tables, Result>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>, uncertain: boolean) => Promise<Result>,
  { time = realTime, random = Math.random }: Pauses = {},
): Promise<Result> {
  const deadline = time.monotonic() + TRY_WITHIN_MS;
  let uncertain = false;
  for (let tries = 1; ; tries += 1) {
    const progress = { worked: false };
    try {
      return await db.transaction().execute(async (trx) => {
        const result = await work(trx, uncertain);
        progress.worked = true;
        return result;
      });
    } catch (error) {
      // After the work, only the commit itself can have failed.
      uncertain ||= progress.worked && !isRolledBack(error);
      const hopeless = !(error instanceof ConnectionLost || error instanceof CommitUncertain || isRolledBack(error));
      if (hopeless || tries === TRIES || time.monotonic() > deadline) {
        throw uncertain ? new CommitUncertain(error) : error;
      }
    }
    await time.sleep(random() * PAUSE_MS * 2 ** tries);
  }
}

/** Class 40 is "rolled back, try again", except for "it is not known whether it was completed". */
function isRolledBack(error: unknown): boolean {
  const state = sqlState(error);
  return state !== null && state.startsWith('40') && state !== '40003';
}
