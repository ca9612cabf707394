import { join } from 'node:path';
import { IndexedMapping, partsOf } from '../mapping/indexed-mapping.ts';
import { MappingFile } from '../mapping/mapping-file.ts';
import { ChangedMeanwhile, type MappingStore } from '../mapping/mapping-store.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { readMapping } from '../mapping/read-mapping.ts';
import { changedMeanwhile } from './files-words.ts';
import { FilesChanged } from './ports.ts';
import { removeFile } from './safe-write.ts';

/** Where the mapping is, and what it was when the draft began. */
export interface MappingBeginning {
  /** How messages call it: its path, or the database. */
  readonly name: string;
  /** Null: there was none. */
  readonly document: Mapping | null;
  /** Throws FilesChanged when it is another one by now. */
  write(mapping: Mapping): Promise<void>;
  /** Puts back what stood there; throws FilesChanged when what was written has been changed since. */
  restore(): Promise<void>;
}

export interface Place {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly robotHosts: readonly string[];
}

const EMPTY: Mapping = { stores: [], staff: [], conversations: [] };

/** The path of the mapping where there is no database. */
export const mappingIn = (dataDir: string): string => join(dataDir, 'mapping.json');

/** Reads the mapping, and changes nothing by that. Throws MappingError when it cannot be used. */
export function beginMapping({ dataDir, databaseUrl, robotHosts }: Place): Promise<MappingBeginning> {
  return databaseUrl === null ? beginFile(mappingIn(dataDir), robotHosts) : beginDatabase(databaseUrl, robotHosts);
}

async function beginFile(path: string, robotHosts: readonly string[]): Promise<MappingBeginning> {
  let store = new MappingFile(path, robotHosts);
  const before = await store.read();
  let written: Buffer | null = null;
  return {
    name: path,
    document: before && documentOf(before, path, robotHosts),
    async write(mapping) {
      const next = indexed(mapping);
      await swap(store, next);
      written = Buffer.concat(next.content());
    },
    async restore() {
      if (before !== null) await swap(store, before);
      else if (written !== null) {
        await removeFile(path, written);
        // It can be written again. To the former store, the file would be gone.
        store = new MappingFile(path, robotHosts);
        await store.read();
      }
    },
  };
}

/** What PostgreSQL needs is loaded only where it is used, and its table is made only when something is written. */
async function beginDatabase(url: string, robotHosts: readonly string[]): Promise<MappingBeginning> {
  const name = 'the mapping in the database';
  const { readStoredMapping } = await import('./checks/postgres/stored-mapping.ts');
  const before = await readStoredMapping(url);
  const document = before && readMapping(before.content, name, robotHosts);
  const withStore = async (work: (store: MappingStore, now: IndexedMapping | null) => Promise<void>) => {
    const { MappingRow } = await import('../mapping/mapping-row.ts');
    const { MappingTable } = await import('../mapping/mapping-table.ts');
    const store = new MappingRow(await MappingTable.open(url), robotHosts);
    try {
      await work(store, await store.read());
    } finally {
      await store.close();
    }
  };
  const textOf = (mapping: IndexedMapping | null) => mapping && Buffer.concat(mapping.content()).toString();
  /** What it holds, as far as this has seen or written it. */
  let held = before?.content ?? null;
  return {
    name,
    document,
    write: (mapping) =>
      withStore(async (store, now) => {
        if (textOf(now) !== held) throw new FilesChanged(changedMeanwhile(name));
        const next = indexed(mapping);
        await swap(store, next);
        held = textOf(next);
      }),
    restore: () =>
      withStore(async (store, now) => {
        if (textOf(now) !== held) throw new FilesChanged(changedMeanwhile(name));
        const bytes = Buffer.from(before?.content ?? '');
        const former =
          before === null || document === null ? indexed(EMPTY) : IndexedMapping.of(bytes, partsOf(bytes, document));
        await swap(store, former);
        held = textOf(former);
      }),
  };
}

async function swap(store: MappingStore, mapping: IndexedMapping): Promise<void> {
  try {
    await store.write(mapping);
  } catch (error) {
    if (error instanceof ChangedMeanwhile) throw new FilesChanged(changedMeanwhile(store.name), { cause: error });
    throw error;
  }
}

function indexed(mapping: Mapping): IndexedMapping {
  const bytes = Buffer.from(`${JSON.stringify(mapping, null, 2)}\n`);
  return IndexedMapping.of(bytes, partsOf(bytes, mapping));
}

function documentOf(mapping: IndexedMapping, path: string, robotHosts: readonly string[]): Mapping {
  return readMapping(Buffer.concat(mapping.content()).toString(), path, robotHosts);
}
