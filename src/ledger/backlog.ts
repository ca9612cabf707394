import { sql } from 'kysely';
import type { Backlog } from '../redemption/backlog.ts';
import type { ReadContext } from './context.ts';

/** Counts what is still to be told and to be known, each over an index of nothing else. */
export async function findBacklog({ trx }: ReadContext): Promise<Backlog> {
  const { waiting } = await trx
    .selectFrom('messages')
    .select((select) => select.fn.countAll<number>().as('waiting'))
    .where(sql<boolean>`reply_state in ('queued', 'sending')`)
    .executeTakeFirstOrThrow();
  const { held } = await trx
    .selectFrom('messages')
    .select((select) => select.fn.countAll<number>().as('held'))
    .where('reply_state', '=', sql.lit('held'))
    .executeTakeFirstOrThrow();
  const { unknowns, oldest } = await trx
    .selectFrom('redemptions')
    .select((select) => [
      select.fn.countAll<number>().as('unknowns'),
      select.fn.min('claimed_at').$castTo<number | null>().as('oldest'),
    ])
    .where('state', '=', sql.lit('unknown'))
    .executeTakeFirstOrThrow();
  return { repliesWaiting: waiting, repliesHeld: held, unknowns, oldestUnknownAt: oldest };
}
