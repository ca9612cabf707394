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

/**
 * What the same person or store may have spent since `since` on cards that nobody has looked at: what was typed may be a
 * code of any card. Not those whose number has ever been seen to be a card's own.
 */
export function unseenRows(
  { trx }: VerbContext,
  { user_id, store_code }: Pick<RedemptionRow, 'user_id' | 'store_code'>,
  since: number,
): Promise<RedemptionRow[]> {
  return trx
    .selectFrom('redemptions')
    .selectAll()
    .where('claimed_at', '>=', since)
    .where('state', 'in', ['pending', 'succeeded', 'unknown'])
    .where('real_card', 'is', null)
    .where('remaining_before', 'is', null)
    .where((where) => where.or([where('user_id', '=', user_id), where('store_code', '=', store_code)]))
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('redemptions as seen')
            .select('seen.id')
            .whereRef('seen.card', '=', 'redemptions.card')
            .where('seen.remaining_before', 'is not', null)
            .where('seen.real_card', 'is', null),
        ),
      ),
    )
    .execute();
}
