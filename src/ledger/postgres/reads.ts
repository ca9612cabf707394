import type { Kysely } from 'kysely';
import { describeFailure } from '../../postgres/errors.ts';
import { inTransaction, type Pauses } from '../../postgres/transaction.ts';
import type { ReadContext } from '../context.ts';
import { LedgerError } from '../errors.ts';
import { performRead } from '../perform-read.ts';
import { createReads, type Reads } from '../reads.ts';
import type { Tables } from '../schema.ts';
import { createTurns } from '../turns.ts';

/** Each needs a connection. What waits does not wait for one, which the pool does not let it do for long. */
export const READS_AT_ONCE = 2;

export interface SharedReads extends Reads {
  /** Rejects with LedgerError `closed` what waits or comes from now on; resolves when what is under way has ended. */
  close(): Promise<void>;
}

/** Reads over connections of their own, so that claims and outcomes never wait for one. */
export function createSharedReads(db: Kysely<Tables>, pauses: Pauses): SharedReads {
  const turns = createTurns(READS_AT_ONCE);
  let closed: LedgerError | null = null;
  function transact<T>(work: (context: ReadContext) => Promise<T>): Promise<T> {
    // A month is read in many parts.
    if (closed !== null) return Promise.reject(closed);
    return inTransaction(db, (trx) => work({ trx }), pauses);
  }
  const reads = createReads((name, args) =>
    turns.take(async () => {
      try {
        return await performRead(transact, name, args);
      } catch (error) {
        if (error instanceof LedgerError) throw error;
        throw new LedgerError('storage', describeFailure(error), { cause: error });
      }
    }),
  );
  return {
    ...reads,
    close() {
      closed = new LedgerError('closed', 'the ledger is closed');
      return turns.end(closed);
    },
  };
}
