import { hash } from 'node:crypto';
import type { Time } from '../../../time/time.ts';
import { ERRORS, STREAM_OVER } from '../errors.ts';
import type { CommandResult } from './commands.ts';

/**
 * A stream can be changed until six minutes after its last version, and no longer than ten after its first (field reports; the
 * documents name no limit for this mode). Well before, so that a version never races with the end.
 */
const LIFE_MS = 5 * 60_000;
/** Each takes about 200 bytes. */
const AT_MOST = 20_000;

/** The streams that are to be finished, and the finished ones, by the id of the message that each answers. */
export interface OpenStreams {
  /** A version is sent in answer to the callback `reqId`. */
  open(id: string, reqId: string): void;
  /** By which callback it can be finished; null where it cannot. */
  find(id: string): string | null;
  /** It cannot be changed any more. */
  forget(id: string): void;
  /**
   * Takes down what WeCom said to the version that finishes it, and returns whether people see that version. One that was not
   * heard may have arrived, so it stays open for being sent once more, which shows nothing twice. WeCom then says that the stream
   * is over: that means it has arrived, as long as no other version that finishes it was sent and it is too young to have ended
   * by itself.
   */
  finishedBy(result: CommandResult, id: string, content: string): boolean;
  /**
   * Whether it was finished with this: then a repeated delivery of its message need not be told it once more, which WeCom would
   * refuse.
   */
  isFinishedWith(id: string, content: string): boolean;
}

interface OpenStream {
  readonly reqId: string;
  /** When its first version was sent, by a clock that only goes forward. */
  readonly since: number;
  /** The versions that finish it, as hashes, of which it is not known whether they have arrived. */
  readonly unheard: string[];
}

/** Whether what WeCom refused is not taken at another moment either. */
export function isFinal({ errcode }: Extract<CommandResult, { kind: 'response' }>): boolean {
  return errcode !== 0 && !PASSING.has(ERRORS[errcode]?.means);
}

const PASSING: ReadonlySet<string | undefined> = new Set(['busy', 'throttled']);

/** Remembers in memory: after a restart, what is to be told goes out as a message of its own. */
export function createOpenStreams({ monotonic }: Pick<Time, 'monotonic'>): OpenStreams {
  const streams = new Map<string, OpenStream>();

  const finished = new Map<string, string>();

  const isAlive = (since: number) => monotonic() - since < LIFE_MS;

  function unheard(id: string, version: string): void {
    const stream = streams.get(id);
    if (stream === undefined) return;
    if (stream.unheard.includes(version)) streams.delete(id);
    else stream.unheard.push(version);
  }

  function hasArrived(id: string, version: string): boolean {
    const known = finished.get(id);
    if (known !== undefined) return known === version;
    const stream = streams.get(id);
    return stream !== undefined && isAlive(stream.since) && stream.unheard.join() === version;
  }

  function finish(id: string, version: string): void {
    streams.delete(id);
    finished.set(id, version);
    for (const [oldest] of finished) {
      if (finished.size <= AT_MOST) break;
      finished.delete(oldest);
    }
  }

  return {
    open(id, reqId) {
      const { since, unheard } = streams.get(id) ?? { since: monotonic(), unheard: [] };
      streams.set(id, { reqId, since, unheard });
      for (const [oldest, stream] of streams) {
        if (isAlive(stream.since) && streams.size <= AT_MOST) break;
        streams.delete(oldest);
      }
    },
    find(id) {
      const stream = streams.get(id);
      return stream !== undefined && isAlive(stream.since) ? stream.reqId : null;
    },
    forget: (id) => void streams.delete(id),
    finishedBy(result, id, content) {
      const version = hash('sha1', content);
      if (result.kind === 'silence') {
        if (result.left) unheard(id, version);
        return false;
      }
      if (result.errcode === 0 || (result.errcode === STREAM_OVER && hasArrived(id, version))) {
        finish(id, version);
        return true;
      }
      if (isFinal(result)) streams.delete(id);
      return false;
    },
    isFinishedWith: (id, content) => finished.has(id) && finished.get(id) === hash('sha1', content),
  };
}
