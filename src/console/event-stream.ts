import type { ServerResponse } from 'node:http';

/** What a reader has not taken yet may be so much, in bytes. */
const MAX_UNREAD = 128 * 1024;
/** How long a browser waits before it connects again. */
const RETRY_MS = 3_000;

/** Server-sent events to one browser. What cannot be sent any more is dropped: the browser comes again and says where it was. */
export interface EventStream {
  /** An event without a name is a message; `id` is what the browser comes again with. */
  send(name: string | null, data: string, id: number | null): void;
  /** Keeps the connection alive. */
  beat(id: number | null): void;
  end(): void;
}

/** Begins the stream. `onClosed` is called once, however it ends. */
export function openEventStream(response: ServerResponse, onClosed: () => void): EventStream {
  response.once('close', onClosed);
  // The end of the connection follows.
  response.on('error', () => undefined);
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // A proxy must not collect what is to be seen now.
    'X-Accel-Buffering': 'no',
  });

  function write(text: string): void {
    if (response.destroyed || response.writableEnded) return;
    response.write(text);
    if (response.writableLength > MAX_UNREAD) response.destroy();
  }
  write(`retry: ${RETRY_MS}\n\n`);

  const idLine = (id: number | null) => (id === null ? '' : `id: ${id}\n`);
  return {
    send: (name, data, id) => write(`${name === null ? '' : `event: ${name}\n`}${idLine(id)}data: ${data}\n\n`),
    beat: (id) => write(`:\n${idLine(id)}\n`),
    end: () => response.end(),
  };
}
