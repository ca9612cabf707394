import type Router from '@koa/router';
import type { Metrics } from '../metrics.ts';

/** Resolves with what is wrong, in a sentence for the operator, or with nothing when the service can work. */
export type ReadinessCheck = () => Promise<string | null>;

/** Adds the routes that operators and their machines use. */
export function addOperationRoutes(router: Router, metrics: Metrics, checks: readonly ReadinessCheck[]): void {
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'alive' };
  });

  router.get('/readyz', async (ctx) => {
    const problems = (await Promise.all(checks.map((check) => check()))).filter((problem) => problem !== null);
    ctx.status = problems.length === 0 ? 200 : 503;
    ctx.body = problems.length === 0 ? { status: 'ready' } : { status: 'not ready', problems };
  });

  router.get('/metrics', async (ctx) => {
    ctx.type = metrics.registry.contentType;
    ctx.body = await metrics.registry.metrics();
  });
}
