import type { Kysely, Transaction } from 'kysely';
import { CommitUncertain, describeFailure } from '../../postgres/errors.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import type { NoticeKind } from '../../redemption/notices.ts';
import { startSteadyStopwatch, startStopwatch, type Stopwatch } from '../../time/stopwatch.ts';
import type { Time } from '../../time/time.ts';
import { LedgerError } from '../errors.ts';
import { newReceipt } from '../redemptions/receipt.ts';
import type { Tables } from '../schema.ts';
import type { VerbContext } from '../context.ts';
import { perform, type Call, type VerbArgs, type VerbName, type VerbResult } from '../verbs.ts';
import { heartbeat, takeOver } from '../leases/instances.ts';
import type { SharedClock } from './clock.ts';
import type { Shortcuts } from './shortcuts.ts';

/**
 * Verbs that compare with what others have just written, or decide for how long: the clock of a machine that has slept
 * is behind.
 */
const EXACT: ReadonlySet<VerbName> = new Set(['isAnotherUnclear', 'takeLease', 'renewLease']);

/**
 * A service that could not show itself for more than this part of the time after which it counts as dead was away. In less,
 * a service that showed itself a heartbeat before does not come to count as dead.
 */
const GAP = 0.6;

export interface CallsParts {
  readonly db: Kysely<Tables>;
  /** For heartbeats, which must not wait behind anything else: a service that is only busy is not dead. */
  readonly beatDb: Kysely<Tables>;
  readonly clock: SharedClock;
  readonly instance: string;
  /** A service that was not seen for so long, in milliseconds, is dead. */
  readonly deadAfterMs: number;
  /** For so long after it has started, or was without the database, a service takes nothing over. Default: `deadAfterMs`. */
  readonly graceMs?: number | undefined;
  /** What groups want to hear at the moment. */
  readonly wanted: () => readonly NoticeKind[];
  readonly time: Time;
  /** Whether the database has locks of rows, and several transactions at a time to need them. */
  readonly rowLocks: boolean;
  /** What is done without a transaction where nothing unusual is the matter; null: nothing. */
  readonly shortcuts?: Shortcuts | null;
  /** See `inTransaction`. */
  readonly random?: () => number;
}

export interface Calls {
  /** Rejects with LedgerError `storage` or `uncertain`; its cause says more. */
  readonly call: Call;
  /**
   * Shows that this service is alive, takes over from dead ones, and returns the ids of rows that became unknown. Takes over
   * nothing until it has shown itself for a while without a gap.
   */
  beat(): Promise<number[]>;
}

/** Runs the verbs in this service's name, each in a transaction of its own. */
export function createCalls(parts: CallsParts): Calls {
  const {
    db,
    beatDb,
    clock,
    instance,
    deadAfterMs,
    graceMs = deadAfterMs,
    wanted,
    time,
    rowLocks,
    shortcuts = null,
    random = Math.random,
  } = parts;
  const pauses = { time, random };
  /** Since others were last shown that this service is alive. */
  let unseen: Stopwatch = () => Number.POSITIVE_INFINITY;
  /** Since then it has shown so without a gap. */
  let sinceBack: Stopwatch = startSteadyStopwatch(time);

  /** The others may think this service dead. */
  const isOverdue = () => unseen() > deadAfterMs / 2;

  /** This service has just been shown to be alive, as of then. */
  function shownAsOf(shown: Stopwatch): void {
    // The database may have been away for all services, and the others need time to show themselves as well.
    if (unseen() > deadAfterMs * GAP) sinceBack = startSteadyStopwatch(time);
    // Another verb, or the loop, may have shown it more recently.
    if (shown() < unseen()) unseen = shown;
  }

  function contextOf(trx: Transaction<Tables>, now: number): VerbContext {
    return { trx, now, instance, newReceipt, shared: rowLocks, taken: null, askedUsers: null, wanted: wanted() };
  }

  /** Null where the verb is to be done in a transaction. */
  async function cutShort(verb: VerbName, args: readonly unknown[]) {
    const shortcut = shortcuts?.(verb) ?? null;
    if (shortcut === null || isOverdue()) return null;
    return shortcut({ now: clock.now(), instance, newReceipt, wanted: wanted() }, args as VerbArgs<VerbName>);
  }

  async function run<V extends VerbName>(verb: V, args: readonly unknown[]): Promise<VerbResult<V>> {
    let shown = unseen;
    try {
      const result = await inTransaction(
        db,
        async (trx, uncertain) => {
          const sinceBegun = startStopwatch(time);
          // A service that the others may think dead shows itself first, or they would take over what it begins now. It
          // asks for the time, for its machine may have slept, and its clock with it.
          const overdue = isOverdue();
          const exact = overdue || EXACT.has(verb);
          const context = contextOf(trx, exact ? await clock.measure(trx) : clock.now());
          // And a try that only finds what an earlier one has left must write something: a commit without a change does
          // not wait for synchronous standbys, and they may not have got that yet.
          if (uncertain || overdue) await heartbeat(context);
          if (overdue) shown = sinceBegun;
          return (await perform(context, verb, args)) as VerbResult<V>;
        },
        { ...pauses, shortcut: () => cutShort(verb, args) as Promise<{ readonly result: VerbResult<V> } | null> },
      );
      shownAsOf(shown);
      return result;
    } catch (error) {
      const code = error instanceof CommitUncertain ? 'uncertain' : 'storage';
      throw new LedgerError(code, describeFailure(error), { cause: error });
    }
  }

  return {
    call: (verb, ...args) => run(verb, args),
    async beat() {
      const sinceBegun = startStopwatch(time);
      const now = await inTransaction(
        beatDb,
        async (trx) => {
          const context = contextOf(trx, await clock.measure(trx));
          await heartbeat(context);
          return context.now;
        },
        pauses,
      );
      shownAsOf(sinceBegun);
      if (sinceBack() < graceMs) return [];
      // Apart from the heartbeat, for it may have to wait for rows that another transaction is writing.
      return inTransaction(beatDb, (trx) => takeOver(contextOf(trx, now), now - deadAfterMs), pauses);
    },
  };
}
