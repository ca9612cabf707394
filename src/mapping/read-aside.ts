import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { IndexedMapping } from './indexed-mapping.ts';
import { MappingError } from './mapping-error.ts';
import { readParts } from './read-mapping.ts';
import type { ReadOptions, ReadResult } from './read-thread.ts';

/** Bytes from which on reading would keep callbacks waiting; a thread takes a tenth of a second to start. */
const LARGE = 300_000;

/**
 * Reads and checks a mapping file and indexes it, without blocking the event loop: a large one in a thread of its own.
 * Throws MappingError as readMapping does, and when it is not UTF-8. The mapping keeps `bytes`.
 */
export async function readAside(
  bytes: Buffer,
  file: string,
  robotHosts: readonly string[] = [],
): Promise<IndexedMapping> {
  if (bytes.length < LARGE) return IndexedMapping.of(bytes, readParts(bytes, file, robotHosts));
  const workerData: ReadOptions = { bytes: new Uint8Array(bytes), file, robotHosts };
  const transferList = [workerData.bytes.buffer];
  const thread = new Worker(new URL('./read-thread.ts', import.meta.url), { workerData, transferList });
  try {
    const [result] = (await Promise.race([once(thread, 'message'), lost(thread)])) as [ReadResult];
    if ('problems' in result) throw new MappingError(file, result.problems);
    return IndexedMapping.of(bytes, result.parts);
  } finally {
    await thread.terminate();
  }
}

/** Rejects when the thread has ended without a result, or with one that cannot be taken over. */
async function lost(thread: Worker): Promise<never> {
  const [why] = (await Promise.race([once(thread, 'messageerror'), once(thread, 'exit')])) as [unknown];
  throw new Error(`the mapping could not be taken over from its thread (${String(why)})`);
}
