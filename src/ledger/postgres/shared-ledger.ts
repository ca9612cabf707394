import type { Kysely } from 'kysely';
import type { Log } from '../../log.ts';
import type { MessageKey } from '../../redemption/message.ts';
import type { NoticeKind } from '../../redemption/notices.ts';
import type { Problem } from '../../problem.ts';
import { repeat } from '../../time/repeat.ts';
import { startStopwatch, type Stopwatch } from '../../time/stopwatch.ts';
import type { Time } from '../../time/time.ts';
import { LedgerError } from '../errors.ts';
import { createRefusals, createStorage, type OpenedLedger } from '../ledger.ts';
import type { Tables } from '../schema.ts';
import type { Call } from '../verbs.ts';
import { REMEMBERED_MS } from '../leases/clearances.ts';
import { createWaiters } from '../redemptions/waiters.ts';
import { createWatchers } from '../redemptions/watchers.ts';
import type { Announcements } from './announcements.ts';
import { createCalls } from './calls.ts';
import type { SharedClock } from './clock.ts';
import { LostClaims } from './lost-claims.ts';
import type { Shortcuts } from './shortcuts.ts';
import { createSharedReads } from './reads.ts';
import { watchSettled } from './watch.ts';

/**
 * No service has refused a message as young as that. No platform's first delivery is older, also where it counts in whole
 * seconds: what is asked of other services must not hold up, or turn away, what people have just typed.
 */
const JUST_TYPED_MS = 2_000;
/** For so long after storage failed, others may still have to record what they refused meanwhile. */
const AFTER_TROUBLE_MS = 10_000;
/** The services' clocks agree with the database's to within this. */
const CLOCK_MARGIN_MS = 100;

export interface SharedLedgerParts {
  /** Has the tables already. */
  readonly db: Kysely<Tables>;
  /** The same database, for heartbeats, which must not wait behind anything else. */
  readonly beatDb: Kysely<Tables>;
  /** The same database, for what may have much to read, which must not keep claims waiting. Default: `db`. */
  readonly readDb?: Kysely<Tables>;
  readonly clock: SharedClock;
  /** Names this run of the service; a name must never be used twice. */
  readonly instance: string;
  readonly time: Time;
  readonly log: Log;
  /** What groups want to hear at the moment. */
  readonly wanted: () => readonly NoticeKind[];
  /**
   * Starts telling the other services, and hearing from them, which rows were settled: `onHeard` is told the ids, or
   * nothing when some may have been missed. Null leaves it to polling.
   */
  readonly announcements: ((onHeard: (ids?: readonly number[]) => void) => Announcements) | null;
  /** How often this service shows that it is alive, and looks for dead ones. */
  readonly heartbeatMs: number;
  /** How often this service shows that it has recorded all that it refused. */
  readonly clearMs: number;
  /** A service that was not seen for so long is dead. All services should agree on it. */
  readonly deadAfterMs: number;
  /** For so long after it has started, or was without the database, a service takes nothing over. Default: `deadAfterMs`. */
  readonly graceMs?: number | undefined;
  /** How often results of other services are looked for, besides being announced. */
  readonly pollMs: number;
  /** Whether the database has locks of rows (`for update skip locked`). */
  readonly rowLocks: boolean;
  /** See `createCalls`. */
  readonly shortcuts?: Shortcuts | null;
  /** Decides about pauses between tries, from 0 to 1. */
  readonly random?: () => number;
  /** Told when the database ceases to answer heartbeats, and when it does again: it may be another server then. */
  readonly onAnswering?: (answering: boolean) => void;
  /** Ends the connections; called once, last of all. */
  readonly disconnect?: () => Promise<void>;
  /** What an operator should know of the database, though it works. */
  readonly problems?: () => readonly Problem[];
}

/**
 * A ledger that several services share, over any database that they can all reach. Rejects when the database does not
 * take the first heartbeat; from then on it recovers by itself whenever the database does.
 */
