/** The long run: `npm run chaos -- --rounds 500 [--ledger sqlite|postgres] [--seed 7]`. Exit code 1 on a violation. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readArguments } from '../../src/tools/arguments.ts';
import { runChaos } from './harness.ts';
import { checkInvariants, INVARIANTS } from './invariants.ts';
import { postgresLedger } from './postgres-ledger.ts';
import { sqliteLedger } from './rows.ts';
import { printSummary, summarize } from './summary.ts';

const USAGE = `npm run chaos -- [options]
  --rounds  how often the service is killed; 22 unless said
  --seed    a whole number: the same one plays the same run; 1 unless said
  --ledger  sqlite or postgres; sqlite unless said`;

const { values } = readArguments(USAGE, {
  options: {
    rounds: { type: 'string', default: '22' },
    seed: { type: 'string', default: '1' },
    ledger: { type: 'string', default: 'sqlite' },
  },
});
const LEDGERS = { sqlite: sqliteLedger, postgres: postgresLedger };
const { seed, rounds, ledger } = z
  .object({
    seed: z.coerce.number().int(),
    rounds: z.coerce.number().int().min(1),
    ledger: z.enum(['sqlite', 'postgres']),
  })
  .parse(values);
const startedAt = Date.now();
const seconds = () => Math.round((Date.now() - startedAt) / 1000);

const run = await runChaos({
  seed,
  rounds,
  openLedger: LEDGERS[ledger],
  onRound: (round) => {
    if ((round + 1) % 10 === 0) process.stdout.write(`round ${round + 1} of ${rounds}, ${seconds()} s\n`);
  },
});
const violations = checkInvariants(run.evidence);
const proves = run.evidence.books.consumptions.length > 0;
if (!proves) process.stdout.write('nothing was consumed at all: this run proves nothing\n');
process.stdout.write(`seed ${seed}, ${ledger}, ${seconds()} s\n${printSummary(summarize(run.evidence))}\n`);
process.stdout.write(`${'violations'.padEnd(24)} ${violations.length}\n`);
for (const { invariant, detail } of violations) {
  process.stdout.write(`\n${invariant}: ${INVARIANTS[invariant]}\n  ${detail}\n`);
}
if (violations.length === 0) await run.clear();
else {
  await writeFile(join(run.dataDir, 'evidence.json'), JSON.stringify(run.evidence, null, 2));
  process.stdout.write(`\neverything is kept in ${run.dataDir}\n`);
}
// Said outright: the exit hook of the embedded database would otherwise make it 0.
process.exit(violations.length === 0 && proves ? 0 : 1);
