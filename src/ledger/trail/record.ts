import type { TrailFacts } from '../../redemption/trail.ts';
import type { VerbContext } from '../context.ts';

/** Rows of one insert, well below any database's limit on parameters. */
const CHUNK = 100;

/** What something happened to; `at` is now where it is absent. */
export interface Happened {
  readonly redemption?: number;
  readonly message?: number;
  readonly at?: number;
}

/** Puts on record what happened, in the transaction in which it does. */
export async function record(
  context: Pick<VerbContext, 'trx' | 'now'>,
  happened: readonly Happened[],
  { kind, ...facts }: TrailFacts,
): Promise<void> {
  const said = Object.keys(facts).length === 0 ? null : JSON.stringify(facts);
  for (let from = 0; from < happened.length; from += CHUNK) {
    await context.trx
      .insertInto('trail')
      .values(
        happened.slice(from, from + CHUNK).map(({ redemption = null, message = null, at = context.now }) => ({
          ...{ redemption, message, at, kind },
          facts: said,
        })),
      )
      .execute();
  }
}
