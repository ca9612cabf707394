import { FURTHEST_MS, isTooFarAhead } from '../../redemption/instants.ts';
import { judge, whyUnsettled, type Sight } from '../../redemption/looks.ts';
import type { Redemption, SettledBy, Unsettled } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import { record } from '../trail/record.ts';
import { findRedemption } from './find.ts';
import { toRedemption, type RedemptionRow } from './row.ts';
import { othersOfCard, ownNumber } from './same-card.ts';
import { settleUnknown } from './settle-unknown.ts';
import { sightsOf } from './sights.ts';

const BY_LOOK = JSON.stringify({ how: 'look' } satisfies SettledBy);

/** No request is under way for longer than this, so what began earlier cannot have changed the times since. */
const UNDER_WAY_MS = 60 * 60_000;
/**
 * What a redemption took may show on the card this much later. Twice the time for which an unknown is looked at: to be
 * generous here costs no more than that a person has to look into the vendor's books.
 */
const LAG_MS = 10 * 60_000;
/** After this the times may have been changed by so much else that they prove nothing any more. */
const PROVES_WITHIN_MS = 60 * 60_000;
/** Asking over and over must not make a row grow without end; nothing is concluded from more. */
const MAX_SIGHTS = 100;

/**
 * Puts on record what a look showed, and which person asked for it if one did, and settles the unknown if all the looks together say what it was. That nothing else
 * of ours can have changed the times is found out in the same transaction: every redemption has a row before it is sent.
 */
export async function settleByLook(
  context: VerbContext,
  id: number,
  sight: Sight,
  last: boolean,
  by: string | null = null,
): Promise<Redemption> {
  const row = await context.trx
    .selectFrom('redemptions')
    .selectAll()
    .where('id', '=', id)
    // Two looks at once must not overwrite each other's sight.
    .$if(context.shared, (query) => query.forUpdate())
    .executeTakeFirstOrThrow();
  if (row.state !== 'unknown' || row.remaining_before === null) return toRedemption(row);
  // The look that is under way, which may be this one, is not on record yet.
  const begun = row.look_due === null ? row.looks : row.looks - 1;
  const sights = [...sightsOf(context, row, 0, begun), sight];
  if (sights.length > MAX_SIGHTS) return toRedemption(row);
  const before = row.remaining_before;
  const state = judge({ count: row.count, before, sights, last });
  const unsettled = await whyNot(context, row, state ?? whyUnsettled({ before, sights }));
  const seen = await context.trx
    .updateTable('redemptions')
    .set({ sights: JSON.stringify(sights), unsettled })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await record(context, [{ redemption: id }], { kind: 'look', sight, ...(by === null ? {} : { by }) });
  if (state === null || unsettled !== null) return toRedemption(seen);
  const settled = await settleUnknown(context, id, { state, settled_by: BY_LOOK, remaining_after: sight });
  return settled === null ? findRedemption(context, id) : toRedemption(settled);
}

/** Why a row stays unknown after what its looks showed; null where it does not. */
async function whyNot(
  context: VerbContext,
  row: RedemptionRow,
  shown: 'succeeded' | 'refused' | Unsettled,
): Promise<Unsettled | null> {
  if (shown === 'unseen' || shown === 'unclear') return shown;
  if (!isOfThisHour(context, row)) return 'late';
  return (await isDisturbed(context, row)) ? 'disturbed' : null;
}

function isOfThisHour({ now }: VerbContext, { claimed_at, settled_at }: RedemptionRow): boolean {
  // How long ago was what lies ahead, because the clock was set back, cannot be known.
  const isAhead = [claimed_at, settled_at ?? claimed_at].some((at) => isTooFarAhead(at, now, FURTHEST_MS.past));
  return !isAhead && now - claimed_at <= PROVES_WITHIN_MS;
}

/** Whether another redemption of ours may have changed the card's times since they were looked at for this one. */
async function isDisturbed(context: VerbContext, row: RedemptionRow): Promise<boolean> {
  // What was settled earlier than this showed in the times that were seen before.
  const settledSince = row.claimed_at - LAG_MS;
  const other = await othersOfCard(context, row, await ownNumber(context, row), settledSince - UNDER_WAY_MS)
    .where((where) =>
      where.or([
        where('state', 'in', ['pending', 'unknown']),
        where.and([
          // A refusal that was inferred, or that a person said, is not certain enough to conclude anything else from it.
          where.or([
            where('state', '=', 'succeeded'),
            where.and([where('state', '=', 'refused'), where('settled_by', 'is not', null)]),
          ]),
          where.or([where('settled_at', 'is', null), where('settled_at', '>=', settledSince)]),
        ]),
      ]),
    )
    .select('id')
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}
