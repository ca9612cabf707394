/**
 * `npm run simulate -- --seeds 100000 [--from 1] [--jobs 2] [--until-found]` plays many histories; `--seed 7 [--trace] [--shrink]` plays
 * one. Exit code 1 on a violation.
 */
import { fork } from 'node:child_process';
import { z } from 'zod';
import { readArguments } from '../../src/tools/arguments.ts';
import { check } from './check.ts';
import { openStorage } from './database.ts';
import { play } from './history.ts';
import { makePlan, type Plan } from './plan.ts';
import { add, playMany, printTotals, type Totals } from './run.ts';
import { shrink } from './shrink.ts';

const USAGE = `npm run simulate -- [options]             plays many histories
  --seeds        how many; 10,000 unless said
  --from         the first seed; 1 unless said
  --step         from one seed to the next; 1 unless said
  --jobs         how many processes share them; 1 unless said
  --until-found  stops at the first violation
npm run simulate -- --seed 7 [options]    plays one
  --trace        says what happened
  --shrink       takes away what is not needed for its violation`;

const { values } = readArguments(USAGE, {
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    step: { type: 'string', default: '1' },
    'until-found': { type: 'boolean', default: false },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
  },
});
const count = z.coerce.number().int().min(1);
const { seeds, from, jobs, step } = z.object({ seeds: count, from: count, jobs: count, step: count }).parse(values);

if (values.seed !== undefined) await playOne(makePlan(count.parse(values.seed)));
else await playAll();

async function playOne(plan: Plan): Promise<void> {
  const storage = await openStorage();
  let shown = plan;
  const [first] = check((await play(plan, storage)).evidence);
  if (values.shrink && first !== undefined) shown = await shrink(plan, first.invariant, storage);
  const { evidence, trace } = await play(shown, storage, { verbose: true });
  const violations = check(evidence);
  if (values.trace || values.shrink) say(JSON.stringify(shown), ...trace.lines);
  say(`trace ${trace.digest}`, ...violations.map(({ invariant, detail }) => `${invariant}: ${detail}`));
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function playAll(): Promise<void> {
  const began = performance.now();
  // A job is this program again, with every so many seeds.
  const totals = process.send === undefined && jobs > 1 ? await playInJobs() : await playHere();
  if (process.send !== undefined) {
    process.send(totals);
    process.disconnect();
    return;
  }
  say(printTotals(totals), `${Math.round((performance.now() - began) / 1_000)} s`);
  process.exitCode = Object.keys(totals.seeds).length === 0 ? 0 : 1;
}

async function playHere(): Promise<Totals> {
  // Most errors here are simulated, and their stack is not read.
  Error.stackTraceLimit = 0;
  return playMany(await openStorage(), {
    from,
    many: Math.ceil(seeds / jobs),
    step,
    untilFound: values['until-found'],
  });
}

async function playInJobs(): Promise<Totals> {
  const runs = Array.from({ length: jobs }, (_, job) => {
    const own = ['--seeds', seeds, '--jobs', jobs, '--step', jobs, '--from', from + job].map(String);
    if (values['until-found']) own.push('--until-found');
    const child = fork(import.meta.filename, own);
    return new Promise<Totals>((resolve, reject) => {
      child.once('message', (totals) => resolve(totals as Totals));
      child.once('exit', () => reject(new Error(`the histories from ${from + job} on did not end well`)));
    });
  });
  return add(await Promise.all(runs));
}

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
