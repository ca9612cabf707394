import { sql } from 'kysely';
import { columnsOf, leftColumns } from '../../redemptions/note-card.ts';
import { toRedemption, type RedemptionRow } from '../../redemptions/row.ts';
import { outcomeColumns } from '../../redemptions/settle.ts';
import { statementOf, type Statement } from './statement.ts';

/** Writes columns into rows that are in the given state, and finds them. */
const update = (columns: string, condition: string) => sql`,
  written as (
    update redemptions set ${sql.raw(columns)} from given, session
    where redemptions.id = given.id and ${sql.raw(condition)}
    returning given.n, redemptions.*
  )`;

/** Settles rows that are pending and still their message's. What has no answer, and may be looked at, is not for it. */
export const settle: Statement<'settle', RedemptionRow> = {
  text: statementOf(
    'id bigint, message bigint, state text, reason text, vendor_msg text, settled_at bigint, sent_at bigint, look_due bigint, is_told boolean',
    sql`
    ${update(
      'state = given.state, reason = given.reason, vendor_msg = given.vendor_msg, settled_at = given.settled_at, sent_at = given.sent_at, look_due = given.look_due',
      `redemptions.message = given.message and redemptions.state = 'pending'`,
    )},
    told as (
      insert into notices (kind, redemption, store_code, created_at)
      select written.state, written.id, written.store_code, written.settled_at
      from written join given using (n)
      where given.is_told
    )`,
    sql`select * from written`,
  ),
  given(situation, { id, message }, outcome, sentAt = null) {
    const { look_due, ...columns } = outcomeColumns(situation, outcome, sentAt);
    if (look_due !== null) return null;
    const isTold = outcome.state !== 'unsent' && situation.wanted.includes(outcome.state);
    return { id, message, ...columns, look_due, is_told: isTold };
  },
  result: toRedemption,
};

/** Records what was seen of cards. A card that was typed as a code is not for it: it may have to be asked about now. */
export const noteCard: Statement<'noteCard', RedemptionRow> = {
  text: statementOf(
    'id bigint, message bigint, real_card text, card_name text, valid_until text, remaining_before integer, seen_at bigint',
    update(
      'real_card = given.real_card, card_name = given.card_name, valid_until = given.valid_until, remaining_before = given.remaining_before, seen_at = given.seen_at',
      `redemptions.message = given.message and redemptions.state = 'pending'`,
    ),
    sql`select * from written`,
  ),
  // The row stays pending, and what was seen is only shown.
  isHarmless: true,
  given(situation, { id, message }, seen) {
    const columns = columnsOf(situation, seen);
    return columns.real_card === null ? { id, message, ...columns } : null;
  },
  result: toRedemption,
};

export const noteRemaining: Statement<'noteRemaining', RedemptionRow> = {
  text: statementOf(
    'id bigint, remaining_after integer, seen_after_at bigint',
    update(
      'remaining_after = given.remaining_after, seen_after_at = given.seen_after_at',
      `redemptions.state = 'succeeded'`,
    ),
    sql`select * from written`,
  ),
  given: (situation, id, remaining) => ({ id, ...leftColumns(situation, remaining) }),
  result: toRedemption,
};

export const findRedemption: Statement<'findRedemption', RedemptionRow> = {
  text: statementOf(
    'id bigint',
    sql``,
    sql`
    select given.n, redemption.*
    from given cross join lateral (select * from redemptions where id = given.id limit 1) as redemption
    `,
  ),
  given: (_situation, id) => ({ id }),
  result: toRedemption,
};
