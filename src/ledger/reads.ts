import type { Figures, FiguresAsked } from '../redemption/figures.ts';
import type { Backlog } from '../redemption/backlog.ts';
import type { RecordReads } from '../redemption/record-reads.ts';
import type {
  Changes,
  KnownPerson,
  OpenUnknowns,
  RecordedRedemption,
  RecordPage,
  Records,
  StoreRecords,
  UnknownCount,
} from '../redemption/records.ts';
import type { Trail } from '../redemption/trail.ts';
import type { Next } from './figures/add-up.ts';

/**
 * What changes nothing, may have very much to read, and is not waited for by a customer. It is kept apart from the other
 * verbs, and sees every write whose promise had resolved when it was asked for. Rejects with LedgerError.
 */
export interface Reads extends RecordReads {
  findFigures(asked: FiguresAsked, now: number): Promise<Figures>;
  findNextTally(timeZone: string, now: number): Promise<Next | null>;
}
export type ReadName = keyof Reads;

/** The reads over a way to have them performed elsewhere. */
export function createReads(perform: (name: ReadName, args: readonly unknown[]) => Promise<unknown>): Reads {
  return {
    findRecords: (...args) => perform('findRecords', args) as Promise<Records>,
    findStoreRecords: (...args) => perform('findStoreRecords', args) as Promise<StoreRecords>,
    findChanges: (...args) => perform('findChanges', args) as Promise<Changes>,
    countUnknowns: () => perform('countUnknowns', []) as Promise<readonly UnknownCount[]>,
    findTrail: (...args) => perform('findTrail', args) as Promise<Trail | null>,
    findUnknowns: (...args) => perform('findUnknowns', args) as Promise<OpenUnknowns>,
    findSettledUnknowns: (...args) => perform('findSettledUnknowns', args) as Promise<readonly RecordedRedemption[]>,
    findReceipts: (...args) => perform('findReceipts', args) as Promise<readonly RecordedRedemption[]>,
    findSucceeded: (...args) => perform('findSucceeded', args) as Promise<readonly RecordedRedemption[]>,
    findFigures: (...args) => perform('findFigures', args) as Promise<Figures>,
    findNextTally: (...args) => perform('findNextTally', args) as Promise<Next | null>,
    listRecords: (...args) => perform('listRecords', args) as Promise<RecordPage>,
    findTypists: (...args) => perform('findTypists', args) as Promise<readonly KnownPerson[]>,
    findBacklog: (...args) => perform('findBacklog', args) as Promise<Backlog>,
  };
}
