import type { Transaction } from 'kysely';
import type { Tables } from './schema.ts';
import type { Taken } from './messages/allowance.ts';

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
  /** Whether several services may look for work at once, so that rows somebody else has in hand are passed over. */
  readonly shared: boolean;
  /** Where one process alone has the ledger: what people have had of their allowance. Null: it is in the database. */
  readonly taken: Taken | null;
}
