import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { MappingError } from './mapping-error.ts';
import type { Mapping } from './mapping.ts';
import { readMapping } from './read-mapping.ts';
import type { Answer, ReadOptions } from './read-thread.ts';

/** Characters from which on reading would keep callbacks waiting; a thread takes a tenth of a second to start. */
const LARGE = 300_000;

/** As readMapping. A large text is read in a thread of its own, and taken over in parts. */
export async function readLarge(text: string, file: string, robotHosts: readonly string[] = []): Promise<Mapping> {
  if (text.length < LARGE) return readMapping(text, file, robotHosts);
  const workerData: ReadOptions = { text, file, robotHosts };
  const thread = new Worker(new URL('./read-thread.ts', import.meta.url), { workerData });
  try {
    const document: Record<string, unknown> = {};
    for (;;) {
      const [answer] = (await once(thread, 'message')) as [Answer];
      if ('problems' in answer) throw new MappingError(file, answer.problems);
      // It has passed the same checks as a small one, over there.
      if ('done' in answer) return document as Mapping;
      if ('value' in answer) document[answer.field] = answer.value;
      else ((document[answer.field] ??= []) as unknown[]).push(...answer.entries);
      thread.postMessage('next');
    }
  } finally {
    await thread.terminate();
  }
}
