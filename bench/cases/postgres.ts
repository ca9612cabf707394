import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../postgres.ts';
import { compare, VoidRun } from '../compare.ts';
import { runProgram } from '../process.ts';
import { Stage } from '../stage.ts';
import type { Case } from './case.ts';
import { redeemRun } from './redeem.ts';

const GOAL = 1.3;
/** Two services, their database and the load each want one. */
const CORES = 4;
const IMPORT_MS = 30_000;

/** Redemptions on a PostgreSQL that syncs every commit, by one service and by two that share it. */
export const postgres: Case = {
  name: 'postgres',
  async run(effort) {
    await using stage = new Stage(effort);
    const server = await startPostgres();
    stage.defer(() => server.destroy());
    const vendor = await stage.startVendor();
    // Pinned to one core they could not show whether sharing helps.
    const options = { vendor, env: { DATABASE_URL: server.url }, place: 'anywhere' } as const;
    const one = await stage.startService({ ...options, prepare: importMapping });
    const other = await stage.startService(options);
    const { subject, reference, rate } = await compare(
      redeemRun([one, other], vendor, effort),
      redeemRun([one], vendor, effort),
      effort.rounds,
    );
    const recorded = await server.countSucceeded();
    if (recorded === 0) throw new VoidRun('nothing was recorded in PostgreSQL');
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
  },
};

/** Several services have their mapping in the database. */
async function importMapping(dataDir: string, env: Readonly<Record<string, string>>): Promise<void> {
  const args = ['import', join(dataDir, 'mapping.json')];
  await runProgram('src/tools/mapping.ts', { place: 'anywhere', args, env, cwd: dataDir }, IMPORT_MS);
}
