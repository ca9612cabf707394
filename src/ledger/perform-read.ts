import type { ReadContext } from './context.ts';
import type { ReadName, Reads } from './reads.ts';
import { findRecordsInParts } from './redemptions/find-records.ts';
import { findStoreRecords } from './redemptions/find-store-records.ts';
import { findTypists } from './redemptions/find-typists.ts';
import { listRecords } from './redemptions/list-records.ts';

/** Performs a read that is known only by name, in as many transactions as it is made of. */
export function performRead(
  transact: <T>(work: (context: ReadContext) => Promise<T>) => Promise<T>,
  name: ReadName,
  args: readonly unknown[],
): Promise<unknown> {
  const reads: Reads = {
    findRecords: (filter, limit) => findRecordsInParts(transact, filter, limit),
    findStoreRecords: (span) => transact((context) => findStoreRecords(context, span)),
    listRecords: (filter, page) => transact((context) => listRecords(context, filter, page)),
    findTypists: (text, storeCode, limit) => transact((context) => findTypists(context, text, storeCode, limit)),
  };
  return (reads[name] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
}
