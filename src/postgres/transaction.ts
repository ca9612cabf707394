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

export interface Tries<Result> extends Pauses {
  /** Tried before the first transaction: does it all without one, or leaves it to the transaction and resolves with null. */
  readonly shortcut?: (() => Promise<{ readonly result: Result } | null>) | null;
}

/**
 * Does `work` in a transaction, and again when the database could not be reached or asks for a repetition, as databases
 * do on conflicts. `work` must be something that does no harm when it is done twice. Rejects with CommitUncertain when
 * any of the tries may have been committed, else with what went wrong last. `work` is told whether one may have been.
 */
export async function inTransaction<Tables, Result>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>, uncertain: boolean) => Promise<Result>,
  { time = realTime, random = Math.random, shortcut = null }: Tries<Result> = {},
): Promise<Result> {
  const deadline = time.monotonic() + TRY_WITHIN_MS;
  let uncertain = false;
  for (let tries = 1; ; tries += 1) {
    const progress = { worked: false };
    try {
      const done = tries === 1 && shortcut !== null ? await shortcut().catch(leaveIt) : null;
      if (done !== null) return done.result;
      return await db.transaction().execute(async (trx) => {
        const result = await work(trx, uncertain);
        progress.worked = true;
        return result;
      });
    } catch (error) {
      // After the work, only the commit itself can have failed.
      uncertain ||= error instanceof CommitUncertain || (progress.worked && !isRolledBack(error));
      const hopeless = !(error instanceof ConnectionLost || error instanceof CommitUncertain || isRolledBack(error));
      if (hopeless || tries === TRIES || time.monotonic() > deadline) {
        throw uncertain ? new CommitUncertain(error) : error;
      }
    }
    await time.sleep(random() * PAUSE_MS * 2 ** tries);
  }
}

/** What the database refuses in one way it may take in another, or say better why not. */
function leaveIt(error: unknown): null {
  if (error instanceof ConnectionLost || error instanceof CommitUncertain) throw error;
  return null;
}

/** Class 40 is "rolled back, try again", except for "it is not known whether it was completed". */
function isRolledBack(error: unknown): boolean {
  const state = sqlState(error);
  return state !== null && state.startsWith('40') && state !== '40003';
}
