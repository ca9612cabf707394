import { FURTHEST_MS } from '../../redemption/instants.ts';
import type { Telling } from '../../redemption/people.ts';
import type { VerbContext } from '../context.ts';
import { ahead } from '../instants.ts';
import { tellAgain } from '../messages/tell-again.ts';
import { tell } from '../messages/tell.ts';
import { record } from '../trail/record.ts';

/** When to look again. */
export async function scheduleLook(context: VerbContext, id: number, at: number): Promise<null> {
  await context.trx
    .updateTable('redemptions')
    .set({ look_due: ahead(context.now, at - context.now, FURTHEST_MS.look) })
    .where('id', '=', id)
    .where('state', '=', 'unknown')
    .execute();
  return null;
}

/** Ends the looks at an unknown that none of them settled. Its reply, which promised to tell, goes out again. */
export async function endLooks(context: VerbContext, id: number, tellings: readonly Telling[]): Promise<null> {
  const ended = await context.trx
    .updateTable('redemptions')
    .set({ look_due: null })
    .where('id', '=', id)
    .where('state', '=', 'unknown')
    .where('look_due', 'is not', null)
    .returning('message')
    .executeTakeFirst();
  if (ended === undefined) return null;
  await record(context, [{ redemption: id }], { kind: 'looks-ended' });
  await tellAgain(context, ended.message);
  return tell(context, tellings);
}
