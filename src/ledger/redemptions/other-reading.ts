import type { CardBlock } from '../../redemption/redemption.ts';
import { storedQuestion, type RedemptionRow, type StoredQuestion } from './row.ts';

/** The columns with the two readings exchanged; `blocked` says why the present one is out. */
export function otherReading(row: RedemptionRow, blocked: CardBlock | null = null): Partial<RedemptionRow> {
  const question = storedQuestion(row);
  if (question?.other == null) return {};
  const { receipt, card, count, cardName, realCard = null, validUntil = null } = question.other;
  const unmeant = {
    receipt: row.receipt,
    card: row.card,
    count: row.count,
    cardName: row.card_name,
    remaining: row.remaining_before,
    ...(row.real_card === null ? {} : { realCard: row.real_card }),
    ...(blocked === null ? {} : { blocked }),
  };
  const swapped: StoredQuestion = { why: question.why, other: unmeant };
  return {
    receipt,
    card,
    count,
    card_name: cardName,
    real_card: realCard,
    valid_until: validUntil,
    question: JSON.stringify(swapped),
  };
}
