import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { seeConfig, type Config, type SeenConfig } from '../../config.ts';
import { MappingError } from '../../mapping/mapping-error.ts';
import type { Mapping } from '../../mapping/mapping.ts';
import { readMapping } from '../../mapping/read-mapping.ts';
import { createPlatformHttp } from '../../platforms/http.ts';
import { readUtf8 } from '../../utf8.ts';
import type { CheckContext, ServiceSeen } from './check.ts';
import { seeService } from './see-service.ts';

export interface LookAt {
  /** The folder of `.env`; the own one unless it is said. */
  readonly cwd?: string;
  /** The environment; the own one unless it is said. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether group robots may be sent a test message. */
  readonly sends?: boolean;
  /** What the running service says of itself, where it is this process; absent: it is asked over HTTP. */
  readonly service?: () => Promise<ServiceSeen>;
}

export interface OpenedContext extends CheckContext, AsyncDisposable {}

/** What the checks look at in this folder, as it is: nothing of it is changed. Never rejects; to be disposed. */
export async function openContext({ cwd = process.cwd(), env, ...how }: LookAt = {}): Promise<OpenedContext> {
  const seen = seeConfig(cwd, env);
  return contextOf(seen, { cwd, ...how });
}

/** The same for settings that were read already, or are going to be written. */
export async function contextOf(
  { config, problems, overridden }: SeenConfig,
  { cwd, sends = false, service }: Omit<LookAt, 'env'> & { readonly cwd: string },
): Promise<OpenedContext> {
  const http = createPlatformHttp(config?.proxy ?? null);
  let mapping: Promise<Mapping | MappingError | null> | null = null;
  return {
    config,
    problems,
    overridden,
    cwd,
    mapping: () => (mapping ??= config === null ? Promise.resolve(null) : mappingOf(config, cwd)),
    service: service !== undefined ? await service() : config === null ? null : await seeService(config, http),
    http,
    now: () => Date.now(),
    sends,
    [Symbol.asyncDispose]: () => http.close(),
  };
}

/** Where the mapping and the ledger of these settings are. */
export function dataFolder({ mode, dataDir }: Pick<Config, 'mode' | 'dataDir'>, cwd: string): string {
  return resolve(cwd, mode === 'sandbox' ? join(dataDir, 'sandbox') : dataDir);
}

async function mappingOf(config: Config, cwd: string): Promise<Mapping | MappingError | null> {
  const { mode, databaseUrl, robotHosts } = config;
  try {
    return mode === 'live' && databaseUrl !== null
      ? await mappingInDatabase(databaseUrl, robotHosts)
      : await mappingInFile(join(dataFolder(config, cwd), 'mapping.json'), robotHosts);
  } catch (error) {
    if (error instanceof MappingError) return error;
    throw error;
  }
}

async function mappingInFile(path: string, robotHosts: readonly string[]): Promise<Mapping | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT') return null;
    throw new MappingError(path, [`cannot be read (${code})`], { cause: error });
  }
  const read = readUtf8(bytes);
  if ('problem' in read) throw new MappingError(path, [read.problem]);
  return readMapping(read.text, path, robotHosts);
}

/** What PostgreSQL needs is loaded only where it is used. */
async function mappingInDatabase(url: string, robotHosts: readonly string[]): Promise<Mapping | null> {
  const { readStoredMapping } = await import('./postgres/stored-mapping.ts');
  const stored = await readStoredMapping(url);
  return stored === null ? null : readMapping(stored.content, 'the mapping in the database', robotHosts);
}
