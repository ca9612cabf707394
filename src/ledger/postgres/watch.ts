import type { Kysely } from 'kysely';
import { repeat } from '../../time/repeat.ts';
import type { Time } from '../../time/time.ts';
import { toRedemption } from '../redemptions/row.ts';
import type { Tables } from '../schema.ts';
import type { Waiters } from '../redemptions/waiters.ts';

export interface WatchParts {
  readonly db: Kysely<Tables>;
  readonly waiters: Waiters;
  /** How often rows that are waited for are looked at, in milliseconds. */
  readonly pollMs: number;
  readonly time: Time;
}

/** Finds rows that are waited for here and that were settled elsewhere. */
export function watchSettled({ db, waiters, pollMs, time }: WatchParts) {
  async function look(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const rows = await db
      .selectFrom('redemptions')
      .selectAll()
      .where('id', 'in', ids)
      .where('state', '!=', 'pending')
      .execute()
      // A failed look is made up for by the next one.
      .catch(() => []);
    for (const row of rows) waiters.tell(toRedemption(row));
  }

  /** Looks at once, at those of the rows `ids` that are waited for, or at all that are. */
  function lookNow(ids?: readonly number[]): void {
    const asked = new Set(ids);
    void look(waiters.ids().filter((id) => ids === undefined || asked.has(id)));
  }

  const looks = repeat(time, pollMs, () => look(waiters.ids()));
  return { lookNow, stop: () => looks.stop() };
}
