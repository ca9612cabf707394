import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import Koa from 'koa';
import type { SampledLog } from '../log/sampled.ts';
import { CannotListen } from './cannot-listen.ts';

/** Requests that may wait while what answers is exchanged; all others are told to come again. */
const MAX_HELD = 1_000;
const SWEEP_MS = 50;

/** Where the program listens. What answers there can be exchanged while it listens. */
export interface Address {
  /**
   * Listens, where nothing does yet, and has all further requests answered by `answer`. Where it listens already, `host` and
   * `port` are not looked at. Rejects with CannotListen when the address or the port cannot be listened on.
   */
  serve(serving: Serving): Promise<HttpServer>;
  /**
   * Whether it goes on listening when what answers is closed. Requests then wait for what answers next.
   */
  keepOpen(keeps: boolean): void;
}

export interface Serving {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly answer: Koa.Middleware;
  /** Sampled, because any client can make it log. */
  readonly log: SampledLog;
}

export interface HttpServer {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /**
   * Takes no new connections, or no new requests where the address is kept open; lets running requests end, for `graceMs` at
   * the most, and resolves when all have.
   */
  close(graceMs: number): Promise<void>;
}

interface Current extends Serving {
  /** What it has not answered yet. */
  readonly running: Set<ServerResponse>;
}

/** Makes an address that nothing listens on yet. `first` is asked before what answers, and may answer itself. */
export function createAddress(first?: Koa.Middleware): Address {
  let server: Server | null = null;
  let current: Current | null = null;
  let log: SampledLog | null = null;
  let keeps = false;
  let stopping = false;
  const held = new Set<(next: Current | null) => void>();

  const app = new Koa();
  app.use((ctx, next) => {
    if (stopping) ctx.set('Connection', 'close');
    // Only what begins like `//host` can be no URL; looking first is cheaper.
    if (/^\/(?![/\\])/.test(ctx.url) || URL.canParse(ctx.url, 'http://localhost')) return next();
    ctx.status = 400;
    log?.info({ why: 'target' }, 'malformed request refused');
    return undefined;
  });
  if (first !== undefined) app.use(first);
  app.use(async (ctx, next) => {
    if (current === null && held.size >= MAX_HELD) {
      ctx.status = 503;
      return;
    }
    const serving = current ?? (await nextFor(ctx.res));
    if (serving === null) return;
    const { answer, running } = serving;
    running.add(ctx.res);
    ctx.res.once('close', () => running.delete(ctx.res));
    await answer(ctx, next);
  });
  app.on('error', (error: unknown) => {
    if (isSendersDoing(error)) log?.info({ why: error.code }, 'malformed request refused');
    else log?.error({ err: error }, 'request failed');
  });

  /** Resolves with what answers next; null: the sender is gone before. */
  function nextFor(response: ServerResponse): Promise<Current | null> {
    const { promise, resolve } = Promise.withResolvers<Current | null>();
    held.add(resolve);
    response.once('close', () => {
      held.delete(resolve);
      resolve(null);
    });
    return promise;
  }

  function end(server: Server, graceMs: number): Promise<void> {
    stopping = true;
    const closed = promisify(server.close.bind(server))();
    // A connection that had a request running when the server was closed stays open after its response.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    // Closing also ends Node's own checks for senders that never finish.
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    return closed.finally(() => {
      clearInterval(sweep);
      clearTimeout(cut);
    });
  }

  async function leave(mine: Current, graceMs: number): Promise<void> {
    if (current === mine) current = null;
    const cut = setTimeout(() => {
      for (const { socket } of mine.running) socket?.destroy();
    }, graceMs);
    while (mine.running.size > 0) await new Promise((resolve) => setTimeout(resolve, SWEEP_MS));
    clearTimeout(cut);
  }

  return {
    keepOpen(wanted) {
      keeps = wanted;
    },
    async serve(serving) {
      const listening = server ?? (await listen(serving, app.callback()));
      server = listening;
      log = serving.log;
      const mine: Current = { ...serving, running: new Set() };
      current = mine;
      for (const go of held) go(mine);
      held.clear();
      return {
        url: urlOf(listening),
        close: (graceMs) => (keeps ? leave(mine, graceMs) : end(listening, graceMs)),
      };
    },
  };
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/**
 * Whether the error is the sender's doing: what the parser refuses (HPE_…), or a sender that was gone before the
 * response.
 */
function isSendersDoing(error: unknown): error is NodeJS.ErrnoException {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('HPE_') || ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
}

function listen({ host, port }: Serving, handle: ReturnType<Koa['callback']>): Promise<Server> {
  // Slow senders are cut: a platform sends a callback of a few kilobytes in one go.
  const server = createServer({
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 65_000,
  });
  server.maxConnections = 10_000;
  server.on('request', (request, response) => void handle(request, response));
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new CannotListen(host, port, error));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve(server);
    });
  });
}
