import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What is measured runs on one core, what measures it on another, so that they do not take each other's time. */
export type Place = 'measured' | 'measuring' | 'anywhere';

const CORE: Readonly<Record<Exclude<Place, 'anywhere'>, number>> = { measured: 0, measuring: 1 };
const END_MS = 20_000;
const HERE = fileURLToPath(new URL('..', import.meta.url));

export const PINNED = availableParallelism() > 1 && spawnSync('taskset', ['--version']).error === undefined;

export interface ProgramOptions {
  readonly place: Place;
  readonly args?: readonly string[];
  /** For Node itself. */
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The folder of the version that it is taken from. Default: this one. */
  readonly root?: string;
  /** Where standard output goes. Default: it is thrown away. */
  readonly output?: string;
}

export interface Program {
  readonly pid: number;
  running(): boolean;
  /** Stops it gently, or hard after 20 seconds; resolves when it has ended. */
  end(): Promise<void>;
}

/**
 * Starts one of the project's programs, such as `src/main.ts`. It ends with this process at the latest; when it ends by
 * itself, which makes a run void, standard error says so.
 */
export function startProgram(file: string, options: ProgramOptions): Program {
  const output = options.output === undefined ? 'ignore' : openSync(options.output, 'a');
  const child = launch(file, options, output);
  if (typeof output === 'number') closeSync(output);
  const ended = once(child, 'exit');
  const tell = (code: number | null, signal: string | null) =>
    process.stderr.write(`${file} ended by itself: ${code ?? signal}\n`);
  child.once('exit', tell);
  return {
    pid: child.pid ?? -1,
    running: () => child.exitCode === null && child.signalCode === null,
    async end() {
      child.off('exit', tell);
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), END_MS);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** Runs a program to its end and resolves with what it printed. Rejects when it fails or takes longer than `withinMs`. */
export async function runProgram(file: string, options: ProgramOptions, withinMs: number): Promise<string> {
  const child = launch(file, options, 'pipe');
  const killer = setTimeout(() => child.kill('SIGKILL'), withinMs);
  const closed = once(child, 'close');
  const printed = child.stdout === null ? '' : await text(child.stdout);
  await closed;
  clearTimeout(killer);
  if (child.exitCode !== 0) throw new Error(`${file} failed or did not end within ${withinMs / 1000} s`);
  return printed;
}

function launch(file: string, options: ProgramOptions, output: 'pipe' | 'ignore' | number): ChildProcess {
  const { place, args = [], nodeArgs = [], env = {}, cwd, root = HERE } = options;
  const program = join(root, file);
  const pin = place === 'anywhere' || !PINNED ? [] : ['taskset', '-c', String(CORE[place])];
  const [command = process.execPath, ...rest] = [...pin, process.execPath, ...nodeArgs, program, ...args];
  const child = spawn(command, rest, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', output, 'inherit'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}
