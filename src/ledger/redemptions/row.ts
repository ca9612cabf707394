import type { Selectable } from 'kysely';
import type { AskReason, OtherReading, Redemption, SettledBy } from '../../redemption/redemption.ts';
import type { RedemptionTables } from './tables.ts';

export type RedemptionRow = Selectable<RedemptionTables['redemptions']>;

/** What a line has in the columns that its insert leaves out. */
export const NOT_CALLED = {
  vendor_msg: null,
  real_card: null,
  card_name: null,
  valid_until: null,
  remaining_before: null,
  remaining_after: null,
  seen_at: null,
  sent_at: null,
  seen_after_at: null,
  settled_by: null,
  look_due: null,
  looks: 0,
  sights: null,
  unsettled: null,
  asked_message: null,
  asked_line: null,
  ask_number: null,
  ask_typed: null,
} satisfies Partial<RedemptionRow>;

/** What `redemptions.question` holds. */
export interface StoredQuestion {
  readonly why: AskReason;
  readonly other: OtherReading | null;
}

/** What was asked about the row; null when nothing was. */
export function storedQuestion({ question }: Pick<RedemptionRow, 'question'>): StoredQuestion | null {
  return question === null ? null : (JSON.parse(question) as StoredQuestion);
}

/** Turns a row of `redemptions` into the domain's shape. */
export function toRedemption(row: RedemptionRow): Redemption {
  const question = storedQuestion(row);
  return {
    id: row.id,
    receipt: row.receipt,
    message: row.message,
    line: row.line,
    card: row.card,
    realCard: row.real_card,
    cardName: row.card_name,
    validUntil: row.valid_until,
    count: row.count,
    remark: row.remark,
    store: row.store_code === null ? null : { code: row.store_code, name: row.store_name ?? row.store_code },
    employeeId: row.employee_id,
    state: row.state,
    reason: row.reason,
    vendorMsg: row.vendor_msg,
    remainingBefore: row.remaining_before,
    remainingAfter: row.remaining_after,
    checking: row.look_due !== null,
    ...(row.unsettled === null ? {} : { unsettled: row.unsettled }),
    settledBy: row.settled_by === null ? null : (JSON.parse(row.settled_by) as SettledBy),
    question:
      question === null
        ? null
        : {
            ...question,
            expiresAt: row.ask_expires ?? row.claimed_at,
            ...(row.ask_number === null ? {} : { number: row.ask_number }),
          },
    claimedAt: row.claimed_at,
    settledAt: row.settled_at,
  };
}
