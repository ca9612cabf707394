import type { Leases } from '../../redemption/leases.ts';
import { startStopwatch, type Stopwatch } from '../../time/stopwatch.ts';
import type { Time } from '../../time/time.ts';

/** An instance that dies lets the others in after so long. */
const LEASE_MS = 15_000;
/** Between two renewals, and between two attempts to get it. */
const EVERY_MS = 4_000;
/** The same where the ledger did not answer. */
const AGAIN_MS = 1_000;
/** It is in doubt so long before it may have ended. */
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
  /** From now on this instance, and no other, may open a connection. */
  readonly onTaken: () => void;
  /**
   * The ledger has not said for too long that it is still held: no connection may be opened any more. One that is open may
   * stay, because whoever takes the lease takes over the connection too. `onTaken` or `onLost` follows.
   */
  readonly onDoubted: (why: string) => void;
  /** Another instance has it: a connection has to be given up before this returns. */
  readonly onLost: (why: string) => void;
}

/** Takes a lease when it is free, and keeps it. */
export interface Holder {
  /** Whether a connection may be opened at this moment. */
  isSure(): boolean;
  /** Whether it is still held, as the ledger says now; where that does not answer, as was last known. */
  isOurs(): Promise<boolean>;
  /** Gives it back, and takes it again after `ms` at the earliest: meanwhile another instance may. */
  rest(ms: number): void;
  /** Keeps it where it is held, and takes it no more where it is not. */
  takeNoMore(): void;
  /** Gives it back. */
  stop(): Promise<void>;
}

/**
 * Holds the lease with that name while this runs. It counts from the moment at which the ledger was asked, by the clock
 * that ran furthest: a machine that slept is sure of nothing any more when it wakes.
 */
export function startHolder({ leases, name, holder, time, onTaken, onDoubted, onLost }: HolderParts): Holder {
  const stopped = new AbortController();
  let state: 'none' | 'held' | 'doubted' = 'none';
  let takes = true;
  let said: string | null = null;
  /** The ledger did not answer when it was asked last. */
  let wasSilent = false;
  /** Since the ledger was asked for what it confirmed last. */
  let confirmedFor: Stopwatch = () => Infinity;
  let cancelDoubt: (() => void) | null = null;
  /** Not null while it rests. */
  let cancelRest: (() => void) | null = null;
  let looking: Promise<Heard> = Promise.resolve(null);

  async function ask(question: () => Promise<boolean>): Promise<Heard> {
    const answered = new AbortController();
    const late = time.sleep(ANSWER_MS, answered.signal).then(() => null);
    const heard = await Promise.race([question().catch(() => null), late]);
    answered.abort();
    return heard;
  }

  function drop(): void {
    cancelDoubt?.();
    cancelDoubt = null;
    state = 'none';
  }

  function lose(why: string): void {
    drop();
    if (said === why) return;
    said = why;
    onLost(why);
  }

  function confirm(askedFor: Stopwatch): void {
    confirmedFor = askedFor;
    cancelDoubt?.();
    cancelDoubt = time.after(LEASE_MS - MARGIN_MS - askedFor(), doubt);
    said = null;
    if (state === 'held') return;
    state = 'held';
    onTaken();
  }

  function doubt(): void {
    if (state !== 'held') return;
    state = 'doubted';
    onDoubted('the ledger does not say whether this instance may still have it');
  }

  const isFresh = (askedFor: Stopwatch) => askedFor() < LEASE_MS - MARGIN_MS;

  /** Asks for the lease, or for more of it, and acts on what the ledger says, which it returns. */
  async function lookOnce(): Promise<Heard> {
    if (state === 'none' && (!takes || cancelRest !== null)) return false;
    // After a silence the one that had it, and may be connected still, is let ahead: first this only asks.
    const onlyAsks = state === 'none' && wasSilent;
    const takesIt = state === 'none' && !wasSilent;
    const askedFor = startStopwatch(time);
    const heard = await ask(() =>
      takesIt ? leases.takeLease(name, holder, LEASE_MS) : leases.renewLease(name, holder, LEASE_MS),
    );
    wasSilent = heard === null;
    if (stopped.signal.aborted || cancelRest !== null) return heard;
    if (heard === true && isFresh(askedFor)) confirm(askedFor);
    else if (onlyAsks) return heard;
    else if (heard === false) lose('another instance has it');
    else if (state === 'none') lose('the ledger does not say who may have it');
    else if (!isFresh(confirmedFor)) doubt();
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

  const giveBack = () => leases.giveBackLease(name, holder).catch(() => undefined);
  const running = run();
  return {
    isSure() {
      if (!isFresh(confirmedFor)) doubt();
      return state === 'held';
    },
    async isOurs() {
      if (state !== 'none') await look();
      return state !== 'none';
    },
    rest(ms) {
      drop();
      cancelRest?.();
      cancelRest = time.after(ms, () => (cancelRest = null));
      // After what was asked before, which may have renewed it.
      looking = looking.then(() => ask(() => giveBack().then(() => true)));
    },
    takeNoMore() {
      takes = false;
    },
    async stop() {
      stopped.abort();
      cancelDoubt?.();
      cancelRest?.();
      await running;
      await giveBack();
    },
  };
}
