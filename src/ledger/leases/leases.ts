import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { VerbContext } from '../context.ts';
import { ahead, isDue } from '../instants.ts';

/**
 * Takes a lease that is free or has expired; returns whether `holder` has it now. One statement: however many
 * ask at once, the row that it writes decides. Done again, because no answer said whether it was stored, it is the
 * holder's own.
 */
export async function takeLease(context: VerbContext, name: string, holder: string, forMs: number): Promise<boolean> {
  const endsAt = ahead(context.now, forMs, FURTHEST_MS.lease);
  const taken = await context.trx
    .insertInto('leases')
    .values({ name, holder, ends_at: endsAt })
    .onConflict((c) =>
      c
        .column('name')
        .doUpdateSet({ holder, ends_at: endsAt })
        .where((where) =>
          where.or([where('leases.holder', '=', holder), isDue('leases.ends_at', context.now, FURTHEST_MS.lease)]),
        ),
    )
    .returning('name')
    .executeTakeFirst();
  return taken !== undefined;
}

/**
 * Moves the end of a lease that is still the holder's; returns whether it is. It does so even when the end has come.
 */
export async function renewLease(context: VerbContext, name: string, holder: string, forMs: number): Promise<boolean> {
  const renewed = await context.trx
    .updateTable('leases')
    .set({ ends_at: ahead(context.now, forMs, FURTHEST_MS.lease) })
    .where('name', '=', name)
    .where('holder', '=', holder)
    .returning('name')
    .executeTakeFirst();
  return renewed !== undefined;
}

/** Ends a lease if it is still the holder's. */
export async function giveBackLease(context: VerbContext, name: string, holder: string): Promise<null> {
  await context.trx.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute();
  return null;
}
