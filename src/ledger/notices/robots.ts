import { sql } from 'kysely';
import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { VerbContext } from '../context.ts';
import { ahead, isDue, isTooFarAhead } from '../instants.ts';

const CHUNK = 100;

/** Makes robots known, and wakes all that are parked, also those that are gone: what waits for them has to go elsewhere. */
export async function enrol(context: VerbContext, robots: readonly string[]): Promise<null> {
  const sorted = robots.toSorted();
  for (let at = 0; at < sorted.length; at += CHUNK) {
    await context.trx
      .insertInto('notice_robots')
      .values(
        sorted.slice(at, at + CHUNK).map((robot) => ({ robot, created_at: context.now, free_at: 0, failures: 0 })),
      )
      .onConflict((c) => c.column('robot').doNothing())
      .execute();
  }
  await parked(context).execute();
  return null;
}

/** Makes a robot due that rests because it did not work. */
export async function wake(context: VerbContext, robot: string): Promise<null> {
  await parked(context).where('robot', '=', robot).execute();
  return null;
}

function parked(context: VerbContext) {
  return context.trx
    .updateTable('notice_robots')
    .set({ due: context.now, free_at: context.now, parked_at: null })
    .where('parked_at', 'is not', null);
}

/** Reserves due robots for the caller, for `leaseMs`. */
export async function takeDueRobots(context: VerbContext, limit: number, leaseMs: number): Promise<string[]> {
  const due = await context.trx
    .selectFrom('notice_robots')
    .select('robot')
    .where(robotIsDue(context))
    .orderBy('due')
    .limit(limit)
    .$if(context.shared, (query) => query.forUpdate().skipLocked())
    .execute();
  if (due.length === 0) return [];
  const robots = due.map(({ robot }) => robot);
  // No longer parked either: waking the parked ones must not have it sent to twice.
  await context.trx
    .updateTable('notice_robots')
    .set({ due: ahead(context.now, leaseMs, FURTHEST_MS.robot), parked_at: null })
    .where('robot', 'in', robots)
    .execute();
  return robots;
}

function robotIsDue({ now }: VerbContext) {
  return sql<boolean>`(
    ${isDue('due', now, FURTHEST_MS.parkedRobot)}
    or (parked_at is null and ${isTooFarAhead('due', now, FURTHEST_MS.robot)})
  )`;
}

/** Holds a robot's row until the transaction ends, so that nothing is put into its queue unseen meanwhile. */
export async function holdRobot(context: VerbContext, robot: string) {
  return context.trx
    .selectFrom('notice_robots')
    .selectAll()
    .where('robot', '=', robot)
    .$if(context.shared, (query) => query.forUpdate())
    .executeTakeFirst();
}

/** Lets go of a robot that is held: due again at `freeAt` if anything waits for it, else when something does. */
export async function release(
  context: VerbContext,
  robot: string,
  change: { freeAt?: number; failures?: number; parked?: boolean } = {},
): Promise<void> {
  const { freeAt, failures, parked = false } = change;
  const waiting = await context.trx
    .selectFrom('notice_deliveries')
    .select('notice')
    .where('robot', '=', robot)
    .where('state', '=', sql.lit('waiting'))
    .limit(1)
    .executeTakeFirst();
  await context.trx
    .updateTable('notice_robots')
    .set({
      due: waiting === undefined ? null : (freeAt ?? context.now),
      ...(freeAt === undefined ? {} : { free_at: freeAt }),
      ...(failures === undefined ? {} : { failures }),
      parked_at: parked ? context.now : null,
    })
    .where('robot', '=', robot)
    .execute();
}
