import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Refusal, Respond, Socket } from '../../src/transports/socket/socket.ts';

/** A connection of a bot, and what its protocol has said of it. */
export interface DrivenSocket {
  readonly announced: readonly string[];
  readonly strange: readonly string[];
  readonly isReady: boolean;
  readonly pongs: number;
  beat(): void;
  close(): Promise<void>;
}

/** Opens one connection for a bot and has its protocol speak there: no watching, no second try. */
export async function driveSocket<Content, Payload>(
  socket: Socket<Content, Payload>,
  deliver: (content: Content, respond: Respond<Payload>) => void,
): Promise<DrivenSocket | Refusal> {
  const place = await socket.locate(new AbortController().signal);
  if (place.kind === 'refused') return place;
  const connection = new WebSocket(place.url);
  const state = { announced: [] as string[], strange: [] as string[], isReady: false, pongs: 0 };
  await once(connection, 'open');
  connection.on('pong', () => (state.pongs += 1));
  const dialogue = socket.speak({
    send: (data) =>
      connection.readyState === WebSocket.OPEN
        ? new Promise((resolve) => connection.send(data, (error) => resolve(error == null)))
        : Promise.resolve(false),
    ping: () => connection.ping(),
    ready: () => (state.isReady = true),
    deliver,
    announce: (detail) => void state.announced.push(detail),
    end: () => connection.close(),
    strange: (why) => void state.strange.push(why),
  });
  connection.on('message', (data: Buffer, isBinary) => dialogue.heard(data, isBinary));
  connection.on('close', () => dialogue.closed());
  return Object.assign(state, {
    beat: () => dialogue.beat(),
    async close() {
      if (connection.readyState === WebSocket.CLOSED) return;
      const closed = once(connection, 'close');
      connection.terminate();
      await closed;
    },
  });
}
