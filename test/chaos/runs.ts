import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, type Child } from '../support/child.ts';
import type { Run } from './evidence.ts';

const START_WITHIN_MS = 20_000;
/** The longest message of the plan and every time-out at a platform fit in. */
const STOP_WITHIN_MS = 25_000;

export interface RunningService {
  /** Resolves when it listens; rejects when it ends before, or takes too long. */
  readonly listening: Promise<string>;
  /** Kills it, or asks it to stop and waits. */
  end(how: 'kill' | 'term'): Promise<void>;
}

/** The service under test: one process after the other. */
export interface ServiceRuns {
  /** Those that have ended, and the present one last. */
  readonly runs: readonly Run[];
  /** Where to reach it; null while it is not there. */
  current(): { readonly url: string; readonly run: number } | null;
  start(env: Record<string, string>): RunningService;
  /** Kills what is still there: nothing, unless the harness itself has failed. */
  kill(): Promise<void>;
}

/** `logPath` gets everything that the service logs, run after run. */
export function createServiceRuns(logPath: string): ServiceRuns {
  const runs: Run[] = [];
  let present: { readonly url: string; readonly run: number } | null = null;
  let last: Child | null = null;

  async function stop(child: Child): Promise<Pick<Run, 'end' | 'exitCode'>> {
    child.process.kill('SIGTERM');
    const waiting = new AbortController();
    const late = sleep(STOP_WITHIN_MS, 'late' as const, { signal: waiting.signal }).catch(() => 'late' as const);
    const exitCode = await Promise.race([child.exited, late]);
    waiting.abort();
    if (exitCode === 'late') return { end: 'stuck', exitCode: await child.end('SIGKILL') };
    return { end: 'term', exitCode };
  }

  return {
    runs,
    current: () => present,

    async kill() {
      await last?.end('SIGKILL');
    },

    start(env) {
      const run = runs.length;
      const startedAt = Date.now();
      // Open-ended until it is known how it ends.
      runs.push({ startedAt, endedAt: Infinity, end: 'crash', exitCode: null });
      const child = startChild('src/main.ts', env);
      last = child;
      let gone = false;
      void child.exited.then(() => {
        gone = true;
        present = null;
      });

      const listening = child
        .line((line) => line.includes('"msg":"listening"'))
        .then((line) => {
          const { url } = JSON.parse(line) as { url: string };
          if (!gone) present = { url, run };
          return url;
        });
      const inTime = Promise.race([
        listening,
        sleep(START_WITHIN_MS, undefined, { ref: false }).then(() => {
          throw new Error(`run ${run} did not listen in time:\n${child.lines.join('\n')}\n${child.errors()}`);
        }),
      ]);
      // A round that kills it while it starts does not wait for it.
      inTime.catch(() => undefined);

      return {
        listening: inTime,
        async end(how) {
          let ended: Pick<Run, 'end' | 'exitCode'>;
          if (gone) ended = { end: 'crash', exitCode: await child.exited };
          else if (how === 'term') ended = await stop(child);
          else ended = { end: 'kill', exitCode: await child.end('SIGKILL') };
          runs[run] = { startedAt, endedAt: Date.now(), ...ended };
          await appendFile(logPath, [`--- run ${run}: ${ended.end}`, ...child.lines, child.errors(), ''].join('\n'));
        },
      };
    },
  };
}
