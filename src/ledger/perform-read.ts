import { findBacklog } from './backlog.ts';
import type { ReadContext } from './context.ts';
import { findNextTally } from './figures/add-up.ts';
import { findFigures } from './figures/find-figures.ts';
import type { ReadName, Reads } from './reads.ts';
import { countUnknowns, findChanges } from './redemptions/find-changes.ts';
import { findRecordsInParts } from './redemptions/find-records.ts';
import { findReceipts, findSucceeded } from './redemptions/find-for-list.ts';
import { findStoreRecords } from './redemptions/find-store-records.ts';
import { findTrail } from './trail/find-trail.ts';
import { findSettledUnknowns, findUnknowns } from './redemptions/find-unknowns.ts';
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
    findTrail: (receipt, seenBy) => transact((context) => findTrail(context, receipt, seenBy)),
    findStoreRecords: (span) => transact((context) => findStoreRecords(context, span)),
    findChanges: (since, limit) => transact((context) => findChanges(context, since, limit)),
    countUnknowns: () => transact(countUnknowns),
    findUnknowns: (...of) => transact((context) => findUnknowns(context, ...of)),
    findSettledUnknowns: (...of) => transact((context) => findSettledUnknowns(context, ...of)),
    findReceipts: (receipts) => transact((context) => findReceipts(context, receipts)),
    findSucceeded: (...of) => transact((context) => findSucceeded(context, ...of)),
    findFigures: (asked, now) => findFigures(transact, asked, now),
    findNextTally: (timeZone, now) => transact((context) => findNextTally(context, timeZone, now)),
    listRecords: (filter, page) => transact((context) => listRecords(context, filter, page)),
    findTypists: (text, storeCode, limit) => transact((context) => findTypists(context, text, storeCode, limit)),
    findBacklog: () => transact(findBacklog),
  };
  return (reads[name] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
}
