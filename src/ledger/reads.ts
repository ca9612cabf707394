import type { Backlog } from '../redemption/backlog.ts';
import type { Redemptions } from '../redemption/ledger.ts';
import type { Records, StoreRecords } from '../redemption/records.ts';

/**
 * What changes nothing, may have very much to read, and is not waited for by a customer. It is kept apart from the other
 * verbs, and sees every write whose promise had resolved when it was asked for. Rejects with LedgerError.
 */
export type Reads = Pick<Redemptions, 'findRecords' | 'findStoreRecords' | 'findBacklog'>;
export type ReadName = keyof Reads;

/** The reads over a way to have them performed elsewhere. */
export function createReads(perform: (name: ReadName, args: readonly unknown[]) => Promise<unknown>): Reads {
  return {
    findRecords: (...args) => perform('findRecords', args) as Promise<Records>,
    findStoreRecords: (...args) => perform('findStoreRecords', args) as Promise<StoreRecords>,
    findBacklog: (...args) => perform('findBacklog', args) as Promise<Backlog>,
  };
}
