import type { Generated } from 'kysely';
import type { ReplyState } from '../../redemption/message.ts';
import type { Shows } from '../../redemption/shown.ts';

/** What people have written, and how they are answered. */
export interface MessageTables {
  messages: {
    id: Generated<number>;
    channel: string;
    account: string;
    message_id: string;
    user_id: string | null;
    conversation: string | null;
    text: string;
    /** What it shows besides; null: nothing. */
    shows: Shows | null;
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
    /** Where the reply is to be sent, if not back to where the message came from; the address is JSON. */
    first_channel: string | null;
    first_address: string | null;
    /** JSON: what was answered to commands that are no redemptions, by line. */
    answers: string | null;
    /** How often something became known of its lines that had been told otherwise, or may have been. */
    changes: Generated<number>;
    /** As of which of these changes the person was told; null while they were not. */
    told: number | null;
    /** When the platform first took the reply. */
    told_at: number | null;
    /** JSON: what a notice is about, to be looked up again when it is told; null for everything else. */
    topic: string | null;
    /** 1 where the person had had their allowance, so that nothing of it may reach the vendor. */
    spent: Generated<number>;
  };
  /** How much of what reaches the vendor a person has had since when; a row for each who ever had any. */
  allowances: {
    user_id: string;
    since: number;
    taken: number;
  };
}
