import type Router from '@koa/router';
import type { Address } from '../http/address.ts';
import { startHttp, type HttpServer } from '../http/server.ts';
import type { Log } from '../log.ts';
import type { SampledLog } from '../log/sampled.ts';
import type { Observer } from '../operation/observe.ts';
import { addOperationRoutes, type OperationParts } from '../operation/routes.ts';
import type { Bot } from '../platforms/bot.ts';
import { addWebhook, type CallbackParts } from '../transports/webhook/callbacks.ts';

export interface HttpWiring extends OperationParts, Pick<CallbackParts, 'reception'> {
  readonly settings: { readonly host: string; readonly port: number };
  readonly bots: readonly Bot[];
  readonly observer: Observer;
  /** What answers besides the bots. */
  readonly addRoutes: readonly ((router: Router) => void)[];
  /** Absent: one of its own. */
  readonly address?: Address | undefined;
  readonly log: Log;
  readonly sampled: SampledLog;
}

/** Listens: the callbacks of all bots that have some, and what operators look at. */
export async function wireHttp(wiring: HttpWiring): Promise<HttpServer> {
  const { settings, bots, reception, observer, addRoutes, address, log, sampled } = wiring;
  const http = await startHttp({
    host: settings.host,
    port: settings.port,
    log: sampled,
    address,
    addRoutes(router) {
      for (const { webhook, ...bot } of bots) {
        if (webhook === undefined) continue;
        addWebhook(router, { ...bot, webhook }, { reception, onCallback: observer.callback, log: sampled });
      }
      addOperationRoutes(router, wiring);
      for (const add of addRoutes) add(router);
    },
  });
  const channels = bots.map(({ webhook, socket, channel }) => webhook?.path ?? socket?.name ?? channel);
  log.info({ url: http.url, channels }, 'listening');
  return http;
}
