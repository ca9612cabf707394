import type Router from '@koa/router';
import type { Context } from 'koa';
import { isAtLeast } from '../redemption/role.ts';
import { readView } from './day-rows.ts';
import type { Feed } from './feed.ts';
import type { Visitor } from './page.ts';

/** Where the live feed is. */
export const FEED = '/console/feed';

export interface FeedRouteParts {
  readonly feed: Feed;
  /** Who asks; null: nobody who is logged in. */
  readonly admit: (ctx: Context) => Promise<Visitor | null>;
  /** Does the work, or says that the service cannot. */
  readonly attempt: (ctx: Context, work: () => Promise<void>) => Promise<void>;
}

/** Adds the live feed. A browser that comes again says by `Last-Event-ID` what it knows; at first the page says it. */
export function addFeedRoute(router: Router, { feed, admit, attempt }: FeedRouteParts): void {
  router.get(FEED, (ctx) => attempt(ctx, () => listen(ctx)));

  async function listen(ctx: Context): Promise<void> {
    const visitor = await admit(ctx);
    if (visitor === null || !isAtLeast(visitor.who.role, 'staff')) {
      ctx.status = visitor === null ? 401 : 403;
      return;
    }
    if (!feed.hasRoom(visitor)) {
      ctx.status = 503;
      ctx.set('Retry-After', '30');
      return;
    }
    // A look at what the address would answer takes no listener's place.
    if (ctx.method === 'HEAD') {
      ctx.status = 200;
      return;
    }
    const query = new URLSearchParams(ctx.querystring);
    const last = ctx.get('Last-Event-ID');
    const since = Number(last === '' ? query.get('since') : last);
    ctx.respond = false;
    // What is no instant is caught up with like one that is long ago.
    feed.add(ctx.res, visitor, readView(query), Number.isSafeInteger(since) ? since : 0);
  }
}
