import type { Backlog } from './backlog.ts';
import type {
  Changes,
  KnownPerson,
  OpenUnknowns,
  RecordCursor,
  RecordedRedemption,
  RecordFilter,
  RecordPage,
  Records,
  StoreRecords,
  StoreSpan,
  UnknownCount,
  UnknownsFilter,
} from './records.ts';
import type { Trail } from './trail.ts';

/** What may have very much to read and changes nothing: lists, totals and pages, for which no customer waits. */
export interface RecordReads {
  /**
   * Counts the redemptions that match, and reads the newest `limit` of them. Sees what was stored before; of a span of several
   * days, each as it was when it was read.
   */
  findRecords(filter: RecordFilter, limit: number): Promise<Records>;
  /**
   * Reads at most `limit` redemptions that match, from the newest or from behind `before` on. Reads a bounded number of rows,
   * so that it may find fewer, or none, although there are older ones: `next` says so.
   */
  listRecords(
    filter: RecordFilter,
    page: { readonly before: RecordCursor | null; readonly limit: number },
  ): Promise<RecordPage>;
  /**
   * People who are on record and whose known name or account has this text in it, at most `limit`; of a store those who
   * typed one of its latest redemptions.
   */
  findTypists(text: string, storeCode: string | null, limit: number): Promise<readonly KnownPerson[]>;
  /** Counts what some stores redeemed in a span of time, and finds what is still unknown there. */
  findStoreRecords(span: StoreSpan): Promise<StoreRecords>;
  /**
   * Finds what was claimed or settled at the instant `since` (milliseconds since 1970) or later, at least `limit` where there
   * are so many. Transactions end in another order than their instants: whoever asks again has to look back a little.
   */
  findChanges(since: number, limit: number): Promise<Changes>;
  /** Counts what is *unknown*, of any day. */
  countUnknowns(): Promise<readonly UnknownCount[]>;
  /** All that is on record of the redemption of a receipt; null where there is none that `seenBy` may know of. */
  findTrail(receipt: string, seenBy: RecordFilter): Promise<Trail | null>;
  /** What is still unknown, behind `after`, at most `limit` of it. */
  findUnknowns(filter: UnknownsFilter, after: RecordCursor | null, limit: number): Promise<OpenUnknowns>;
  /** What was unknown and has been settled without the vendor's answer since then; the latest first, at most `limit`. */
  findSettledUnknowns(filter: UnknownsFilter, since: number, limit: number): Promise<readonly RecordedRedemption[]>;
  /** Those of these receipts that are on record; at most 500 are asked for. */
  findReceipts(receipts: readonly string[]): Promise<readonly RecordedRedemption[]>;
  /** What succeeded in a span of time, oldest first, behind `after`, at most `limit` of it. */
  findSucceeded(
    filter: Pick<RecordFilter, 'storeCode'> & Required<Pick<RecordFilter, 'span'>>,
    after: RecordCursor | null,
    limit: number,
  ): Promise<readonly RecordedRedemption[]>;
  /** What is still to be told and to be known, for operators. */
  findBacklog(): Promise<Backlog>;
}
