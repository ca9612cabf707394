import type Router from '@koa/router';
import type { BotSeen } from './bots.ts';
import type { Metrics } from './metrics.ts';
import type { Problem } from '../problem.ts';
import type { MayLookInside } from './insiders.ts';

/** How the service is. */
export interface Condition {
  /** Resolves with what keeps it from accepting messages; with nothing when it can. Never rejects. */
  obstacles(): Promise<readonly Problem[]>;
  /** What an operator should know although messages are accepted. */
  problems(): readonly Problem[];
}

export interface OperationParts {
  readonly metrics: Metrics;
  readonly condition: Condition;
  /** The bots that are on. */
  readonly seenBots: () => readonly BotSeen[];
  /** All other clients are told only whether the service is ready. */
  readonly mayLookInside: MayLookInside;
}

/** Adds the routes that operators and their machines use. */
export function addOperationRoutes(router: Router, parts: OperationParts): void {
  const { metrics, condition, seenBots, mayLookInside } = parts;
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'alive' };
  });

  router.get('/readyz', async (ctx) => {
    const obstacles = await condition.obstacles();
    const ready = obstacles.length === 0;
    ctx.status = ready ? 200 : 503;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = mayLookInside(ctx.req)
      ? { ready, problems: [...obstacles, ...condition.problems()], bots: seenBots() }
      : { ready };
  });

  router.get('/metrics', async (ctx) => {
    if (!mayLookInside(ctx.req)) {
      ctx.status = 403;
      ctx.body = '';
      return;
    }
    ctx.type = metrics.registry.contentType;
    ctx.body = await metrics.registry.metrics();
  });
}
