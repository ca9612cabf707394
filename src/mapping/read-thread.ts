import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { MappingError } from './mapping-error.ts';
import { readMapping } from './read-mapping.ts';
import { slices } from './slices.ts';

export interface ReadOptions {
  readonly text: string;
  readonly file: string;
  readonly robotHosts: readonly string[];
}

/** A field of the mapping, a part of one that is a list, or the end. The next one comes when it is asked for. */
export type ReadPart =
  | { readonly field: string; readonly value: unknown }
  | { readonly field: string; readonly entries: readonly unknown[] }
  | { readonly done: true }
  | { readonly problems: readonly string[] };

async function main(port: NonNullable<typeof parentPort>, { text, file, robotHosts }: ReadOptions): Promise<void> {
  const hand = async (part: ReadPart) => {
    port.postMessage(part);
    await once(port, 'message');
  };
  for (const [field, value] of Object.entries(readMapping(text, file, robotHosts))) {
    if (!Array.isArray(value) || value.length === 0) await hand({ field, value });
    else for await (const entries of slices<unknown>(value)) await hand({ field, entries });
  }
  await hand({ done: true });
}

if (parentPort !== null) {
  const port = parentPort;
  await main(port, workerData as ReadOptions).catch((error: unknown) => {
    if (!(error instanceof MappingError)) throw error;
    port.postMessage({ problems: error.problems } satisfies ReadPart);
  });
}
