import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

// PostgreSQL's client gives a bigint as a string.
const Instant = z.coerce.number();

const LedgerRow = z.object({
  receipt: z.string(),
  state: z.enum(['pending', 'succeeded', 'refused', 'unsent', 'unknown']),
  reason: z.string().nullable(),
  card: z.string(),
  count: z.number(),
  remark: z.string(),
  line: z.number(),
  claimedAt: Instant,
  settledAt: Instant.nullable(),
  channel: z.string(),
  message: z.string(),
  replyState: z.enum(['open', 'queued', 'sending', 'held', 'answered', 'sent', 'given-up']),
  replyDue: Instant.nullable(),
});

/** One line on record, with where the reply to its message stands. */
export type LedgerRow = z.infer<typeof LedgerRow>;

/** A ledger as the service is told to use it, and as it is read behind its back. */
export interface ChaosLedger {
  /** Settings for the service. */
  readonly env: Readonly<Record<string, string>>;
  /** Reads everything; empty before the service has made the ledger. */
  rows(): Promise<readonly LedgerRow[]>;
  /** No named lease is in force any more, as after some time without a service. */
  endLeases(): Promise<void>;
  close(): Promise<void>;
}

export const ALL_ROWS = `
  select r.receipt, r.state, r.reason, r.card, r.count, r.remark, r.line, r.claimed_at as "claimedAt",
    r.settled_at as "settledAt", m.channel, m.message_id as message, m.reply_state as "replyState",
    m.reply_due as "replyDue"
  from redemptions r join messages m on m.id = r.message order by r.id`;

export const readRows = (rows: unknown): readonly LedgerRow[] => z.array(LedgerRow).parse(rows);

/** The SQLite file in the service's own DATA_DIR, opened for reading only. */
export function sqliteLedger(dataDir: string): ChaosLedger {
  return {
    env: {},
    async rows() {
      const database = new DatabaseSync(join(dataDir, 'ledger.db'), { readOnly: true, timeout: 5_000 });
      try {
        return readRows(database.prepare(ALL_ROWS).all());
      } finally {
        database.close();
      }
    },
    // The one service of a file has at once what the one before it had.
    endLeases: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
