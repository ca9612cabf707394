import { findBacklog } from './backlog.ts';
import type { ReadContext } from './context.ts';
import type { ReadName, Reads } from './reads.ts';
import { findRecordsInParts } from './redemptions/find-records.ts';
import { findStoreRecords } from './redemptions/find-store-records.ts';

/** Performs a read that is known only by name, in as many transactions as it is made of. */
export function performRead(
  transact: <T>(work: (context: ReadContext) => Promise<T>) => Promise<T>,
  name: ReadName,
  args: readonly unknown[],
): Promise<unknown> {
  const reads: Reads = {
    findRecords: (filter, limit) => findRecordsInParts(transact, filter, limit),
    findStoreRecords: (span) => transact((context) => findStoreRecords(context, span)),
    findBacklog: () => transact(findBacklog),
  };
  return (reads[name] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
}
