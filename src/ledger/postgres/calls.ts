import type { Kysely, Transaction } from 'kysely';
import { describeFailure } from '../../postgres/errors.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import { LedgerError } from '../errors.ts';
import { newReceipt } from '../receipt.ts';
import type { Tables } from '../schema.ts';
import type { VerbContext } from '../verbs/context.ts';
import { perform, type Call, type VerbName, type VerbResult } from '../verbs/index.ts';
import { heartbeat, takeOver } from '../verbs/instances.ts';
import type { DatabaseClock } from './clock.ts';

export interface CallsParts {
  readonly db: Kysely<Tables>;
  /** For heartbeats, which must not wait behind anything else: a service that is only busy is not dead. */
  readonly beatDb: Kysely<Tables>;
  readonly clock: DatabaseClock;
  readonly instance: string;
  /** A service that was not seen for so long, in milliseconds, is dead. */
  readonly deadAfterMs: number;
}

export interface Calls {
  /** Rejects with LedgerError `storage`; its cause says more. */
  readonly call: Call;
  /** Shows that this service is alive, takes over from dead ones, and returns the ids of rows that became unknown. */
  beat(): Promise<number[]>;
}

/** Runs the verbs in this service's name, each in a transaction of its own. */
export function createCalls({ db, beatDb, clock, instance, deadAfterMs }: CallsParts): Calls {
  let shownAt = Number.NEGATIVE_INFINITY;

  function contextOf(trx: Transaction<Tables>, now: number): VerbContext {
    return { trx, now, instance, newReceipt, shared: true };
  }

  async function run<V extends VerbName>(verb: V, args: readonly unknown[]): Promise<VerbResult<V>> {
    try {
      return await inTransaction(db, async (trx) => {
        const context = contextOf(trx, clock.now());
        // A service that the others may think dead shows itself first, or they would take over what it begins now.
        if (performance.now() - shownAt > deadAfterMs / 2) await heartbeat(context);
        return (await perform(context, verb, args)) as VerbResult<V>;
      });
    } catch (error) {
      throw new LedgerError('storage', describeFailure(error), { cause: error });
    }
  }

  return {
    call: (verb, ...args) => run(verb, args),
    async beat() {
      const began = performance.now();
      const now = await inTransaction(beatDb, async (trx) => {
        const context = contextOf(trx, await clock.measure(trx));
        await heartbeat(context);
        return context.now;
      });
      shownAt = began;
      // Apart from the heartbeat, for it may have to wait for rows that somebody is just writing.
      return inTransaction(beatDb, (trx) => takeOver(contextOf(trx, now), now - deadAfterMs));
    },
  };
}
