import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { DueLook } from '../../redemption/looks.ts';
import type { VerbContext } from '../context.ts';
import { ahead, isTooFarAhead } from '../instants.ts';
import { toRedemption } from './row.ts';
import { sightsOf } from './sights.ts';

/** Reserves unknown redemptions whose card is to be looked at, for `leaseMs`. */
export async function takeDueLooks(
  context: VerbContext,
  limit: number,
  leaseMs: number,
  firstAfterMs: number,
): Promise<DueLook[]> {
  const due = await context.trx
    .selectFrom('redemptions')
    .select(['id', 'looks', 'look_due', 'sights'])
    .where((where) =>
      where.or([
        where('look_due', '<=', context.now - firstAfterMs),
        where.and([where('look_due', '<=', context.now), where('looks', '>', 0)]),
        isTooFarAhead('look_due', context.now, FURTHEST_MS.look),
      ]),
    )
    .orderBy('look_due')
    .limit(limit)
    .$if(context.shared, (query) => query.forUpdate().skipLocked())
    .execute();
  const taken: DueLook[] = [];
  for (const row of due) {
    const sights = sightsOf(context, row, row.looks === 0 ? firstAfterMs : 0, row.looks);
    const { looks, ...columns } = await context.trx
      .updateTable('redemptions')
      .set({
        look_due: ahead(context.now, leaseMs, FURTHEST_MS.look),
        looks: row.looks + 1,
        sights: JSON.stringify(sights),
      })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    taken.push({ ...toRedemption({ looks, ...columns }), looks, user: columns.user_id });
  }
  return taken;
}
