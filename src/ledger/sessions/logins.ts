import { sql } from 'kysely';
import { FURTHEST_MS } from '../../redemption/instants.ts';
import { LOGIN_LASTS_MS, LOGINS_PER_HOUR } from '../../redemption/sessions.ts';
import type { VerbContext } from '../context.ts';
import { ahead, isDue, isTooFarAhead } from '../instants.ts';

const HOUR_MS = 60 * 60_000;

/**
 * Keeps the hash of a link for this person; their earlier ones count no more. False where they have had too many within the hour.
 * Done again, because no answer said whether it was stored, it is the same link.
 */
export async function offerLogin(context: VerbContext, hash: string, user: string): Promise<boolean> {
  // One at a time for each person, where several services share the ledger: whoever comes next counts what was kept before.
  await context.trx
    .updateTable('login_links')
    .set({ state: sql.ref('state') })
    .where('user_id', '=', user)
    .execute();
  for (;;) {
    const lately = await context.trx
      .selectFrom('login_links')
      .select('hash')
      .where('user_id', '=', user)
      .where('made_at', '>', context.now - HOUR_MS)
      .where((where) => where.not(isTooFarAhead('made_at', context.now, FURTHEST_MS.past)))
      .execute();
    if (lately.some((link) => link.hash === hash)) return true;
    if (lately.length >= LOGINS_PER_HOUR) return false;
    await voidLogins(context, user);
    const made = await context.trx
      .insertInto('login_links')
      .values({
        hash,
        user_id: user,
        made_at: context.now,
        ends_at: ahead(context.now, LOGIN_LASTS_MS, FURTHEST_MS.login),
        state: 'open',
        session: null,
      })
      // Another instance may just have kept one of this person.
      .onConflict((c) => c.doNothing())
      .returning('hash')
      .executeTakeFirst();
    if (made !== undefined) return true;
  }
}

/** Whom a link is for that counts; null: there is no such link. */
export async function findLogin(context: VerbContext, hash: string): Promise<string | null> {
  const link = await context.trx
    .selectFrom('login_links')
    .select('user_id')
    .where('hash', '=', hash)
    .where('state', '=', sql.lit('open'))
    .where((where) => where.not(isDue('ends_at', context.now, FURTHEST_MS.login)))
    .executeTakeFirst();
  return link?.user_id ?? null;
}

/**
 * Uses a link of this person up; returns whether it counted. One statement: however many try at once, the row that it writes decides.
 * Done again, because no answer said whether it was stored, it is known by its session.
 */
export async function useLogin(context: VerbContext, hash: string, user: string, session: string): Promise<boolean> {
  const used = await context.trx
    .updateTable('login_links')
    .set({ state: 'used', session })
    .where('hash', '=', hash)
    .where('user_id', '=', user)
    .where((where) =>
      where.or([
        where.and([where('state', '=', 'open'), where.not(isDue('ends_at', context.now, FURTHEST_MS.login))]),
        where.and([where('state', '=', 'used'), where('session', '=', session)]),
      ]),
    )
    .returning('hash')
    .executeTakeFirst();
  return used !== undefined;
}

/** No link of this person counts any more. */
export async function voidLogins(context: VerbContext, user: string): Promise<void> {
  await context.trx
    .updateTable('login_links')
    .set({ state: 'void' })
    .where('user_id', '=', user)
    .where('state', '=', sql.lit('open'))
    .execute();
}

/** Forgets links that nothing is counted by any more. */
export async function sweepLogins(context: VerbContext): Promise<void> {
  await context.trx
    .deleteFrom('login_links')
    .where((where) =>
      where.or([
        where('made_at', '<=', context.now - HOUR_MS),
        isTooFarAhead('made_at', context.now, FURTHEST_MS.past),
      ]),
    )
    .execute();
}
