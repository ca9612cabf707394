import type { Leases } from '../../redemption/ledger.ts';
import { startStopwatch, type Stopwatch } from '../../time/stopwatch.ts';
import type { Time } from '../../time/time.ts';

/** An instance that dies lets the others in after so long. */
const LEASE_MS = 15_000;
/** Between two renewals, and between two attempts to get it. */
const EVERY_MS = 4_000;
/** The same where the ledger did not answer. */
const AGAIN_MS = 1_000;
/** The connection is given up so long before the lease may have ended. */
const MARGIN_MS = 3_000;
/** How long one answer of the ledger is waited for. */
const ANSWER_MS = 2_000;

/** What the ledger says of a lease; null: it does not say. */
type Heard = boolean | null;

export interface HolderParts {
  readonly leases: Leases;
  /** The name of the lease. */
  readonly name: string;
  /** The token of this instance. */
  readonly holder: string;
  readonly time: Time;
  /** From now on only this instance may have the connection. */
  readonly onTaken: () => void;
  /** Another instance has it, or may have it soon: a connection has to be given up before this returns. */
  readonly onLost: (why: string) => void;
}

/** Takes a lease when it is free, and keeps it. */
export interface Holder {
  /** Whether it is still held, as the ledger says now; where that does not answer, as was last known. */
  isOurs(): Promise<boolean>;
  /** Keeps it where it is held, and takes it no more where it is not. */
  takeNoMore(): void;
  /** Gives it back. */
  stop(): Promise<void>;
}

/**
 * Holds the lease with that name while this runs. It counts from the moment at which the ledger was asked, by the clock
 * that ran furthest: a machine that slept holds nothing any more when it wakes.
 */
export function startHolder({ leases, name, holder, time, onTaken, onLost }: HolderParts): Holder {
  const stopped = new AbortController();
  let isHeld = false;
  let takes = true;
  let said: string | null = null;
  /** Since the ledger was asked for what it confirmed last. */
  let confirmedFor: Stopwatch = () => Infinity;
  let cancelEnd: (() => void) | null = null;
  let looking: Promise<Heard> = Promise.resolve(null);

  async function ask(question: () => Promise<boolean>): Promise<Heard> {
    const answered = new AbortController();
    const late = time.sleep(ANSWER_MS, answered.signal).then(() => null);
    const heard = await Promise.race([question().catch(() => null), late]);
    answered.abort();
    return heard;
  }

  function lose(why: string): void {
    cancelEnd?.();
    cancelEnd = null;
    isHeld = false;
    if (said === why) return;
    said = why;
    onLost(why);
  }

  function confirm(askedFor: Stopwatch): void {
    confirmedFor = askedFor;
    cancelEnd?.();
    cancelEnd = time.after(LEASE_MS - MARGIN_MS - askedFor(), endInTime);
    if (isHeld) return;
    isHeld = true;
    said = null;
    onTaken();
  }

  function endInTime(): void {
    if (isHeld) lose('the ledger does not say that this instance may still have it');
  }

  /** Asks for the lease, or for more of it, and acts on what the ledger says, which it returns. */
  async function lookOnce(): Promise<Heard> {
    if (!isHeld && !takes) return false;
    const askedFor = startStopwatch(time);
    const heard = await ask(() =>
      isHeld ? leases.renewLease(name, holder, LEASE_MS) : leases.takeLease(name, holder, LEASE_MS),
    );
    if (stopped.signal.aborted) return heard;
    if (heard === true && askedFor() < LEASE_MS - MARGIN_MS) confirm(askedFor);
    else if (heard === false) lose('another instance has it');
    else if (confirmedFor() >= LEASE_MS - MARGIN_MS) lose('the ledger does not say who may have it');
    return heard;
  }

  /** One after the other: what was heard last is what was asked last. */
  function look(): Promise<Heard> {
    looking = looking.then(lookOnce);
    return looking;
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      const heard = await look();
      await time.sleep(heard === null ? AGAIN_MS : EVERY_MS, stopped.signal);
    }
  }

  const running = run();
  return {
    async isOurs() {
      if (isHeld) await look();
      return isHeld;
    },
    takeNoMore() {
      takes = false;
    },
    async stop() {
      stopped.abort();
      cancelEnd?.();
      await running;
      await leases.giveBackLease(name, holder).catch(() => undefined);
    },
  };
}
