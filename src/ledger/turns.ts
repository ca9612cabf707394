import { LedgerError } from './errors.ts';

/** More people than that do not ask at once, and the last of them would wait for minutes. */
const MAX_WAITING = 100;

/** Lets some reads run at a time, and the others wait for their turn, first come, first served. */
export interface Turns {
  /** Does `work` when it is its turn. Rejects with LedgerError `storage` where too many wait already. */
  take<T>(work: () => Promise<T>): Promise<T>;
  /** Rejects with `error` what waits, and whatever comes from now on; resolves when what is under way has ended. */
  end(error: LedgerError): Promise<void>;
}

export function createTurns(atOnce: number): Turns {
  const running = new Set<Promise<unknown>>();
  const waiting: { readonly begin: () => void; readonly refuse: (error: LedgerError) => void }[] = [];
  let ended: LedgerError | null = null;

  return {
    take: (work) =>
      new Promise((resolve, reject) => {
        const begin = () => {
          const result = work();
          const next = () => {
            running.delete(result);
            waiting.shift()?.begin();
          };
          running.add(result);
          result.then(resolve, reject);
          result.then(next, next);
        };
        if (ended !== null) reject(ended);
        else if (running.size < atOnce) begin();
        else if (waiting.length < MAX_WAITING) waiting.push({ begin, refuse: reject });
        else reject(new LedgerError('storage', 'too many reads of the ledger wait already'));
      }),
    async end(error) {
      ended = error;
      for (const { refuse } of waiting.splice(0)) refuse(error);
      await Promise.allSettled(running);
    },
  };
}
