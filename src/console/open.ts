import Router, { type RouterContext } from '@koa/router';
import type { Context, Middleware, Next } from 'koa';
import { createToday } from '../desk/today.ts';
import { createFeed } from './feed.ts';
import { addFeedRoute } from './feed-route.ts';
import { createShowTrail } from '../desk/trail.ts';
import { createRecordSearch } from '../desk/record-search.ts';
import { PAGE_HEADERS } from '../pages/layout.ts';
import type { ConsolePage, Visitor } from './page.ts';
import { createFiguresPage } from './pages/figures.ts';
import { createHealthPage } from './pages/health.ts';
import { createMappingPages } from './pages/mapping/pages.ts';
import { createMinePage } from './pages/mine.ts';
import { createReconciliationPage } from './pages/reconciliation.ts';
import { createRecordsExportPage } from './pages/records-export.ts';
import { createRecordsPage } from './pages/records.ts';
import { createRedemptionPage } from './pages/redemption.ts';
import { createTodayPage } from './pages/today.ts';
import { createUnknownsPage } from './pages/unknowns.ts';
import type { ConsoleParts } from './ports.ts';
import { addConsoleRoutes } from './routes.ts';
import { createAdmission } from './session/admission.ts';
import { createCookies } from './session/cookies.ts';
import { addLoginRoutes } from './session/login-routes.ts';
import { createWay } from './session/way.ts';

export interface OpenConsole {
  /** Answers what is asked below `/console`. */
  readonly routes: Middleware;
  /** What it consists of. */
  readonly pages: readonly ConsolePage[];
  /** Ends what stays open. */
  readonly close: () => void;
}

/** For tests: who asks, without a login. */
export type Admit = (ctx: Context) => Promise<Visitor | null>;

/** Who a visitor is by now, by their session and the mapping; null: nobody who is logged in any more. */
export type StillIn = (visitor: Visitor) => Promise<Visitor | null>;

/** Makes the console of a service that runs: its use cases and its pages. */
export function openConsole(
  parts: ConsoleParts,
  test: { readonly admit?: Admit; readonly stillIn?: StillIn } = {},
): OpenConsole {
  const { logins, permissions } = parts;
  const way = createWay(parts.publicUrl);
  const cookies = createCookies(way);
  const admission = createAdmission({ ...parts, cookies });
  const admit = test.admit ?? ((ctx) => admission.admit(ctx));
  const today = createToday({ ...parts, staff: parts.directory });
  const feed = createFeed({
    ...{ ...parts, today, who: (user) => admission.person(user)?.who ?? permissions.who(user) },
    // Whoever has another role now is let in again with that one.
    stillIn: test.stillIn ?? (async (visitor) => ((await admission.stillIn(visitor)) ? visitor : null)),
  });
  const mapping = createMappingPages(parts);
  const search = createRecordSearch(parts);
  const pages = [
    createTodayPage({ ...parts, today, stores: () => parts.book.snapshot().stores }),
    createRecordsPage({ search, ...parts }),
    createRecordsExportPage({ search, ...parts }),
    createRedemptionPage({
      showTrail: createShowTrail({ ledger: parts.ledger, staff: parts.directory }),
      calendar: parts.calendar,
    }),
    createUnknownsPage(parts),
    createFiguresPage({ ...parts, staff: parts.directory }),
    ...mapping.staff,
    ...mapping.shops,
    createReconciliationPage(parts),
    createHealthPage(parts),
    createMinePage(parts),
  ];
  const router = new Router();
  const { send, attempt, addTheRest } = addConsoleRoutes(router, {
    ...{ ...parts, pages, cookies, admit },
    isOwnForm: ({ req }) => way.isOwnForm(req),
  });
  addFeedRoute(router, { feed, admit, attempt });
  addLoginRoutes(router, { logins, admission, cookies, way, send, attempt });
  addTheRest();
  const routes = router.routes();
  return {
    routes(ctx: Context, next: Next) {
      ctx.set(PAGE_HEADERS);
      // What the router's type asks of a context it adds itself.
      return routes(ctx as RouterContext, next) as Promise<void>;
    },
    pages,
    close: () => feed.close(),
  };
}
