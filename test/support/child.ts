import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly process: ChildProcess;
  /** Lines of standard output so far. */
  readonly lines: readonly string[];
  /** Standard error so far. */
  readonly errors: () => string;
  /** Resolves with the first line, past or future, that `accept` takes; rejects when the child ends before. */
  line(accept: (line: string) => boolean): Promise<string>;
  /** Sends a signal and resolves with the exit code; null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
}

/** What `npm start` gives to Node, started from any folder; of the version in the folder `root`. */
export function startFlags(root = new URL('../../', import.meta.url)): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { scripts: { start: string } };
  const flags = scripts.start.split(' ').filter((word) => word.startsWith('--'));
  return flags.map((flag) => flag.replace('=./', `=${root.href}`));
}

/** Starts one of the project's programs on this Node, with `env` and nothing else of the environment but PATH. */
export function startChild(program: string, env: Record<string, string>, args: readonly string[] = []): Child {
  const path = fileURLToPath(new URL(`../../${program}`, import.meta.url));
  const child = spawn(process.execPath, [...(program === 'src/main.ts' ? startFlags() : []), path, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The .env file of the developer must not change the tests.
    ...(env['DATA_DIR'] === undefined ? {} : { cwd: env['DATA_DIR'] }),
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  // A test that fails half-way must not leave it behind.
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  child.once('exit', () => process.off('exit', killed));
  const exited = once(child, 'close').then(([code]) => code as number | null);

  return {
    process: child,
    lines,
    errors: () => errors,
    exited,
    line: (accept) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(accept);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        void exited.then((code) => {
          look();
          reject(
            new Error(`${program} ended with ${String(code)} before it said that:\n${lines.join('\n')}\n${errors}`),
          );
        });
        look();
      }),
    async end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}
