import { sql, type Expression } from 'kysely';
import type { ReadContext, VerbContext } from '../context.ts';
import { prepare } from '../prepared.ts';
import type { RedemptionRow } from './row.ts';

const selectOfCard = prepare((db, values: { readonly card: string; readonly since: number }) => {
  // Two questions in one, because each has an index of its own.
  const by = (column: 'card' | 'real_card') =>
    db.selectFrom('redemptions').selectAll().where(column, '=', values.card).where('claimed_at', '>=', values.since);
  return by('card').unionAll(by('real_card'));
});

/** The redemptions of a card that were claimed from `since` on (milliseconds since 1970), however it was typed. */
export async function rowsOfCard(
  { trx }: ReadContext,
  { card, real_card }: Pick<RedemptionRow, 'card' | 'real_card'>,
  since: number,
): Promise<RedemptionRow[]> {
  const { rows } = await selectOfCard(trx, { card, since });
  if (real_card === null || real_card === card) return rows;
  return [...rows, ...(await selectOfCard(trx, { card: real_card, since })).rows];
}

/** Codes live for minutes, so what still stands for a card this much later is no code. */
const OUTLIVES_CODES_MS = 24 * 60 * 60_000;
/** Shorter texts may be given out as codes twice by chance. */
const MIN_LENGTH = 12;

/**
 * Whether a text is known to be a card's own number. What is typed may as well be a dynamic code, which stands for any
 * card. That the card was found, or was spent, proves nothing, and a vendor who names no other number may just have
 * repeated the code, masked the number or named none (`ownNumberOf`). Unless the text ever stood for another number, three
 * things do:
 *
 * - It is written as the numbers in the vendor's documents are: 18 digits that begin with 9140. The vendor takes numbers
 *   and codes in one field, and so has to tell them apart by how they are written.
 * - The vendor once named it as the number behind another text.
 * - It was found at two instants that no code lives long enough for.
 *
 * Thus a number of another kind, typed for the first time, is not known; from a regular's second day on it is.
 */
function isOwnNumber(text: Expression<string>) {
  return sql<boolean>`(
    not exists (select 1 from redemptions as code where code.card = ${text} and code.real_card is not null)
    and (
      (length(${text}) = 18 and ${text} like '9140%' and trim(${text}, '0123456789') = '')
      or exists (select 1 from redemptions as named where named.real_card = ${text})
      or (length(${text}) >= ${sql.lit(MIN_LENGTH)} and coalesce((
        select max(found.claimed_at) - min(found.claimed_at)
        from redemptions as found
        where found.card = ${text} and (
          found.remaining_before is not null or (found.state = 'succeeded' and found.settled_by is null)
        )
      ), 0) >= ${sql.lit(OUTLIVES_CODES_MS)})
    )
  )`;
}

/** The number of the card that a redemption spends from; null where what was typed may be a code of any card. */
export async function ownNumber({ trx }: VerbContext, { id }: Pick<RedemptionRow, 'id'>): Promise<string | null> {
  const { card, real_card, proven } = await trx
    .selectFrom('redemptions')
    .select(['card', 'real_card', isOwnNumber(sql.ref('redemptions.card')).$castTo<boolean | number>().as('proven')])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  // SQLite says it with a number.
  return real_card ?? (Boolean(proven) ? card : null);
}

/**
 * The other redemptions since `since` that may have been of the same card, whose `own` number is known or not, by all
 * people and in all stores: all but those of which both numbers are known, and are not the same. To be narrowed down.
 */
export function othersOfCard(
  { trx }: VerbContext,
  { id, card }: Pick<RedemptionRow, 'id' | 'card'>,
  own: string | null,
  since: number,
) {
  const others = trx.selectFrom('redemptions').where('claimed_at', '>=', since).where('id', '!=', id);
  if (own === null) return others;
  return others.where((where) =>
    where.or([
      where('card', 'in', [card, own]),
      where('real_card', '=', own),
      where.and([where('real_card', 'is', null), where.not(isOwnNumber(sql.ref('redemptions.card')))]),
    ]),
  );
}