export async function startSharedLedger(parts: SharedLedgerParts): Promise<OpenedLedger> {
  const { db, readDb = db, random, clock, time, log, heartbeatMs, clearMs, pollMs, onAnswering, disconnect } = parts;
  const calls = createCalls(parts);
  const waiters = createWaiters();
  const reads = createSharedReads(readDb, { time, ...(random === undefined ? {} : { random }) });
  const lostClaims = new LostClaims({ call: calls.call, time, log });
  const running = new Set<Promise<unknown>>();
  let closed = false;
  let away = false;
  const sinceStart = startStopwatch(time);
  let sinceTrouble: Stopwatch = () => Number.POSITIVE_INFINITY;

  const interrupted = await calls.beat();

  const call: Call = (verb, ...args) => {
    if (closed) return Promise.reject(new LedgerError('closed', 'the ledger is closed'));
    const result = calls.call(verb, ...args);
    const forget = () => running.delete(result);
    running.add(result);
    result.then(forget, () => {
      sinceTrouble = startStopwatch(time);
      forget();
    });
    return result;
  };
  const takeLostClaim = (message: MessageKey) => lostClaims.take(message);
  const refusals = createRefusals({ call, waiters, time, log, takeLostClaim });

  const watch = watchSettled({ db, waiters, pollMs, time });
  const watchers = createWatchers();
  const announcements =
    parts.announcements?.((ids) => {
      watch.lookNow(ids);
      watchers.tell();
    }) ?? null;

  function settledHere(ids: readonly number[]): void {
    announcements?.announce(ids);
    watch.lookNow(ids);
    if (ids.length > 0) watchers.tell();
  }

  async function beat(): Promise<void> {
    try {
      const taken = await calls.beat();
      if (taken.length > 0) log.warn({ interrupted: taken.length }, 'took over from a service that died: unknown now');
      settledHere(taken);
      if (!away) return;
      away = false;
      log.info('the database answers again');
      onAnswering?.(true);
    } catch (error) {
      if (away) return;
      away = true;
      log.error({ err: error }, 'the database does not answer; trying again');
      onAnswering?.(false);
    }
  }

  // The first heartbeat was made above.
  const beats = repeat(time, heartbeatMs, beat, { atOnce: false });
  // Apart from the heartbeats, which must not wait until all are asked for.
  const search = repeat(time, heartbeatMs, async () => settledHere(await lostClaims.settle()), { atOnce: false });

  async function showClear(): Promise<void> {
    const at = clock.now() - CLOCK_MARGIN_MS;
    const forget = Math.min(sinceStart(), sinceTrouble()) > REMEMBERED_MS;
    if (refusals.isClear) await call('showClear', at, forget);
  }
  // The other services have to know of this one before it refuses anything.
  await showClear();
  // The heartbeats notice that the database is away; the next time makes up for this one.
  const clears = repeat(time, clearMs, () => showClear().catch(() => undefined), { atOnce: false });

  function refusedElsewhere(typedAgoMs: number, hereForMs: number): Promise<boolean> | false {
    if (typedAgoMs < JUST_TYPED_MS && sinceTrouble() > AFTER_TROUBLE_MS) return false;
    return call('isAnotherUnclear', hereForMs);
  }

  const close = async () => {
    if (closed) return;
    closed = true;
    lostClaims.stop();
    await Promise.all(
      [beats.stop(), search.stop(), clears.stop(), watch.stop(), reads.close(), ...running].map((work) =>
        work.catch(() => undefined),
      ),
    );
    waiters.fail(new LedgerError('closed', 'the ledger is closed'));
    announcements?.close();
    // A service that leaves refusals behind stays known to the others for a while.
    if (refusals.isClear) await calls.call('endClearance').catch(() => undefined);
    await calls.call('signOff').catch(() => undefined);
    await disconnect?.();
  };

  return {
    ...createStorage({
      call,
      reads,
      waiters,
      heldUsers: null,
      time,
      onSettled: ({ id }) => announcements?.announce([id]),
      refusals,
      refusedElsewhere,
      watchers,
      takeLostClaim,
      onClaimFailed: (...failure) => lostClaims.add(...failure),
      now: () => clock.now(),
      close,
    }),
    interrupted: interrupted.length,
    now: () => clock.now(),
    problems: parts.problems ?? (() => []),
  };
}
