/** `npm run bench -- [--case name …] [--rounds 5] [--quick] [--write-docs] [--profile]`: see docs/performance.md. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import { readArguments } from '../src/tools/arguments.ts';
import { CASES } from './cases/index.ts';
import type { Row } from './cases/case.ts';
import { summarizeProfiles } from './profile.ts';
import { Stage } from './stage.ts';
import { describeMachine, tableOf, writeDocs, writeJson } from './report.ts';

const RESULTS = fileURLToPath(new URL('results', import.meta.url));
const DOCS = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

const USAGE = `npm run bench -- [options]
  --case        one of ${CASES.map(({ name }) => name).join(', ')}; may be said again; all unless said
  --rounds      rounds of each case; 5 unless said
  --quick       short rounds, for a first look
  --write-docs  puts the figures into docs/performance.md
  --profile     takes CPU profiles too`;

const { values } = readArguments(USAGE, {
  options: {
    case: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});

const names = values.case ?? CASES.map(({ name }) => name);
const unknown = names.filter((name) => !CASES.some((each) => each.name === name));
if (unknown.length > 0) {
  process.stderr.write(`no such case: ${unknown.join(', ')}; there are ${CASES.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}

const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
const rows: Row[] = [];
const failures: string[] = [];
const at = new Date().toISOString();
const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');
const report = { at, command, machine: describeMachine(), rows, failures };
let series = 0;

// The first start after an installation compiles everything and keeps that; measured are those like all others.
{
  await using stage = new Stage({ profileDir: null });
  await stage.startService({ vendor: await stage.startVendor() });
}

let written = '';

for (const each of CASES.filter((each) => names.includes(each.name))) {
  const { name } = each;
  process.stderr.write(`${name} …\n`);
  const profileDir = values.profile ? `${RESULTS}/profiles/${at.replaceAll(':', '-')}/${name}` : null;
  if (profileDir !== null) await mkdir(profileDir, { recursive: true });
  try {
    rows.push(...(await each.run({ rounds, quick: values.quick, profileDir, nextSeries: () => (series += 1) })));
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
