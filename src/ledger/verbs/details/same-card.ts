import type { Selectable } from 'kysely';
import type { Tables } from '../../schema.ts';
import type { VerbContext } from '../context.ts';

export type RedemptionRow = Selectable<Tables['redemptions']>;

/** The redemptions of a card that were claimed from `since` on (milliseconds since 1970), however it was typed. */
export function rowsOfCard(
  { trx }: VerbContext,
  { card, real_card }: Pick<RedemptionRow, 'card' | 'real_card'>,
  since: number,
): Promise<RedemptionRow[]> {
  const cards = real_card === null ? [card] : [card, real_card];
  // Two questions in one, because each has an index of its own.
  const by = (column: 'card' | 'real_card') =>
    trx.selectFrom('redemptions').selectAll().where(column, 'in', cards).where('claimed_at', '>=', since);
  return by('card').unionAll(by('real_card')).execute();
}
