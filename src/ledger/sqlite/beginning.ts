import type { Kysely } from 'kysely';
import type { Tables } from '../schema.ts';

/** Fills a ledger that holds nothing yet, such as that of a simulated world; `now` in milliseconds since 1970. */
export type Beginning = (db: Kysely<Tables>, now: number) => Promise<void>;

/** Has the module at this URL, which exports it as `begin`, fill the ledger where it is empty. Rejects when it cannot. */
export async function beginWith(db: Kysely<Tables>, module: string, now: number): Promise<void> {
  const first = await db.selectFrom('redemptions').select('id').limit(1).executeTakeFirst();
  if (first !== undefined) return;
  const { begin } = (await import(module)) as { readonly begin: Beginning };
  await begin(db, now);
}
