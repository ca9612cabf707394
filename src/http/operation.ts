import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Metrics } from '../metrics.ts';

/** Resolves with what is wrong, in a sentence for the operator, or with nothing when the service can work. */
export type ReadinessCheck = () => Promise<string | null>;

/** Adds the routes that operators and their machines use. */
export function addOperationRoutes(router: Router, metrics: Metrics, checks: readonly ReadinessCheck[]): void {
  router.get('/healthz', (ctx) => {
    answer(ctx, { status: 'alive' });
  });

  router.get('/readyz', async (ctx) => {
    const problems = (await Promise.all(checks.map((check) => check()))).filter((problem) => problem !== null);
    ctx.status = problems.length === 0 ? 200 : 503;
    answer(ctx, problems.length === 0 ? { status: 'ready' } : { status: 'not ready', problems });
  });

  router.get('/metrics', async (ctx) => {
    ctx.type = metrics.registry.contentType;
    ctx.body = await metrics.registry.metrics();
  });
}

/** As text: asked to write an object, Koa compares it with `Response`, and the mere name loads Node's own undici. */
function answer(ctx: Context, body: object): void {
  ctx.type = 'json';
  ctx.body = JSON.stringify(body);
}
