/**
 * `npm run bench:ledger`: what a redemption costs each ledger in time and space, without HTTP and vendor around it.
 * The figures in docs/scaling.md come from here.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { readArguments } from '../src/tools/arguments.ts';
import { query } from '../test/support/postgres.ts';
import { Filled, type Fill } from './ledger-job.ts';
import { startPostgres } from './postgres.ts';
import { runProgram } from './process.ts';
import { median, spreadOf } from './stats.ts';
import { checkOut } from './version.ts';

const USAGE = `npm run bench:ledger -- [options]
  fills SQLite and PostgreSQL ledgers, all made for it, and says how fast and how large
  --compare     a commit, branch or tag: its ledgers too, in turns
  --ledger      sqlite or postgres; both unless said
  --rounds      how often; 1 unless said, 3 with --compare`;

const { values } = readArguments(USAGE, {
  options: { compare: { type: 'string' }, ledger: { type: 'string' }, rounds: { type: 'string' } },
});

const HERE = fileURLToPath(new URL('..', import.meta.url));
const WITHIN_MS = 10 * 60_000;

/** Where a kind of ledger is kept: a new one each time, and how large one is. */
interface Shelf {
  readonly name: string;
  readonly redemptions: number;
  make(): Promise<string>;
  sizeOf(at: string): Promise<number>;
}

await using shelves = new AsyncDisposableStack();

async function sqliteShelf(): Promise<Shelf> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-ledger-'));
  shelves.defer(() => rm(folder, { recursive: true }));
  let files = 0;
  return {
    name: 'SQLite',
    redemptions: 50_000,
    make: async () => join(folder, `ledger${++files}.db`),
    sizeOf: async (at) => (await stat(at)).size,
  };
}

async function postgresShelf(): Promise<Shelf> {
  const server = await startPostgres();
  shelves.defer(() => server.destroy());
  const size = async (at: string) =>
    Number((await query(at, 'select pg_database_size(current_database()) as bytes'))[0]?.['bytes']);
  let empty = 0;
  return {
    name: 'PostgreSQL',
    redemptions: 10_000,
    async make() {
      const at = await server.createDatabase();
      empty = await size(at);
      return at;
    },
    sizeOf: async (at) => (await size(at)) - empty,
  };
}

async function fill(root: string, at: string, redemptions: number): Promise<z.infer<typeof Filled>> {
  const job: z.infer<typeof Fill> = { root, at, redemptions };
  const args = [JSON.stringify(job)];
  return Filled.parse(JSON.parse(await runProgram('bench/ledger-fill.ts', { place: 'anywhere', args }, WITHIN_MS)));
}

function say(whose: string, runs: readonly z.infer<typeof Filled>[], rest: string): void {
  const [rate, cpu] = [median(runs.map(({ perSecond }) => perSecond)), median(runs.map(({ cpuUs }) => cpuUs))];
  process.stdout.write(`${whose}: ${Math.round(rate)} redemptions a second, ${Math.round(cpu)} µs of CPU${rest}\n`);
}

await using version = values.compare === undefined ? null : await checkOut(values.compare);
const rounds = Number(values.rounds ?? (version === null ? 1 : 3));
const makers = { sqlite: sqliteShelf, postgres: postgresShelf };

for (const [kind, makeShelf] of Object.entries(makers)) {
  if (values.ledger !== undefined && values.ledger !== kind) continue;
  const shelf = await makeShelf();
  const [ours, theirs]: z.infer<typeof Filled>[][] = [[], []];
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const turns = [
      async () => {
        const at = await shelf.make();
        ours?.push(await fill(HERE, at, shelf.redemptions));
        bytes = (await shelf.sizeOf(at)) / shelf.redemptions;
      },
      async () => {
        if (version !== null) theirs?.push(await fill(version.root, await shelf.make(), shelf.redemptions));
      },
    ];
    // The side that comes second in one round comes first in the next.
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  say(shelf.name, ours ?? [], `, ${Math.round(bytes)} bytes each`);
  if (version === null || theirs === undefined) continue;
  say(`${shelf.name} of ${version.ref}`, theirs, '');
  const ratio = spreadOf((ours ?? []).map(({ perSecond }, i) => perSecond / (theirs[i]?.perSecond ?? NaN)));
  const [median, min, max] = [ratio.median, ratio.min, ratio.max].map((each) => each.toFixed(2));
  process.stdout.write(`${shelf.name}: ${median} (${min}–${max}) × the rate of ${version.ref}\n`);
}
