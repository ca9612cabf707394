import { isMarkedAsUntransferable, Worker } from 'node:worker_threads';
import type { CodesRead, NotRead } from '../redemption/shown.ts';
import type { Kind, Job, Report } from './protocol.ts';

/** A thread that reads one picture at a time. */
export interface ReadThread {
  /** Resolves with what was read and whether the thread must be ended; never rejects. */
  read(kind: Kind, bytes: Uint8Array): Promise<Answer>;
  /** Whether it has ended by itself, and so reads no more. */
  readonly lost: boolean;
  /** Ends it, whatever it does; what is being read comes to `why`. */
  end(why: NotRead): Promise<void>;
}

export interface Answer {
  readonly result: CodesRead;
  readonly worn: boolean;
}

/** For what JavaScript needs: pixels are outside of it, and bounded by the sizes that are let in. */
const HEAP_MB = 128;

/**
 * Starts a thread, of which the process waits for the end only while it reads. `limitMs` are for a picture, and as many for
 * the thread's start; `onFault` hears why it ended by itself.
 */
export function startThread(
  limitMs: number,
  onFault: (error: unknown) => void,
  file = new URL('./read-thread.ts', import.meta.url),
): ReadThread {
  const worker = new Worker(file, { name: 'pictures', resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
  worker.unref();
  let answer: ((answer: Answer) => void) | null = null;
  let timer: NodeJS.Timeout | undefined;
  let lost = false;
  let ready = false;

  function settle(settled: Answer): void {
    clearTimeout(timer);
    worker.unref();
    answer?.(settled);
    answer = null;
  }
  const lose = (why: NotRead) => () => settle({ result: { kind: 'not-read', why }, worn: true });

  worker.on('message', (report: Report) => {
    if (report.kind === 'ready') {
      ready = true;
      timer?.refresh();
    } else settle(report);
  });
  worker.on('error', (error) => {
    onFault(error);
    // Out of memory, or a fault in a decoder that nothing caught, is this picture's doing; a thread that cannot start is not.
    lose(ready ? 'damaged' : 'busy')();
  });
  worker.on('messageerror', lose('damaged'));
  worker.on('exit', () => {
    lost = true;
    lose(ready ? 'damaged' : 'busy')();
  });

  return {
    read: (kind, bytes) =>
      new Promise((resolve) => {
        answer = resolve;
        worker.ref();
        timer = setTimeout(lose('too-slow'), limitMs);
        const job: Job = { kind, bytes: movable(bytes) };
        worker.postMessage(job, [job.bytes.buffer]);
      }),
    get lost() {
      return lost;
    },
    async end(why) {
      lose(why)();
      await worker.terminate();
    },
  };
}

/** The bytes in memory that is theirs alone, so that it can be handed over instead of copied. */
function movable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const alone = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return alone && !isMarkedAsUntransferable(buffer) ? new Uint8Array(buffer) : Uint8Array.from(bytes);
}
