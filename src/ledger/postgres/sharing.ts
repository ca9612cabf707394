interface Waiting<Asked, Found> {
  readonly asked: Asked;
  readonly since: number;
  readonly resolve: (found: Found | null) => void;
  readonly reject: (error: unknown) => void;
}

export interface SharingOptions<Asked, Found> {
  /** Does it for all of them; what was found for each, null where nothing was done. */
  readonly run: (all: readonly Asked[]) => Promise<readonly (Found | null)[]>;
  /** For how many at once. */
  readonly most: number;
  /** How many times at once. */
  readonly runs: number;
  /** How long a caller waits behind others at most, in milliseconds; then it gets null. */
  readonly patienceMs: number;
}

/**
 * Does something for many callers at once: for all who ask in one turn of the event loop, or while it is being done for as
 * many others as can be. What fails fails for all who share it; who waits behind that, or for too long, gets null.
 */
export function createSharing<Asked, Found>({ run, most, runs, patienceMs }: SharingOptions<Asked, Found>) {
  let waiting: Waiting<Asked, Found>[] = [];
  let running = 0;
  let watching = false;

  async function runFor(all: readonly Waiting<Asked, Found>[]): Promise<void> {
    running += 1;
    try {
      const found = await run(all.map(({ asked }) => asked));
      for (const [i, { resolve }] of all.entries()) resolve(found[i] ?? null);
    } catch (error) {
      for (const { reject } of all) reject(error);
      const others = waiting;
      waiting = [];
      for (const { resolve } of others) resolve(null);
    }
    running -= 1;
    runAsCan();
  }

  function runAsCan(): void {
    while (waiting.length > 0 && running < runs) void runFor(waiting.splice(0, most));
    if (waiting.length > 0) watch();
  }

  /** What hangs must not take those with it who only wait behind it. */
  function watch(): void {
    if (watching) return;
    watching = true;
    setTimeout(() => {
      watching = false;
      const now = performance.now();
      const late = waiting.findIndex(({ since }) => now - since < patienceMs);
      for (const { resolve } of waiting.splice(0, late === -1 ? waiting.length : late)) resolve(null);
      if (waiting.length > 0) watch();
    }, patienceMs).unref();
  }

  return (asked: Asked) =>
    new Promise<Found | null>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(runAsCan);
      waiting.push({ asked, since: performance.now(), resolve, reject });
    });
}
