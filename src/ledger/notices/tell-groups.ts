import type { NoticeKind } from '../../redemption/notices.ts';
import type { VerbContext } from '../context.ts';
import type { RedemptionRow } from '../redemptions/row.ts';

/** Rows of one insert, well below any database's limit on parameters. */
const CHUNK = 100;

/**
 * Puts what happened to redemptions on record for the groups, in the transaction in which it happens, if any of them
 * wants to hear of its kind.
 */
export async function tellGroups(
  { trx, now, wanted }: VerbContext,
  kind: NoticeKind,
  rows: readonly Pick<RedemptionRow, 'id' | 'store_code'>[],
): Promise<void> {
  if (!wanted.includes(kind)) return;
  for (let at = 0; at < rows.length; at += CHUNK) {
    await trx
      .insertInto('notices')
      .values(
        rows.slice(at, at + CHUNK).map(({ id, store_code }) => ({ kind, redemption: id, store_code, created_at: now })),
      )
      .execute();
  }
}
