import { hash } from 'node:crypto';
import type { Time } from '../../../time/time.ts';

/**
 * A stream can be changed until six minutes after its last version, and no longer than ten after its first (field reports; the
 * documents name no limit for this mode). Well before, so that a version never races with the end.
 */
const LIFE_MS = 5 * 60_000;
/** Each takes about 200 bytes. */
const AT_MOST = 20_000;

/** The streams that say "still working" and are to be finished, and the finished ones, by the id of the message that each answers. */
export interface OpenStreams {
  /** A version that does not finish the stream is sent, in answer to the callback `reqId`. */
  open(id: string, reqId: string): void;
  /** By which callback it can be finished; null where it cannot. */
  find(id: string): string | null;
  /** It cannot be changed any more. */
  forget(id: string): void;
  /** WeCom has acknowledged the version that finishes it. */
  finish(id: string, content: string): void;
  /**
   * Whether it was finished with this: then a repeated delivery of its message need not be told it once more, which WeCom would
   * refuse.
   */
  isFinishedWith(id: string, content: string): boolean;
}

/** Remembers in memory: after a restart, what is to be told goes out as a message of its own. */
export function createOpenStreams({ monotonic }: Pick<Time, 'monotonic'>): OpenStreams {
  const streams = new Map<string, { readonly reqId: string; readonly since: number }>();

  const finished = new Map<string, string>();

  const isAlive = (since: number) => monotonic() - since < LIFE_MS;

  return {
    open(id, reqId) {
      const since = streams.get(id)?.since ?? monotonic();
      streams.set(id, { reqId, since });
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
    finish(id, content) {
      streams.delete(id);
      finished.set(id, hash('sha1', content));
      for (const [oldest] of finished) {
        if (finished.size <= AT_MOST) break;
        finished.delete(oldest);
      }
    },
    isFinishedWith: (id, content) => finished.get(id) === hash('sha1', content),
  };
}
