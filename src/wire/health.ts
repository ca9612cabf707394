import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Checks, Condition as Seen, Health } from '../console/health.ts';
import type { LiantuofuVendor } from '../liantuofu/client.ts';
import type { Log } from '../log.ts';
import type { BotSeen } from '../operation/bots.ts';
import type { Condition } from '../operation/routes.ts';
import type { Ledger, NoticeLedger } from '../redemption/ledger.ts';
import { readLastBackup } from '../ledger/last-backup.ts';

export interface HealthWiring {
  readonly settings: { readonly dataDir: string; readonly databaseUrl: string | null };
  readonly condition: Condition;
  readonly seenBots: () => readonly BotSeen[];
  readonly ledger: Pick<Ledger, 'findBacklog'>;
  readonly notices: Pick<NoticeLedger, 'countWaiting'>;
  readonly vendor: Pick<LiantuofuVendor, 'load'>;
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: () => string;
  /** The machine's clock: milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Pick<Log, 'warn'>;
}

/** How this service is, for the console. What looks at it is loaded when it is first asked for. */
export function createHealth(parts: HealthWiring): Health {
  const { settings, condition, seenBots, ledger, notices, vendor, url, now, log } = parts;
  const startedAt = now();
  let running: Promise<Checks> | null = null;
  let last: Checks | null = null;

  async function ready() {
    const obstacles = await condition.obstacles();
    return { ready: obstacles.length === 0, problems: [...obstacles, ...condition.problems()] };
  }

  async function run(): Promise<Checks> {
    const at = now();
    const [{ openContext }, { runChecks }, { ALL_CHECKS }, { GROUP_TITLES }] = await Promise.all([
      import('../setup/checks/context.ts'),
      import('../setup/checks/run.ts'),
      import('../setup/checks/all.ts'),
      import('../setup/checks/words.ts'),
    ]);
    const service = async () => ({ url: url(), bots: seenBots(), ...(await ready()) });
    await using context = await openContext({ service });
    const { results } = await runChecks(ALL_CHECKS, context);
    return {
      at,
      results: results.map(({ group, about, outcome, seen, todo }) => ({
        ...{ group: GROUP_TITLES[group].zh, about: about.zh, outcome },
        ...{ seen: seen.zh, todo: todo?.zh ?? null },
      })),
    };
  }

  function orNull<T>(read: Promise<T>): Promise<T | null> {
    return read.catch((error: unknown) => {
      log.warn({ err: error }, 'the health page could not read something');
      return null;
    });
  }

  return {
    async condition(): Promise<Seen> {
      const [state, backlog, noticesWaiting, backup, database, program] = await Promise.all([
        ready(),
        orNull(ledger.findBacklog()),
        orNull(notices.countWaiting()),
        orNull(readLastBackup(settings.dataDir)),
        databaseOf(settings, orNull),
        orNull(versionOfProgram()),
      ]);
      return {
        ...{
          ...state,
          bots: seenBots(),
          backlog,
          noticesWaiting,
          vendorCalls: vendor.load(),
          backup,
          ledger: database,
        },
        ...{ program: program ?? '', node: process.versions.node, startedAt },
      };
    },
    lastChecks: () => last,
    async runChecks() {
      running ??= run().finally(() => void (running = null));
      last = await running;
      return last;
    },
  };
}

async function databaseOf(
  { dataDir, databaseUrl }: HealthWiring['settings'],
  orNull: <T>(read: Promise<T>) => Promise<T | null>,
): Promise<Seen['ledger']> {
  if (databaseUrl === null) {
    const size = async (name: string) => (await stat(join(dataDir, name)).catch(() => null))?.size ?? 0;
    const bytes = (await size('ledger.db')) + (await size('ledger.db-wal'));
    return { kind: 'SQLite', version: process.versions['sqlite'] ?? null, bytes };
  }
  const { aboutDatabase } = await import('../setup/checks/postgres/about-database.ts');
  const about = await orNull(aboutDatabase(databaseUrl));
  return { kind: 'PostgreSQL', version: about?.version ?? null, bytes: about?.bytes ?? null };
}

async function versionOfProgram(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version = '' } = JSON.parse(text) as { readonly version?: string };
  return version;
}
