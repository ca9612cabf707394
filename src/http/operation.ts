import type Router from '@koa/router';
import type { Metrics } from '../metrics.ts';

/** Resolves with what is wrong, in a sentence for the operator, or with nothing when the service can work. */
export type ReadinessCheck = () => Promise<string | null>;

/**
 * Adds the routes that operators and their machines use. `remarks` says what is wrong although the service can work: it
 * is shown, and takes no instance out of a load balancer.
 */
export function addOperationRoutes(
  router: Router,
  metrics: Metrics,
  checks: readonly ReadinessCheck[],
  remarks: () => readonly string[] = () => [],
): void {
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'alive' };
  });

  router.get('/readyz', async (ctx) => {
    const obstacles = (await Promise.all(checks.map((check) => check()))).filter((problem) => problem !== null);
    const problems = [...obstacles, ...remarks()];
    ctx.status = obstacles.length === 0 ? 200 : 503;
    const status = obstacles.length === 0 ? 'ready' : 'not ready';
    ctx.body = problems.length === 0 ? { status } : { status, problems };
  });

  router.get('/metrics', async (ctx) => {
    ctx.type = metrics.registry.contentType;
    ctx.body = await metrics.registry.metrics();
  });
}
