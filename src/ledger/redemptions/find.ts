import type { Redemption } from '../../redemption/redemption.ts';
import type { VerbContext } from '../context.ts';
import { toRedemption } from './row.ts';

/** Reads one redemption; throws when there is none. */
export async function findRedemption(context: VerbContext, id: number): Promise<Redemption> {
  const row = await context.trx.selectFrom('redemptions').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return toRedemption(row);
}
