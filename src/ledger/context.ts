import type { Transaction } from 'kysely';
import type { NoticeKind } from '../redemption/notices.ts';
import type { Tables } from './schema.ts';

/** What people have had of their allowance lately, and since when, by user. */
export type Taken = Map<string, { readonly since: number; readonly taken: number }>;

/** Users who may have a question that is open: all who have one, and some who had one. */
export type AskedUsers = Set<string>;

/** What a verb works with that only reads. */
export type ReadContext = Pick<VerbContext, 'trx'>;

/**
 * What every verb works with. The caller commits: a verb has happened only once its transaction has. A shared database
 * may leave open whether it has; then the verb is done again, so it must do no harm when it is done twice.
 */
export interface VerbContext {
  readonly trx: Transaction<Tables>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The service that this is done for. */
  readonly instance: string;
  readonly newReceipt: () => string;
  /** Whether several services may look for work at once, so that rows that another has in hand are passed over. */
  readonly shared: boolean;
  /** What groups want to hear of; nothing else is put on record for them. */
  readonly wanted: readonly NoticeKind[];
  /** Where one process alone has the ledger: what people have had of their allowance. Null: it is in the database. */
  readonly taken: Taken | null;
  /** Where one process alone has the ledger: who may have a question that is open. Null: only the database knows. */
  readonly askedUsers: AskedUsers | null;
}
