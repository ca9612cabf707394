import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { HAS_PGBOUNCER, startPgbouncer } from '../../test/support/pgbouncer.ts';
import { countSucceededIn, startPostgres } from '../postgres.ts';
import { compare, VoidRun } from '../compare.ts';
import { runProgram } from '../process.ts';
import { Stage, type Vendor } from '../stage.ts';
import type { Version } from '../version.ts';
import { NO_FIGURES, goalOf, type Case, type Effort, type Row } from './case.ts';
import { redeemRun } from './redeem.ts';

const GOAL = 1.3;
/** Two services, their database and the load each want one. */
const CORES = 4;
const IMPORT_MS = 30_000;
/** The last version that did each verb in a transaction, and what is asked of the later ones beside it. */
const WITH_TRANSACTIONS = 'caadda4';
const RATE = 3;
const POOLED_RATE = 2.5;
const CPU = 0.4;

/**
 * Redemptions on a PostgreSQL that syncs every commit: by one service and by two that share it; or by this version and by
 * another, directly and through a pooler.
 */
export const postgres: Case = {
  name: 'postgres',
  comparable: true,
  async run(effort) {
    await using stage = new Stage(effort);
    const server = await startPostgres();
    stage.defer(() => server.destroy());
    const vendor = await stage.startVendor();
    const { version } = effort;
    if (version === null) return await shareDatabase(stage, await server.createDatabase(), vendor, effort);
    const urls = [await server.createDatabase(), await server.createDatabase()] as const;
    const goal = { rate: RATE, cpu: CPU };
    const rows = [await compareOn(stage, urls, { name: 'postgres', vendor, effort, version, goal })];
    const name = 'postgres: pgbouncer';
    if (!HAS_PGBOUNCER) {
      const found = 'there is no pgbouncer on this machine';
      return [...rows, { ...NO_FIGURES, name, goal: `≥ ${POOLED_RATE}`, met: null, found }];
    }
    const [ours, theirs] = [await server.createDatabase(), await server.createDatabase()];
    const pooler = await startPgbouncer(ours);
    stage.defer(() => pooler.close());
    const pooled = (url: string) => pooler.url.replace(/[^/]*$/u, url.replace(/^.*\//u, ''));
    const pooledGoal = { rate: POOLED_RATE, cpu: Infinity };
    const both = { name, vendor, effort, version, goal: pooledGoal };
    return [...rows, await compareOn(stage, [pooled(ours), pooled(theirs)], both)];
  },
};

interface Compared {
  readonly name: string;
  readonly vendor: Vendor;
  readonly effort: Effort;
  readonly version: Version;
  /** Beside the last version with transactions: at least this rate, with at most this part of its CPU. */
  readonly goal: { readonly rate: number; readonly cpu: number };
}

/** This version on one of the databases, the other version on the other one. */
async function compareOn(stage: Stage, [ours, theirs]: readonly [string, string], compared: Compared): Promise<Row> {
  const { name, vendor, effort, version, goal } = compared;
  const start = (url: string, change: { readonly root?: string }) =>
    stage.startService({ vendor, env: { DATABASE_URL: url }, place: 'anywhere', prepare: importMapping, ...change });
  const service = await start(ours, {});
  const other = await start(theirs, { root: version.root });
  const { subject, reference, rate } = await compare(
    redeemRun([service], vendor, effort),
    redeemRun([other], vendor, effort),
    effort.rounds,
  );
  await Promise.all([service.stop(), other.stop()]);
  if ((await countSucceededIn(ours)) === 0) throw new VoidRun('nothing was recorded in PostgreSQL');
  const cpu = (subject.cpuUs ?? NaN) / (reference.cpuUs ?? NaN);
  const wanted = goal.cpu === Infinity ? `≥ ${goal.rate}` : `≥ ${goal.rate}, CPU ≤ ${goal.cpu}`;
  return {
    name,
    figures: subject,
    reference,
    ratio: rate,
    idleRssMb: service.idleRssMb,
    loadedRssMb: subject.rssMb,
    ...(version.ref.startsWith(WITH_TRANSACTIONS)
      ? { goal: `${wanted} of ${version.ref}`, met: rate.median >= goal.rate && !(cpu > goal.cpu) }
      : goalOf(rate, effort, goal.rate)),
    found: `CPU ${cpu.toFixed(2)} × of ${version.ref}`,
  };
}

async function shareDatabase(stage: Stage, url: string, vendor: Vendor, effort: Effort): Promise<Row[]> {
  // Pinned to one core they could not show whether sharing helps.
  const options = { vendor, env: { DATABASE_URL: url }, place: 'anywhere' } as const;
  const one = await stage.startService({ ...options, prepare: importMapping });
  const other = await stage.startService(options);
  const { subject, reference, rate } = await compare(
    redeemRun([one, other], vendor, effort),
    redeemRun([one], vendor, effort),
    effort.rounds,
  );
  if ((await countSucceededIn(url)) === 0) throw new VoidRun('nothing was recorded in PostgreSQL');
  const enough = availableParallelism() >= CORES;
  return [
    {
      name: 'postgres: one instance',
      figures: reference,
      reference: null,
      ratio: null,
      idleRssMb: one.idleRssMb,
      loadedRssMb: reference.rssMb,
      goal: 'report',
      met: null,
      found: '',
    },
    {
      name: 'postgres: two instances',
      figures: subject,
      reference,
      ratio: rate,
      idleRssMb: one.idleRssMb + other.idleRssMb,
      loadedRssMb: subject.rssMb,
      goal: `≥ ${GOAL} of one, given cores`,
      met: enough ? rate.median >= GOAL : null,
      found: enough ? '' : `fewer than ${CORES} cores`,
    },
  ];
}

/** Several services have their mapping in the database. */
async function importMapping(dataDir: string, env: Readonly<Record<string, string>>): Promise<void> {
  const args = ['import', join(dataDir, 'mapping.json')];
  await runProgram('src/tools/mapping.ts', { place: 'anywhere', args, env, cwd: dataDir }, IMPORT_MS);
}
