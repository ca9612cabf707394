import { parentPort, workerData } from 'node:worker_threads';
import type { MappingParts } from './indexed-mapping.ts';
import { MappingError } from './mapping-error.ts';
import { readParts } from './read-mapping.ts';
import { buffersOf } from './staff-list.ts';

export interface ReadOptions {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly file: string;
  readonly robotHosts: readonly string[];
}

export type ReadResult = { readonly parts: MappingParts } | { readonly problems: readonly string[] };

function read({ bytes, file, robotHosts }: ReadOptions): ReadResult {
  try {
    return { parts: readParts(Buffer.from(bytes.buffer), file, robotHosts) };
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    return { problems: error.problems };
  }
}

const result = read(workerData as ReadOptions);
// What is large is handed over, not copied: then the other thread has nothing to do.
parentPort?.postMessage(result, 'parts' in result ? buffersOf(result.parts.staff) : []);
