import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { closeToOthers } from '../private-files.ts';
import { readUtf8 } from '../utf8.ts';
import { openLiveMapping, type LiveMapping } from './live-mapping.ts';
import { MappingFile } from './mapping-file.ts';
import { readMapping } from './read-mapping.ts';

export interface MappingPlace {
  /** PostgreSQL; null = the file `mapping.json` in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** `host[:port]`s on which group robots may be, besides the platforms' own. */
  readonly robotHosts: readonly string[];
  readonly log: Log;
}

/** Opens the mapping that the settings ask for, and keeps up with it. Throws MappingError when it cannot be used. */
export async function openMapping({ databaseUrl, dataDir, robotHosts, log }: MappingPlace): Promise<LiveMapping> {
  if (databaseUrl === null) {
    const path = join(dataDir, 'mapping.json');
    if (closeToOthers(path) === 'needed')
      log.warn({ path }, 'the mapping can be read by all accounts of this machine: have its owner do chmod 600');
    return openLiveMapping(new MappingFile(path, robotHosts), { log });
  }
  const mapping = await openLiveMapping(await openMappingRow(databaseUrl, robotHosts), { log });
  const hint = mapping.snapshot().counts().staff > 0 ? null : await fileBesideDatabase(dataDir, robotHosts);
  if (hint !== null) log.warn(`the mapping in the database names no staff, so all users are unbound, but ${hint}`);
  return mapping;
}

/**
 * Where services share a database: that there is a mapping file, which is not read, and how to import it; else null.
 */
export async function fileBesideDatabase(dataDir: string, robotHosts: readonly string[]): Promise<string | null> {
  const path = join(dataDir, 'mapping.json');
  const bytes = await readFile(path).catch(() => null);
  return bytes === null || saysNothing(bytes, path, robotHosts)
    ? null
    : `there is ${path}, which is not read. To import it: npm run mapping -- import ${path}`;
}

/** As the service itself makes one. A broken one does not count as empty: people wrote it. */
function saysNothing(bytes: Buffer, path: string, robotHosts: readonly string[]): boolean {
  try {
    const read = readUtf8(bytes);
    if ('problem' in read) return false;
    const { stores, staff } = readMapping(read.text, path, robotHosts);
    return stores.length === 0 && staff.length === 0;
  } catch {
    return false;
  }
}

/** Loads what PostgreSQL needs only where it is used. */
async function openMappingRow(databaseUrl: string, robotHosts: readonly string[]) {
  const { MappingRow } = await import('./mapping-row.ts');
  const { MappingTable } = await import('./mapping-table.ts');
  return new MappingRow(await MappingTable.open(databaseUrl), robotHosts);
}
