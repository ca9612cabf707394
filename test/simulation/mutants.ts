/**
 * Takes the mends out one by one, in a copy of the sources, and has the simulation find what was mended:
 * `node test/simulation/mutants.ts [--seeds 100000] [--jobs 2] [name …]`. Exit code 1 when one of them is not found.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../../src/tools/arguments.ts';
import { MUTANTS, type Edit, type Mutant } from './mutant-list.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Changes one file of the copy. Throws when the text that is to be replaced is not there exactly once. */
export function mutate(text: string, { file, old, becomes }: Edit): string {
  const found = text.split(old).length - 1;
  if (found !== 1) throw new Error(`what a mutant replaces stands ${found} times in ${file}: ${old}`);
  return text.replace(old, () => becomes);
}

async function copyWith(mutant: Mutant): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'));
  for (const part of ['src', 'test/simulation', 'package.json']) {
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const edit of mutant.edits) {
    const path = join(folder, edit.file);
    await writeFile(path, mutate(await readFile(path, 'utf8'), edit));
  }
  return folder;
}

/** Plays histories over the mutated sources until one shows the fault; resolves with what was printed. */
function simulate(
  folder: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly out: string }> {
  const child = spawn(process.execPath, [
    ...process.execArgv,
    join(folder, 'test/simulation/main.ts'),
    '--until-found',
    ...args,
  ]);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out })));
}

const USAGE = `npm run simulate:mutants -- [options] [name …]
  --seeds  histories until a mutant counts as not found; 100,000 unless said
  --jobs   how many processes share them; 2 unless said
  names: ${MUTANTS.map(({ name }) => name).join(', ')}; all unless said`;

async function main(): Promise<void> {
  const { values, positionals } = readArguments(USAGE, {
    allowPositionals: true,
    options: { seeds: { type: 'string', default: '100000' }, jobs: { type: 'string', default: '2' } },
  });
  const chosen = MUTANTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  for (const mutant of chosen) {
    const folder = await copyWith(mutant);
    try {
      const { code, out } = await simulate(folder, ['--seeds', values.seeds, '--jobs', values.jobs]);
      const lines = out.trim().split('\n');
      const from = lines.findIndex((line) => line.includes(' histories, '));
      const found = code === 1 && from >= 0;
      process.stdout.write(`${mutant.name}: ${found ? 'found' : 'NOT FOUND'}\n  ${lines.slice(from).join('\n  ')}\n`);
      if (!found) process.exitCode = 1;
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

if (process.argv[1] === import.meta.filename) await main();
