import { sql } from 'kysely';
import type { VerbContext } from '../context.ts';

/** Keeps what a person is called: their redemptions stay when they have left the mapping. */
export async function noteName(context: Pick<VerbContext, 'trx'>, user: string, name: string): Promise<null> {
  await context.trx
    .insertInto('known_names')
    .values({ user_id: user, name })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ name }))
    .execute();
  return null;
}

/** The name of the person who typed a redemption; for a query of `redemptions`. */
export const knownName = sql<
  string | null
>`(select known_names.name from known_names where known_names.user_id = redemptions.user_id)`;
