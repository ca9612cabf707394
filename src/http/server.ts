import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import Router from '@koa/router';
import Koa from 'koa';
import type { SampledLog } from '../log/sampled.ts';
import { CannotListen } from './cannot-listen.ts';

export interface HttpServer {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes no new connections, lets running requests end, for `graceMs` at the most, and resolves when all have. */
  close(graceMs: number): Promise<void>;
}

export interface HttpOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly addRoutes: (router: Router) => void;
  /** Sampled, because any client can make it log. */
  readonly log: SampledLog;
}

/** Starts Koa on a port. Rejects with CannotListen when the address or the port cannot be listened on. */
export async function startHttp({ host, port, addRoutes, log }: HttpOptions): Promise<HttpServer> {
  let stopping = false;
  const app = new Koa();
  app.use((ctx, next) => {
    if (stopping) ctx.set('Connection', 'close');
    // Only what begins like `//host` can be no URL; looking first is cheaper.
    if (/^\/(?![/\\])/.test(ctx.url) || URL.canParse(ctx.url, 'http://localhost')) return next();
    ctx.status = 400;
    log.info({ why: 'target' }, 'malformed request refused');
    return undefined;
  });
  const router = new Router();
  addRoutes(router);
  app.use(router.routes());
  app.on('error', (error: unknown) => {
    if (isSendersDoing(error)) log.info({ why: error.code }, 'malformed request refused');
    else log.error({ err: error }, 'request failed');
  });

  // Slow senders are cut: a platform sends a callback of a few kilobytes in one go.
  const server = createServer({
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 65_000,
  });
  server.maxConnections = 10_000;
  const handle = app.callback();
  server.on('request', (request, response) => void handle(request, response));
  await listen(server, host, port);

  const address = server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shownHost}:${address.port}`,
    async close(graceMs) {
      stopping = true;
      const closed = promisify(server.close.bind(server))();
      // A connection that had a request running when the server was closed stays open after its response.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      // Closing also ends Node's own checks for senders that never finish.
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      try {
        await closed;
      } finally {
        clearInterval(sweep);
        clearTimeout(cut);
      }
    },
  };
}

/**
 * Whether the error is the sender's doing: what the parser refuses (HPE_…), or a sender that was gone before the
 * response.
 */
function isSendersDoing(error: unknown): error is NodeJS.ErrnoException {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('HPE_') || ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new CannotListen(host, port, error));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
