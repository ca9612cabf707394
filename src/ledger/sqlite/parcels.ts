import { LedgerError } from '../errors.ts';
import type { Call } from '../verbs.ts';
import type { RequestResult, Request } from './protocol.ts';

interface PendingCall {
  readonly resolve: (result: never) => void;
  readonly reject: (error: LedgerError) => void;
}

export interface Parcels {
  readonly call: Call;
  /** Sends what has been asked, though storage may be busy. */
  flush(): void;
  /** The results of everything that was sent last. */
  take(results: readonly RequestResult[]): void;
  /** Rejects what is under way as `uncertain`, and everything that is asked from now on with the first such error. */
  fail(error: LedgerError): void;
}

/** Verbs on their way to storage. What is asked in one turn of the event loop, or while storage is busy, is one parcel. */
export function createParcels(send: (requests: readonly Request[]) => void): Parcels {
  const calls = new Map<number, PendingCall>();
  let parcel: Request[] = [];
  let committing = false;
  let lastId = 0;
  let down: LedgerError | null = null;

  const flush = () => {
    if (parcel.length === 0) return;
    committing = true;
    const requests = parcel;
    parcel = [];
    send(requests);
  };

  const flushWhenFree = () => {
    if (!committing) flush();
  };

  const settle = (result: RequestResult) => {
    const pending = calls.get(result.id);
    calls.delete(result.id);
    if ('failure' in result) pending?.reject(new LedgerError(result.failure.code, result.failure.message));
    else pending?.resolve(result.result as never);
  };

  return {
    call: (verb, ...args) =>
      new Promise((resolve, reject) => {
        if (down !== null) {
          reject(down);
          return;
        }
        const id = ++lastId;
        calls.set(id, { resolve, reject });
        if (parcel.length === 0) setImmediate(flushWhenFree);
        parcel.push({ id, verb, args });
      }),
    flush,
    take(results) {
      committing = false;
      results.forEach(settle);
      flushWhenFree();
    },
    fail(error) {
      // What was asked before may have been done.
      const underWay = calls.size === 0 ? error : new LedgerError('uncertain', error.message, { cause: error });
      down ??= error;
      for (const { reject } of calls.values()) reject(underWay);
      calls.clear();
    },
  };
}
