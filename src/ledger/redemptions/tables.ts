import type { Generated } from 'kysely';
import type { Redemption, Unsettled } from '../../redemption/redemption.ts';

/** Lines that spend visits, with what was asked and seen before, and what looks have shown since. */
export interface RedemptionTables {
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
    /** When the card was seen before it was sent, from when on bytes could leave, and when it was seen after a success. */
    seen_at: number | null;
    sent_at: number | null;
    seen_after_at: number | null;
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
    /** By which the person names it among the questions that are open where it was asked. */
    ask_number: number | null;
    /** When the line was typed, by the clock of its platform, where it was asked about. */
    ask_typed: number | null;
  };
}
