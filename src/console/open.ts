import Router, { type RouterContext } from '@koa/router';
import type { Context, Middleware, Next } from 'koa';
import type { Visitor } from './page.ts';
import { createFiguresPage } from './pages/figures.ts';
import { createHealthPage } from './pages/health.ts';
import { createMinePage } from './pages/mine.ts';
import { createReconciliationPage } from './pages/reconciliation.ts';
import { createRecordsPage } from './pages/records.ts';
import { createRedemptionPage } from './pages/redemption.ts';
import { createShopsPage } from './pages/shops.ts';
import { createStaffPage } from './pages/staff.ts';
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
  /** Ends what stays open. */
  readonly close: () => void;
}

/** For tests: who asks, without a login. */
export type Admit = (ctx: Context) => Promise<Visitor | null>;

/** Makes the console of a service that runs: its use cases and its pages. */
export function openConsole(parts: ConsoleParts, admit?: Admit): OpenConsole {
  const { logins, now, log } = parts;
  const way = createWay(parts.publicUrl);
  const cookies = createCookies(way);
  const admission = createAdmission({ ...parts, cookies });
  const pages = [
    createTodayPage(),
    createRecordsPage(),
    createRedemptionPage(),
    createUnknownsPage(),
    createFiguresPage(),
    createStaffPage(),
    createShopsPage(),
    createReconciliationPage(),
    createHealthPage(),
    createMinePage(parts),
  ];
  const router = new Router();
  const { send, attempt, addTheRest } = addConsoleRoutes(router, {
    ...{ pages, cookies, now, log },
    admit: admit ?? admission.admit,
    isOwnForm: ({ req }) => way.isOwnForm(req),
  });
  addLoginRoutes(router, { logins, admission, cookies, way, send, attempt });
  addTheRest();
  const routes = router.routes();
  return {
    // What the router's type asks of a context it adds itself.
    routes: (ctx: Context, next: Next) => routes(ctx as RouterContext, next) as Promise<void>,
    close: () => undefined,
  };
}
