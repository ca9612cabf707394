import type { BindingNews, NoticeKind } from '../../redemption/notices.ts';
import type { VerbContext } from '../context.ts';

/** Rows of one insert, well below any database's limit on parameters. */
const CHUNK = 100;

export interface NoticeOfRedemption {
  readonly kind: NoticeKind;
  readonly redemption: number;
  readonly storeCode: string | null;
}

/** Puts what happened to redemptions on record for the groups, in the transaction in which it happens. */
export async function recordNotices(context: VerbContext, notices: readonly NoticeOfRedemption[]): Promise<void> {
  for (let at = 0; at < notices.length; at += CHUNK) {
    await context.trx
      .insertInto('notices')
      .values(
        notices.slice(at, at + CHUNK).map(({ kind, redemption, storeCode }) => ({
          kind,
          redemption,
          store_code: storeCode,
          created_at: context.now,
        })),
      )
      .execute();
  }
}

/** The same for a change of who is who. */
export async function recordBinding(context: VerbContext, news: BindingNews): Promise<null> {
  await context.trx
    .insertInto('notices')
    .values({
      kind: 'binding',
      store_code: news.store.code,
      binding: JSON.stringify(news),
      created_at: context.now,
    })
    .execute();
  return null;
}

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
    // A robot that became known when the clock was ahead has been there since, for all that is known.
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
