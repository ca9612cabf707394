import type { CodesRead, NotRead } from '../redemption/shown.ts';
import { judge } from './judge.ts';
import type { Kind } from './protocol.ts';
import { type Answer, type ReadThread, startThread } from './thread.ts';

export interface PictureReaderOptions {
  /** For one picture, from when it is begun; 3 s unless said. */
  readonly limitMs?: number;
  /** For how long the thread waits for another picture; 60 s unless said. */
  readonly idleMs?: number;
  /** Told why the thread has ended by itself. */
  readonly onFault?: (error: unknown) => void;
  /** What is started as the thread; in tests another. */
  readonly threadFile?: URL;
}

export interface PictureReader {
  /**
   * Reads the QR codes, Code 128 and DataMatrix in a JPEG, PNG or WebP. Takes the bytes over: they must not be used
   * afterwards. Never rejects; once the reader is closed everything is `busy`.
   */
  read(bytes: Uint8Array): Promise<CodesRead>;
  /** Ends the thread; what is being read or waits comes to `busy`. */
  close(): Promise<void>;
}

/** Pictures that may wait while one is read. */
const MAX_WAITING = 8;

interface Waiting {
  readonly kind: Kind;
  readonly bytes: Uint8Array;
  readonly tell: (result: CodesRead) => void;
}

/** Reads codes from pictures of strangers, one at a time, in a thread that is there only while there are pictures. */
export function createPictureReader(options: PictureReaderOptions = {}): PictureReader {
  const { limitMs = 3_000, idleMs = 60_000, onFault = () => undefined, threadFile } = options;
  const waiting: Waiting[] = [];
  let thread: ReadThread | null = null;
  let ended = Promise.resolve();
  let working = false;
  let closed = false;
  let idle: NodeJS.Timeout | undefined;

  async function endThread(why: NotRead): Promise<void> {
    if (thread !== null) ended = thread.end(why);
    thread = null;
    await ended;
  }

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    clearTimeout(idle);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { result, worn } = await readNow(next);
      next.tell(result);
      // Its memory is free before the next picture takes any.
      if (worn) await endThread('damaged');
    }
    working = false;
    if (closed) return;
    idle = setTimeout(() => void endThread('busy'), idleMs).unref();
  }

  async function readNow({ kind, bytes }: Waiting): Promise<Answer> {
    try {
      if (thread === null || thread.lost) thread = startThread(limitMs, onFault, threadFile);
      return await thread.read(kind, bytes);
    } catch {
      // No thread can be started, or it cannot be spoken to.
      return { result: notRead('busy'), worn: true };
    }
  }

  return {
    async read(bytes) {
      const judged = judge(bytes);
      if ('why' in judged) return notRead(judged.why);
      if (closed || waiting.length >= MAX_WAITING) return notRead('busy');
      return new Promise((tell) => {
        waiting.push({ kind: judged.kind, bytes, tell });
        void work();
      });
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      for (const { tell } of waiting.splice(0)) tell(notRead('busy'));
      await endThread('busy');
    },
  };
}

function notRead(why: NotRead): CodesRead {
  return { kind: 'not-read', why };
}
