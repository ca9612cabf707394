import { join } from 'node:path';
import type { Log } from '../log.ts';
import { openLiveMapping, type LiveMapping } from './live-mapping.ts';
import { MappingFile } from './mapping-file.ts';

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
  const store =
    databaseUrl === null
      ? new MappingFile(join(dataDir, 'mapping.json'), robotHosts)
      : await openMappingRow(databaseUrl, robotHosts);
  return openLiveMapping(store, { log, robotHosts });
}

/** Loads what PostgreSQL needs only where it is used. */
async function openMappingRow(databaseUrl: string, robotHosts: readonly string[]) {
  const { MappingRow } = await import('./mapping-row.ts');
  const { MappingTable } = await import('./mapping-table.ts');
  return new MappingRow(await MappingTable.open(databaseUrl), robotHosts);
}
