import type { Generated } from 'kysely';
import type { ReplyState } from '../redemption/ports.ts';
import type { Redemption, Unsettled } from '../redemption/redemption.ts';
import type { OutboxTables } from './notices/tables.ts';
import type { PeopleTables } from './people/tables.ts';

/** Instants are milliseconds since 1970; JSON is kept as text, so that every SQL database can hold it. */
export interface Tables extends OutboxTables, PeopleTables {
  /** Services that use this ledger. One that was not seen for a while is dead, and its work is taken over. */
  instances: {
    id: string;
    seen_at: number;
  };
  /** Services that may have refused messages: at that instant each had recorded all that it had refused. */
  clearances: {
    instance: string;
    clear_at: number;
  };
  messages: {
    id: Generated<number>;
    channel: string;
    account: string;
    message_id: string;
    user_id: string | null;
    conversation: string | null;
    text: string;
    return_address: string;
    received_at: number;
    /** Whose work it is. */
    instance: string;
    /** Made up by the caller that claimed it. */
    claim_token: string;
    reply_state: ReplyState;
    /** When a queued reply may be sent; when a reply that is being sent counts as abandoned. */
    reply_due: number | null;
    reply_attempts: Generated<number>;
    /** JSON: what was answered to commands that are no redemptions, by line. */
    answers: string | null;
    /** How often something became known of its lines that had been told otherwise, or may have been. */
    changes: Generated<number>;
    /** As of which of these changes the person was told; null while they were not. */
    told: number | null;
    /** JSON: what a notice is about, to be looked up again when it is told; null for everything else. */
    topic: string | null;
    /** 1 where the person had had their allowance, so that nothing of it may reach the vendor. */
    spent: Generated<number>;
  };
  /** How much of what reaches the vendor a person has had since when; a row each, of everybody who ever had any. */
  allowances: {
    user_id: string;
    since: number;
    taken: number;
  };
  redemptions: {
    id: Generated<number>;
    message: number;
    line: number;
    receipt: string;
    user_id: string | null;
    card: string;
    count: number;
    remark: string;
    store_code: string | null;
    store_name: string | null;
    employee_id: number | null;
    state: Redemption['state'];
    reason: Redemption['reason'];
    vendor_msg: string | null;
    claimed_at: number;
    settled_at: number | null;
    /** Where it is another than the one typed. */
    real_card: string | null;
    card_name: string | null;
    /** Such as `2026-12-31`. */
    valid_until: string | null;
    remaining_before: number | null;
    remaining_after: number | null;
    /** JSON: how an unknown became known. */
    settled_by: string | null;
    /** Since when, or from when on, an unknown may be looked at again; when a look that was begun counts as abandoned. */
    look_due: number | null;
    looks: Generated<number>;
    /** JSON: what the looks at an unknown's card have shown so far, in order; null for one that showed nothing. */
    sights: string | null;
    /** Why the looks so far have not settled it. */
    unsettled: Unsettled | null;
    /** JSON: what was asked. Stays when it has been answered. */
    question: string | null;
    ask_expires: number | null;
    /** The message that was answered with the question, and its line, once the row belongs to the confirming one. */
    asked_message: number | null;
    asked_line: number | null;
  };
}
