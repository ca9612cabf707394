import type { VerbContext } from '../context.ts';

/** Records the summary of `day` for those robots that were known at the instant `at`; once per robot and day. */
export async function planSummaries(
  context: VerbContext,
  day: string,
  at: number,
  robots: readonly string[],
): Promise<null> {
  if (robots.length === 0) return null;
  const known = await context.trx
    .selectFrom('notice_robots')
    .select('robot')
    .where('robot', 'in', robots)
    // A robot that became known when the clock was ahead counts as known since then.
    .where((where) => where.or([where('created_at', '<=', at), where('created_at', '>', context.now)]))
    .execute();
  for (const { robot } of known) {
    await context.trx
      .insertInto('notices')
      .values({ kind: 'summary', robot, day, created_at: context.now })
      .onConflict((c) => c.columns(['robot', 'day']).where('day', 'is not', null).doNothing())
      .execute();
  }
  return null;
}
