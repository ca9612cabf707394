import type { CodesRead, FetchPicture, NotFetched, NotRead, PictureSource } from '../redemption/shown.ts';
import { startStopwatch } from '../time/stopwatch.ts';
import type { Time } from '../time/time.ts';
import type { ChatMessage } from './channel.ts';

/** For all pictures of one message: until then they are fetched and read, in milliseconds. */
const WITHIN_MS = 20_000;
/** How many pictures of one message are read. */
const MOST_PICTURES = 4;
/**
 * How many pictures are in memory at once, each of 10 MB at most. One after the other they are read within what a message may
 * take, also where each takes as long as it may: otherwise all would be given up once there are too many.
 */
const AT_ONCE = 5;
/** How many more may wait for one of those places, and for how long, in milliseconds. */
const MOST_WAITING = 16;
const PLACE_WITHIN_MS = 4_500;

/** What was read of what a message shows. */
export type ReadResult =
  /** The texts of all codes, each once; none where there is no code. `unread` pictures showed none, or were not looked at. */
  | { readonly kind: 'codes'; readonly texts: readonly string[]; readonly unread: number }
  | { readonly kind: 'not-read'; readonly why: NotFetched | NotRead }
  /** The service is stopping. */
  | { readonly kind: 'stopped' };

type OneRead = CodesRead | { readonly kind: 'not-read'; readonly why: NotFetched };
/** There are more pictures than are read. */
const LEFT_OUT: OneRead = { kind: 'not-read', why: 'busy' };

/** Reads the codes that a message shows. Never rejects, and resolves within half a minute. */
export type ReadShown = (message: ChatMessage) => Promise<ReadResult>;

/** Of a message whose pictures were read; `ms` is how long that took. */
export interface ReadReport {
  readonly channel: string;
  readonly pictures: number;
  readonly codes: number;
  /** `codes`, `none`, or why there are none. */
  readonly result: string;
  readonly ms: number;
}

export interface ReadShownParts {
  readonly fetchPictureOf: (to: Pick<ChatMessage, 'channel' | 'account'>) => FetchPicture | undefined;
  readonly readPicture: (bytes: Uint8Array) => Promise<CodesRead>;
  readonly time: Time;
  /** Told of every message that shows pictures. */
  readonly onRead: (report: ReadReport) => void;
}

export function createReadShown(parts: ReadShownParts): { readonly read: ReadShown; stop(): void } {
  const { fetchPictureOf, readPicture, time, onRead } = parts;
  const stopping = new AbortController();
  const places = createPlaces(time);

  /** Reads a picture, and those that only fetching it shows. */
  async function readOne(
    { at }: PictureSource,
    fetchPicture: FetchPicture,
    signal: AbortSignal,
  ): Promise<readonly OneRead[]> {
    const leave = await places.enter();
    if (leave === null) return [{ kind: 'not-read', why: 'busy' }];
    let others: readonly PictureSource[] = [];
    let read: OneRead;
    try {
      if (signal.aborted) return [{ kind: 'not-read', why: 'busy' }];
      const fetched = await fetchPicture(at, signal);
      if (fetched.kind === 'not-fetched') return [{ kind: 'not-read', why: fetched.why }];
      others = fetched.others ?? [];
      read = await readPicture(fetched.bytes);
    } finally {
      leave();
    }
    return [read, ...(await readEach(others, MOST_PICTURES - 1, fetchPicture, signal))];
  }

  async function readEach(
    pictures: readonly PictureSource[],
    most: number,
    fetchPicture: FetchPicture,
    signal: AbortSignal,
  ): Promise<readonly OneRead[]> {
    const read = await Promise.all(pictures.slice(0, most).map((picture) => readOne(picture, fetchPicture, signal)));
    return [...read.flat(), ...pictures.slice(most).map(() => LEFT_OUT)];
  }

  async function readAll(message: ChatMessage, signal: AbortSignal): Promise<ReadResult> {
    const fetchPicture = fetchPictureOf(message);
    if (fetchPicture === undefined) return { kind: 'not-read', why: 'forbidden' };
    const all = await readEach(picturesOf(message), MOST_PICTURES, fetchPicture, signal);
    const texts = [...new Set(all.flatMap((read) => (read.kind === 'codes' ? read.texts : [])))];
    // What one picture shows is enough; that there are others is said.
    const failed = all.find((read) => read.kind === 'not-read' && read !== LEFT_OUT);
    if (texts.length === 0 && failed?.kind === 'not-read') return failed;
    const unread = all.filter((read) => read === LEFT_OUT || (texts.length > 0 && !showsCode(read))).length;
    return { kind: 'codes', texts, unread };
  }

  /** As `readAll`, but no longer than it may take. */
  async function readInTime(message: ChatMessage): Promise<ReadResult> {
    const ended = new AbortController();
    const end = Promise.withResolvers<ReadResult>();
    const endAs = (result: ReadResult) => {
      end.resolve(result);
      ended.abort();
    };
    const cancel = time.after(WITHIN_MS, () => endAs({ kind: 'not-read', why: 'too-slow' }));
    const stop = () => endAs({ kind: 'stopped' });
    stopping.signal.addEventListener('abort', stop, { once: true });
    try {
      if (stopping.signal.aborted) return { kind: 'stopped' };
      // A port that breaks its promise must not leave a person without a word.
      const reading = readAll(message, ended.signal).catch((): ReadResult => ({ kind: 'not-read', why: 'damaged' }));
      return await Promise.race([reading, end.promise]);
    } finally {
      cancel();
      stopping.signal.removeEventListener('abort', stop);
    }
  }

  return {
    async read(message) {
      if (message.scan !== undefined) return { kind: 'codes', texts: [message.scan.text], unread: 0 };
      const took = startStopwatch(time);
      const result = await readInTime(message);
      const codes = result.kind === 'codes' ? result.texts.length : 0;
      const found = codes === 0 ? 'none' : 'codes';
      const why = result.kind === 'not-read' ? result.why : result.kind === 'stopped' ? 'stopping' : found;
      onRead({ channel: message.channel, pictures: picturesOf(message).length, codes, result: why, ms: took() });
      return result;
    },
    stop: () => stopping.abort(),
  };
}

function showsCode(read: OneRead): boolean {
  return read.kind === 'codes' && read.texts.length > 0;
}

/** The pictures that are meant: one's own, else those that are quoted. */
function picturesOf({ pictures = [] }: ChatMessage): readonly PictureSource[] {
  const own = pictures.filter(({ quoted }) => !quoted);
  return own.length > 0 ? own : pictures;
}

function createPlaces(time: Time) {
  const waiting = new Set<(isThere: boolean) => void>();
  let taken = 0;
  const leave = () => {
    const [next] = waiting;
    if (next === undefined) taken -= 1;
    else next(true);
  };
  return {
    /** Resolves with how to leave the place, which goes to the picture that has waited longest; with null where there is none. */
    async enter(): Promise<(() => void) | null> {
      if (taken < AT_ONCE) {
        taken += 1;
        return leave;
      }
      if (waiting.size >= MOST_WAITING) return null;
      const isThere = await new Promise<boolean>((resolve) => {
        const settle = (there: boolean) => {
          cancel();
          waiting.delete(settle);
          resolve(there);
        };
        const cancel = time.after(PLACE_WITHIN_MS, () => settle(false));
        waiting.add(settle);
      });
      return isThere ? leave : null;
    },
  };
}
