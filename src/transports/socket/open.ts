import type { IncomingHttpHeaders } from 'node:http';
import { Agent } from 'node:https';
import type { Socket } from 'node:net';
import process from 'node:process';
import WebSocket, { type RawData } from 'ws';
import { codeOf } from '../../log/describe-error.ts';
import { isLoopback } from '../../loopback.ts';
import type { Proxy } from '../../proxy.ts';
import type { Ending } from './socket.ts';

/** Platforms' frames have a few kilobytes. */
const LARGEST_FRAME = 1024 * 1024;

/** What is heard of a line. */
export interface Ears {
  opened(): void;
  /** The handshake was answered with a status of HTTP. What that means; null: the usual. `closed` follows with it. */
  refused(status: number, headers: IncomingHttpHeaders): Ending | null;
  frame(data: Buffer, isBinary: boolean): void;
  /** Something came in, also where it is no frame. */
  heard(): void;
  /** It is closed, or could not be opened. Called once, and nothing after it. */
  closed(ending: Ending): void;
}

/** A WebSocket that is being opened, or is open. */
export interface Line {
  /** Resolves with whether all of it went to the network. */
  send(data: string | Uint8Array): Promise<boolean>;
  ping(): void;
  /** Says that it ends, and waits for the other end to say so too. */
  close(): void;
  /** Ends it at once, in whatever state it is. */
  terminate(): void;
}

/** Opens a line to `url`, of which only the host is ever told. */
export type OpenLine = (url: string, ears: Ears) => Line;

/** Lines over the network. */
export function createOpenLine(proxy: Proxy | null): OpenLine {
  const proxyEnv = proxy === null ? undefined : { HTTPS_PROXY: proxy.url, NO_PROXY: proxy.except };

  return (url, ears) => {
    const { protocol, host, hostname } = new URL(url);
    const near = isLoopback(hostname);
    if (protocol !== 'wss:' && !(protocol === 'ws:' && near)) throw new Error(`an unencrypted connection to ${host}`);
    const ws = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: LARGEST_FRAME,
      ...(proxyEnv === undefined || near ? {} : { agent: new Agent({ proxyEnv }) }),
    });
    let isOpen = false;
    let failure: Ending | null = null;
    let net: Socket | null = null;
    let isHeld = false;

    /** What is sent in one turn leaves in one go: that costs one call of the system instead of one for each frame. */
    function hold(): void {
      if (isHeld) return;
      isHeld = true;
      net?.cork();
      process.nextTick(() => {
        isHeld = false;
        net?.uncork();
      });
    }

    ws.on('upgrade', (response) => {
      net = response.socket;
    });
    ws.on('open', () => {
      isOpen = true;
      ears.opened();
    });
    ws.on('message', (data, isBinary) => {
      ears.heard();
      ears.frame(toBuffer(data), isBinary);
    });
    ws.on('ping', () => ears.heard());
    ws.on('pong', () => ears.heard());
    ws.on('unexpected-response', (_request, { statusCode = 0, headers }) => {
      failure = ears.refused(statusCode, headers) ?? usualRefusal(host, statusCode);
      ws.terminate();
    });
    ws.on('error', (error) => {
      const detail = `${host}: ${codeOf(error)}`;
      failure ??= { reason: isOpen ? 'closed' : 'unreachable', detail, remedy: null };
    });
    ws.on('close', (code) => {
      ears.closed(failure ?? { reason: 'closed', detail: `${host} closed it with code ${code}`, remedy: null });
    });

    return {
      send: (data) =>
        new Promise((resolve) => {
          if (ws.readyState !== WebSocket.OPEN) {
            resolve(false);
            return;
          }
          hold();
          ws.send(data, { binary: typeof data !== 'string' }, (error) => resolve(error == null));
        }),
      ping() {
        if (ws.readyState === WebSocket.OPEN) ws.ping();
      },
      close: () => ws.close(1000),
      terminate: () => ws.terminate(),
    };
  };
}

function usualRefusal(host: string, status: number): Ending {
  const detail = `${host} refused the handshake with status ${status}`;
  if (status === 401 || status === 403) {
    const remedy = 'check the bot’s id and secret, and that its long connection is switched on in the console';
    return { reason: 'refused', detail, remedy };
  }
  return { reason: status === 429 ? 'rate-limited' : 'unreachable', detail, remedy: null };
}

/** In one piece: `binaryType` is `nodebuffer`. */
function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
