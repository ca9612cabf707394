import type { IncomingHttpHeaders } from 'node:http';
import type { Time } from '../../time/time.ts';
import { createDeliveries, type DeliveryParts } from './deliveries.ts';
import type { Line, OpenLine } from './open.ts';
import type { Dialogue, Ending, SocketBot, Wire } from './socket.ts';
import { watchLine, type Watch } from './watch.ts';

/** From the question where to connect until the platform has taken the connection. */
const READY_WITHIN_MS = 20_000;
/** How long the other end may take to say that it closes too. */
const CLOSE_WITHIN_MS = 2_000;

/** What its owner is told of a connection. */
export interface Told {
  /** The platform has taken it. */
  ready(connection: Connection): void;
  /** The platform will end it soon. */
  announced(connection: Connection, detail: string): void;
  /** It is over, or could not be opened: nothing is delivered or answered by it any more. Called once. */
  over(connection: Connection, ending: Ending): void;
  strange(why: string): void;
}

/** One connection, from the question where to connect until it is closed. */
export interface Connection {
  /** What is delivered from now on is not taken, where the platform delivers it again. */
  refuse(): void;
  /**
   * Closes it when what is in hand is answered, and at the latest after `withinMs`; what comes in before the other end has
   * closed it too is still heard, as above. Resolves when it is closed.
   */
  leave(withinMs: number, ending: Ending): Promise<void>;
  /** Ends it at once. */
  cut(ending: Ending): void;
}

export interface ConnectionParts extends DeliveryParts {
  readonly openLine: OpenLine;
  readonly time: Time;
}

export function openConnection<Content, As, Payload>(
  bot: SocketBot<Content, As, Payload>,
  parts: ConnectionParts,
  told: Told,
): Connection {
  const { socket } = bot;
  const { openLine, time } = parts;
  const deliveries = createDeliveries(bot, parts);
  const locating = new AbortController();
  const closed = Promise.withResolvers<undefined>();
  let line: Line | null = null;
  let dialogue: Dialogue | null = null;
  let watch: Watch | null = null;
  let isReady = false;
  let isOver = false;
  let refuses = false;
  // A function, because whatever is called may end the connection.
  const over = () => isOver;
  const cancelLimit = time.after(READY_WITHIN_MS, () =>
    finish(unreachable(`was not taken within ${READY_WITHIN_MS / 1000} s`), 'at once'),
  );

  function finish(ending: Ending, how: 'politely' | 'at once'): void {
    if (isOver) return;
    isOver = true;
    cancelLimit();
    watch?.stop();
    locating.abort();
    if (line === null) closed.resolve(undefined);
    else if (how === 'at once') line.terminate();
    else close(line);
    dialogue?.closed();
    deliveries.gone();
    told.over(connection, ending);
  }

  function close(open: Line): void {
    open.close();
    const cancel = time.after(CLOSE_WITHIN_MS, () => open.terminate());
    void closed.promise.then(cancel);
  }

  const wire: Wire<Content, Payload> = {
    send: (data) => (isOver || line === null ? Promise.resolve(false) : line.send(data)),
    ping() {
      if (!isOver) line?.ping();
    },
    ready() {
      if (isOver || isReady) return;
      isReady = true;
      cancelLimit();
      told.ready(connection);
    },
    deliver(content, respond) {
      if (!isOver && !refuses) deliveries.take(content, respond);
    },
    announce(detail) {
      if (!isOver) told.announced(connection, detail);
    },
    end: (refusal) => finish(refusal, 'politely'),
    strange(why) {
      if (!isOver) told.strange(why);
    },
  };

  const connection: Connection = {
    refuse() {
      refuses = socket.redelivers;
    },
    async leave(withinMs, ending) {
      const enough = new AbortController();
      if (isReady && !isOver) await Promise.race([deliveries.answered(), time.sleep(withinMs, enough.signal)]);
      enough.abort();
      connection.refuse();
      if (line !== null && isReady && !over()) {
        close(line);
        await closed.promise;
      }
      finish(ending, 'politely');
      await closed.promise;
    },
    cut: (ending) => finish(ending, 'at once'),
  };

  async function open(): Promise<void> {
    const place = await socket.locate(locating.signal);
    if (isOver) return;
    if (place.kind === 'refused') finish(place, 'at once');
    else line = openLine(place.url, ears);
  }

  const ears = {
    opened() {
      if (isOver) return;
      const begun = socket.speak(wire);
      dialogue = begun;
      if (over()) {
        begun.closed();
        return;
      }
      watch = watchLine(time, begun, (ms) => {
        const detail = `nothing was heard for ${Math.round(ms / 1000)} s`;
        finish({ reason: 'silent', detail, remedy: null }, 'at once');
      });
    },
    refused: (status: number, headers: IncomingHttpHeaders) => socket.refusedHandshake?.(status, headers) ?? null,
    frame(data: Buffer, isBinary: boolean) {
      if (!isOver) dialogue?.heard(data, isBinary);
    },
    heard: () => watch?.heard(),
    closed(ending: Ending) {
      finish(ending, 'at once');
      closed.resolve(undefined);
    },
  };

  // Where it is not a URL, or not an encrypted one.
  open().catch(() => finish(unreachable('the platform named no address that can be used'), 'at once'));
  return connection;
}

const unreachable = (detail: string): Ending => ({ reason: 'unreachable', detail, remedy: null });
