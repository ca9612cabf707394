import Router, { type RouterContext } from '@koa/router';
import type { Middleware } from 'koa';
import type { SampledLog } from '../log/sampled.ts';
import { createAddress, type Address, type HttpServer } from './address.ts';

export type { HttpServer } from './address.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly addRoutes: (router: Router) => void;
  /** Sampled, because any client can make it log. */
  readonly log: SampledLog;
  /** One of its own unless it is given one, which may be listened on already. */
  readonly address?: Address | undefined;
}

/** Has these routes answer at an address. Rejects with CannotListen when it cannot be listened on. */
export async function startHttp({
  addRoutes,
  address = createAddress(),
  ...options
}: HttpOptions): Promise<HttpServer> {
  const router = new Router();
  addRoutes(router);
  const routes = router.routes();
  // What the router's type asks of a context it adds itself.
  const answer: Middleware = async (ctx, next) => {
    await routes(ctx as RouterContext, next);
  };
  return address.serve({ ...options, answer });
}
