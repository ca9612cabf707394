import { Worker } from 'node:worker_threads';
import type { ListRead } from '../redemption/vendor-list.ts';

/** For one file. */
const LIMIT_MS = 20_000;
/** A file that needs more ends its thread, and not the service. */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 };

export interface ListReader {
  /** Reads a file in a thread of its own, one at a time. Never rejects. */
  read(bytes: Uint8Array): Promise<ListRead>;
  /** Ends what is being read. */
  close(): Promise<void>;
}

/** Reads lists that people have brought, so that redemptions are not held up by it. */
export function createListReader({ limitMs = LIMIT_MS }: { readonly limitMs?: number } = {}): ListReader {
  let worker: Worker | null = null;
  let closed = false;

  return {
    async read(bytes) {
      if (closed || worker !== null) return { kind: 'not-a-list', why: 'busy' };
      const { promise, resolve } = Promise.withResolvers<ListRead>();
      const fail = (why: 'damaged' | 'too-large' | 'too-slow') => resolve({ kind: 'not-a-list', why });
      const reading = new Worker(new URL('./read-thread.ts', import.meta.url), {
        ...{ name: 'vendor-list', workerData: bytes, resourceLimits: LIMITS },
      });
      worker = reading;
      const timer = setTimeout(() => fail('too-slow'), limitMs);
      reading.once('message', resolve);
      reading.once('error', () => fail('too-large'));
      reading.once('exit', () => fail('damaged'));
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        await reading.terminate();
        worker = null;
      }
    },
    async close() {
      closed = true;
      await worker?.terminate();
    },
  };
}
