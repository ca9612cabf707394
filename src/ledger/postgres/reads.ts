import type { Kysely } from 'kysely';
import { describeFailure } from '../../postgres/errors.ts';
import { inTransaction, type Pauses } from '../../postgres/transaction.ts';
import { LedgerError } from '../errors.ts';
import { createReads, performRead, type Reads } from '../reads.ts';
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
  const reads = createReads((name, args) =>
    turns.take(async () => {
      try {
        return await performRead((work) => inTransaction(db, (trx) => work({ trx }), pauses), name, args);
      } catch (error) {
        throw new LedgerError('storage', describeFailure(error), { cause: error });
      }
    }),
  );
  return { ...reads, close: () => turns.end(new LedgerError('closed', 'the ledger is closed')) };
}
