import { sql } from 'kysely';
import type { Addressed, OpenNotice } from '../../redemption/notices.ts';
import type { VerbContext } from '../context.ts';

const CHUNK = 100;

/** Notices of which it was not decided yet which robots tell them, oldest first. */
export async function openNotices(context: VerbContext, limit: number): Promise<OpenNotice[]> {
  const rows = await context.trx
    .selectFrom('notices')
    .select(['id', 'kind', 'store_code', 'robot', 'created_at'])
    .where('addressed_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id, kind, store_code, robot, created_at }) => ({
    id,
    kind,
    storeCode: store_code,
    robot,
    createdAt: created_at,
  }));
}

/**
 * Puts notices into the robots' queues. Two services may address the same notice at once; each robot gets it once all
 * the same. What was moved away from a robot that came back waits for it again.
 */
export async function address(context: VerbContext, addressed: readonly Addressed[]): Promise<null> {
  const deliveries = addressed.flatMap(({ notice, robots }) =>
    robots.toSorted().map((robot) => ({
      notice: notice.id,
      robot,
      state: 'waiting' as const,
      created_at: notice.createdAt,
    })),
  );
  for (let at = 0; at < deliveries.length; at += CHUNK) {
    await context.trx
      .insertInto('notice_deliveries')
      .values(deliveries.slice(at, at + CHUNK))
      .onConflict((c) =>
        c
          .columns(['notice', 'robot'])
          .doUpdateSet({ state: 'waiting', message: null })
          .where('notice_deliveries.state', '=', 'moved'),
      )
      .execute();
  }
  // In one order everywhere, so that two services that lock the same robots never wait for each other.
  for (const robot of new Set(deliveries.map((delivery) => delivery.robot).toSorted())) await callUp(context, robot);
  for (let at = 0; at < addressed.length; at += CHUNK) {
    await context.trx
      .updateTable('notices')
      .set({ addressed_at: context.now })
      .where(
        'id',
        'in',
        addressed.slice(at, at + CHUNK).map(({ notice }) => notice.id),
      )
      .execute();
  }
  return null;
}

/** Makes a robot due as soon as it may send; one that is due, or reserved, stays as it is. */
async function callUp(context: VerbContext, robot: string): Promise<void> {
  await context.trx
    .insertInto('notice_robots')
    .values({ robot, created_at: context.now, due: context.now, free_at: 0, failures: 0 })
    .onConflict((c) =>
      c.column('robot').doUpdateSet((set) => ({
        due: set.fn.coalesce(
          'notice_robots.due',
          sql<number>`case when notice_robots.free_at > ${context.now} then notice_robots.free_at else ${context.now} end`,
        ),
      })),
    )
    .execute();
}
