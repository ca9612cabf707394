import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { MappingError } from './mapping-error.ts';
import type { Mapping } from './mapping.ts';
import { readMapping } from './read-mapping.ts';
import type { ReadPart, ReadOptions } from './read-thread.ts';

/** Characters from which on reading would keep callbacks waiting; a thread takes a tenth of a second to start. */
const LARGE = 300_000;

/**
 * As readMapping, without blocking the event loop: a large text is read in a thread of its own, and taken over in
 * parts.
 */
export async function readAside(text: string, file: string, robotHosts: readonly string[] = []): Promise<Mapping> {
  if (text.length < LARGE) return readMapping(text, file, robotHosts);
  const workerData: ReadOptions = { text, file, robotHosts };
  const thread = new Worker(new URL('./read-thread.ts', import.meta.url), { workerData });
  try {
    const fields = new Map<string, unknown>();
    for (;;) {
      const [part] = (await once(thread, 'message')) as [ReadPart];
      if ('problems' in part) throw new MappingError(file, part.problems);
      // It has passed the same checks in the thread as a small one here. Not put together by assignment, which takes a
      // field called __proto__ for something else, and so lets in what was not checked.
      if ('done' in part) return Object.fromEntries(fields) as Mapping;
      if ('value' in part) fields.set(part.field, part.value);
      else {
        const list = fields.get(part.field);
        if (Array.isArray(list)) list.push(...part.entries);
        else fields.set(part.field, part.entries);
      }
      thread.postMessage('next');
    }
  } finally {
    await thread.terminate();
  }
}
