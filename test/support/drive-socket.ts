import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Dialogue, Refusal, Respond, Socket } from '../../src/transports/socket/socket.ts';

/** One connection of a bot's protocol, driven by hand: nothing watches it, and nothing opens it again. */
export interface Driven {
  readonly dialogue: Dialogue;
  readonly strange: readonly string[];
  readonly isReady: () => boolean;
  readonly close: () => void;
}

/** Opens a connection as the platform says, and hands `deliver` what comes in. Resolves with the refusal where there is one. */
export async function driveSocket<Content, Payload>(
  socket: Socket<Content, Payload>,
  deliver: (content: Content, respond: Respond<Payload>) => void,
): Promise<Driven | Refusal> {
  const place = await socket.locate(new AbortController().signal);
  if (place.kind === 'refused') return place;
  const ws = new WebSocket(place.url);
  const opened = once(ws, 'open').then(() => null);
  const refused = new Promise<Refusal>((resolve) => {
    ws.once('unexpected-response', (_request, { statusCode = 0, headers }) => {
      const refusal = socket.refusedHandshake?.(statusCode, headers) ?? null;
      const plain: Refusal = { kind: 'refused', reason: 'unreachable', detail: String(statusCode), remedy: null };
      resolve(refusal ?? plain);
      ws.on('error', () => undefined);
      ws.terminate();
    });
  });
  opened.catch(() => undefined);
  const refusal = await Promise.race([opened, refused]);
  if (refusal !== null) return refusal;
  const strange: string[] = [];
  let ready = false;
  const dialogue = socket.speak({
    send: (data) => new Promise((resolve) => ws.send(data, (error) => resolve(error == null))),
    ping: () => ws.ping(),
    ready: () => void (ready = true),
    deliver,
    announce: () => undefined,
    end: () => ws.close(),
    strange: (why) => void strange.push(why),
  });
  ws.on('message', (data, isBinary) => dialogue.heard(Buffer.from(data as Buffer), isBinary));
  ws.on('close', () => dialogue.closed());
  ws.on('error', () => undefined);
  return { dialogue, strange, isReady: () => ready, close: () => ws.close() };
}
