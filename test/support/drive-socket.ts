import { createOpenLine, type Line } from '../../src/transports/socket/open.ts';
import type { Dialogue, Ending, Refusal, Respond, Socket, Wire } from '../../src/transports/socket/socket.ts';

/**
 * One connection of a bot's protocol over real sockets, driven by hand: nothing watches it, and nothing opens it again. What the
 * bot makes of deliveries is for `connectBot`.
 */
export interface Driven<Content, Payload> {
  readonly dialogue: Dialogue;
  readonly deliveries: readonly { readonly content: Content; readonly respond: Respond<Payload> }[];
  /** How often the platform took the connection. */
  readonly taken: () => number;
  readonly ends: readonly Refusal[];
  readonly strange: readonly string[];
  /** What the platform said of the end that it announced. */
  readonly announced: readonly string[];
  /** How often something came in, pings and pongs included. */
  readonly heard: () => number;
  /** Resolves when the dialogue has been told that the connection is gone. */
  readonly closed: Promise<unknown>;
  close(): Promise<unknown>;
}

/** Connects once. `deliver` is told of everything that comes in. Rejects, with how it ended as the cause, where it is not opened. */
export async function driveSocket<Content, Payload>(
  socket: Socket<Content, Payload>,
  deliver: (content: Content, respond: Respond<Payload>) => void = () => undefined,
): Promise<Driven<Content, Payload>> {
  const place = await socket.locate(new AbortController().signal);
  if (place.kind === 'refused') throw new Error('nowhere to connect to', { cause: place });

  const deliveries: { content: Content; respond: Respond<Payload> }[] = [];
  const ends: Refusal[] = [];
  const strange: string[] = [];
  const announced: string[] = [];
  let taken = 0;
  let heard = 0;
  let isOver = false;
  let dialogue: Dialogue | null = null;
  const opened = Promise.withResolvers<Dialogue>();
  const closed = Promise.withResolvers<undefined>();
  const wire: Wire<Content, Payload> = {
    send: (data) => (isOver ? Promise.resolve(false) : line.send(data)),
    ping: () => line.ping(),
    ready: () => void (taken += 1),
    deliver(content, respond) {
      deliveries.push({ content, respond });
      deliver(content, respond);
    },
    announce: (detail) => void announced.push(detail),
    end(refusal) {
      isOver = true;
      ends.push(refusal);
      line.terminate();
    },
    strange: (why) => void strange.push(why),
  };
  const line: Line = createOpenLine(null)(place.url, {
    opened() {
      dialogue = socket.speak(wire);
      opened.resolve(dialogue);
    },
    refused: (status, headers) => socket.refusedHandshake?.(status, headers) ?? null,
    frame: (data, isBinary) => dialogue?.heard(data, isBinary),
    heard: () => void (heard += 1),
    closed(ending: Ending) {
      isOver = true;
      dialogue?.closed();
      closed.resolve(undefined);
      opened.reject(new Error('not opened', { cause: ending }));
    },
  });
  return {
    dialogue: await opened.promise,
    ...{ deliveries, ends, strange, announced },
    taken: () => taken,
    heard: () => heard,
    closed: closed.promise,
    close() {
      line.close();
      return closed.promise;
    },
  };
}
