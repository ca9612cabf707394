/** `npm run bench -- [--case name …] [--compare REF] [--rounds 5] [--quick] [--write-docs] [--profile]`: see docs/performance.md. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import { readArguments } from '../src/tools/arguments.ts';
import { CASES } from './cases/index.ts';
import type { Row } from './cases/case.ts';
import { summarizeProfiles } from './profile.ts';
import { Stage } from './stage.ts';
import { describeMachine, tableOf, writeDocs, writeJson } from './report.ts';
import { checkOut } from './version.ts';

const RESULTS = fileURLToPath(new URL('results', import.meta.url));
const DOCS = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

const USAGE = `npm run bench -- [options]
  --case        one of ${CASES.map(({ name }) => name).join(', ')}; may be said again; all unless said
  --compare     a commit, branch or tag: compared with that version instead of a bare server; the cases
                ${CASES.filter(({ comparable }) => comparable)
                  .map(({ name }) => name)
                  .join(', ')}
  --rounds      rounds of each case; 5 unless said
  --quick       short rounds, for a first look
  --write-docs  puts the figures into docs/performance.md
  --profile     takes CPU profiles too`;

const { values } = readArguments(USAGE, {
  options: {
    case: { type: 'string', multiple: true },
    compare: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});

const comparing = values.compare !== undefined;
const possible = CASES.filter(({ comparable }) => !comparing || comparable === true);
const names = values.case ?? possible.map(({ name }) => name);
const unknown = names.filter((name) => !possible.some((each) => each.name === name));
if (unknown.length > 0) {
  const all = possible.map(({ name }) => name).join(', ');
  process.stderr.write(`no such case${comparing ? ' to compare' : ''}: ${unknown.join(', ')}; there are ${all}\n`);
  process.exit(2);
}
if (comparing && values['write-docs']) {
  process.stderr.write(
    'docs/performance.md holds ratios to a bare server: --compare and --write-docs exclude each other\n',
  );
  process.exit(2);
}

const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
const rows: Row[] = [];
const failures: string[] = [];
const at = new Date().toISOString();
const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');
const report = { at, command, machine: describeMachine(), rows, failures };
let series = 0;

await using version = values.compare === undefined ? null : await checkOut(values.compare).catch(cannotCompare);

// The first start after an installation compiles everything and keeps that; measured are those like all others.
{
  await using stage = new Stage({ profileDir: null, version });
  const vendor = await stage.startVendor();
  await stage.startService({ vendor });
  await stage.startReference({ vendor });
}

let written = '';

for (const each of CASES.filter((each) => names.includes(each.name))) {
  const { name } = each;
  process.stderr.write(`${name} …\n`);
  const profileDir = values.profile ? `${RESULTS}/profiles/${at.replaceAll(':', '-')}/${name}` : null;
  if (profileDir !== null) await mkdir(profileDir, { recursive: true });
  try {
    rows.push(
      ...(await each.run({ rounds, quick: values.quick, profileDir, version, nextSeries: () => (series += 1) })),
    );
  } catch (error) {
    failures.push(`${name}: ${String(error)}`);
  }
  if (profileDir !== null) process.stdout.write(await summarizeProfiles(profileDir));
  // After each case, so that a run that is broken off leaves what it has measured.
  written = await writeJson(RESULTS, report);
  if (values['write-docs']) await writeDocs(DOCS, report);
}

process.stdout.write(`${tableOf(report)}\n${written}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

function cannotCompare(error: unknown): never {
  process.stderr.write(
    `cannot compare with ${values.compare}: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(2);
}
