import { once } from 'node:events';
import WebSocket from 'ws';
import type { Refusal, Respond, Socket, Wire } from '../../src/transports/socket/socket.ts';

/** One connection of a bot, without the machinery that watches and renews it. */
export interface Driven<Content, Payload> {
  readonly deliveries: readonly { readonly content: Content; readonly respond: Respond<Payload> }[];
  /** How often the platform took the connection. */
  readonly taken: () => number;
  readonly ends: readonly Refusal[];
  readonly strange: readonly string[];
  /** What the platform said of the end that it announced. */
  readonly announced: readonly string[];
  /** How many pings of the WebSocket protocol were answered. */
  readonly pongs: () => number;
  beat(): void;
  /** Resolves when the dialogue has been told that the connection is gone. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Connects once. `deliver` is told of everything that comes in. Resolves when the connection is open. */
export async function drive<Content, Payload>(
  socket: Socket<Content, Payload>,
  deliver: (content: Content, respond: Respond<Payload>) => void = () => undefined,
): Promise<Driven<Content, Payload>> {
  const place = await socket.locate(new AbortController().signal);
  if (place.kind !== 'at') throw new Error(`nowhere to connect to: ${place.detail}`);
  const connection = new WebSocket(place.url);
  connection.on('error', () => undefined);
  await once(connection, 'open');

  const deliveries: { content: Content; respond: Respond<Payload> }[] = [];
  const ends: Refusal[] = [];
  const strange: string[] = [];
  const announced: string[] = [];
  let taken = 0;
  let pongs = 0;
  let isOver = false;
  const wire: Wire<Content, Payload> = {
    send: (data) =>
      new Promise((resolve) => {
        if (isOver) resolve(false);
        else connection.send(data, (error) => resolve(error == null));
      }),
    ping: () => connection.ping(),
    ready: () => void (taken += 1),
    deliver(content, respond) {
      deliveries.push({ content, respond });
      deliver(content, respond);
    },
    announce: (detail) => void announced.push(detail),
    end(refusal) {
      isOver = true;
      ends.push(refusal);
      connection.terminate();
    },
    strange: (why) => void strange.push(why),
  };
  const dialogue = socket.speak(wire);
  connection.on('pong', () => (pongs += 1));
  connection.on('message', (data: Buffer, isBinary) => dialogue.heard(data, isBinary));
  const closed = once(connection, 'close').then(() => {
    isOver = true;
    dialogue.closed();
  });
  return {
    deliveries,
    taken: () => taken,
    ends,
    strange,
    announced,
    pongs: () => pongs,
    beat: () => dialogue.beat(),
    closed,
    close() {
      connection.close();
      return closed;
    },
  };
}
