import { Worker } from 'node:worker_threads';
import type { Log } from '../../log.ts';
import type { Time } from '../../time/time.ts';
import { LedgerError } from '../errors.ts';
import { createReads, type ReadName, type Reads } from '../reads.ts';
import { createTurns } from '../turns.ts';
import type { ReadRequest, ReadResult, ReadThreadOptions } from './protocol.ts';

/** The thread takes 30 MB, so it ends when it has had nothing to read for so long. */
const IDLE_MS = 60_000;
/** A thread that needs more dies, and not the service. A month of 100,000 people takes 100 MB. */
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 4 };

export interface SqliteReadsParts {
  readonly path: string;
  readonly time: Time;
  readonly log: Log | undefined;
  /** The thread's program. Default: `read-thread.ts`. */
  readonly program?: URL | undefined;
}

export interface SqliteReads extends Reads {
  /** Rejects with LedgerError `closed` what is under way or waits; resolves when the thread has ended. */
  close(): Promise<void>;
}

interface ReadThread {
  readonly worker: Worker;
  /** Rejects when it has ended, with the reason where there is one. */
  readonly ended: Promise<never>;
}

/**
 * Reads one after the other in a thread with a connection of its own, so that claims and outcomes never wait for one. The
 * thread is there while it is needed.
 */
export function createSqliteReads({ path, time, log, program = THREAD }: SqliteReadsParts): SqliteReads {
  const turns = createTurns(1);
  let thread: ReadThread | null = null;
  let closed = false;
  let stopIdling: () => void = () => undefined;

  function start(): ReadThread {
    const worker = new Worker(program, { workerData: { path } satisfies ReadThreadOptions, resourceLimits: LIMITS });
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const started = { worker, ended };
    const died = (error: unknown) => {
      if (thread === started) thread = null;
      reject(error);
    };
    worker.once('error', died);
    worker.once('exit', () => died(new Error('it ended by itself')));
    // While it reads nothing, nothing depends on it.
    ended.catch(() => undefined);
    return started;
  }

  async function end(): Promise<void> {
    stopIdling();
    const worker = thread?.worker;
    thread = null;
    await worker?.terminate();
  }

  function ask(request: ReadRequest): Promise<ReadResult> {
    thread ??= start();
    const { promise, resolve } = Promise.withResolvers<ReadResult>();
    thread.worker.once('message', resolve);
    thread.worker.postMessage(request);
    return Promise.race([promise, thread.ended]);
  }

  /** Reading changes nothing, so where the thread dies meanwhile another one is asked, once. */
  async function askTwice(request: ReadRequest): Promise<ReadResult> {
    for (let asked = 1; ; asked += 1) {
      try {
        return await ask(request);
      } catch (cause) {
        if (closed) throw closedError();
        if (asked === 2) throw new LedgerError('storage', 'the thread that reads the ledger died', { cause });
        log?.warn({ err: cause }, 'the thread that reads the ledger died; a new one is asked');
      }
    }
  }

  async function run(name: ReadName, args: readonly unknown[]): Promise<unknown> {
    stopIdling();
    try {
      const answer = await askTwice({ name, args });
      if ('failure' in answer) throw new LedgerError(answer.failure.code, answer.failure.message);
      return answer.result;
    } finally {
      if (!closed) stopIdling = time.after(IDLE_MS, () => void end());
    }
  }

  return {
    ...createReads((name, args) => turns.take(() => run(name, args))),
    async close() {
      closed = true;
      const idle = turns.end(closedError());
      await end();
      await idle;
    },
  };
}

const closedError = () => new LedgerError('closed', 'the ledger is closed');
const THREAD = new URL('./read-thread.ts', import.meta.url);
