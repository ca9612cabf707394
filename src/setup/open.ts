import { randomBytes } from 'node:crypto';
import Router, { type RouterContext } from '@koa/router';
import type { Context, Next } from 'koa';
import { environment, seeConfig } from '../config.ts';
import { keepNotCarriedOut } from '../ledger/not-carried-out.ts';
import { createPlatformHttp } from '../platforms/http.ts';
import { ALL_CHECKS } from './checks/all.ts';
import { runChecks } from './checks/run.ts';
import { seeService } from './checks/see-service.ts';
import { createFiles } from './files.ts';
import { createGap } from './gap.ts';
import { startListening } from './listening.ts';
import { whyNotStarted } from './not-started.ts';
import { connectPage } from './pages/connect.ts';
import { peoplePage } from './pages/people.ts';
import { platformPage } from './pages/platform.ts';
import { robotsPage } from './pages/robots.ts';
import { addSetupRoutes } from './pages/routes.ts';
import { summaryPage } from './pages/summary.ts';
import { vendorPage } from './pages/vendor.ts';
import type { NotCarriedOut } from '../redemption/message.ts';
import type { Access, Host, OpenSetup, RunningProgram } from './ports.ts';
import { createSetup } from './setup.ts';

const PAGES = {
  vendor: vendorPage,
  platform: platformPage,
  connect: connectPage,
  people: peoplePage,
  robots: robotsPage,
  summary: summaryPage,
};

/** Makes the setup of a program that runs: its pages, its draft, and the bots that it listens with. */
export async function openSetup(program: RunningProgram, access: Access): Promise<OpenSetup> {
  const { cwd, log } = program;
  const { config } = seeConfig(cwd);
  const http = createPlatformHttp(config?.proxy ?? null);
  const gap = createGap();
  const env = environment();
  const now = () => Date.now();

  const host: Host = {
    cwd,
    world: () => program.world(),
    url: () => program.url(),
    async restart() {
      const restarted = await program.restart(() => gap.close());
      return restarted.started ? restarted : { started: false, why: whyNotStarted(restarted.error) };
    },
  };

  const setup = await createSetup({
    ...{ host, env, http, randomBytes, now, log },
    files: createFiles({ cwd, env, now }),
    async listen(settings) {
      const keep = (messages: readonly NotCarriedOut[]) => keepNotCarriedOut(settings.dataDir, messages);
      return gap.around(await startListening({ ...settings, keep, log }));
    },
    check: (context, groups) =>
      runChecks(groups === undefined ? ALL_CHECKS : ALL_CHECKS.filter(({ group }) => groups.includes(group)), context),
    async seeService() {
      if (program.world() === 'none') return null;
      const { hostname, port } = new URL(program.url());
      const metricsToken = seeConfig(cwd).config?.metricsToken ?? null;
      return seeService({ host: hostname, port: Number(port), metricsToken }, http);
    },
  });

  const router = new Router();
  addSetupRoutes(router, { setup, access, pages: PAGES });
  const routes = router.routes();

  return {
    // What the router's type asks of a context it adds itself.
    routes: (ctx: Context, next: Next) => routes(ctx as RouterContext, next) as Promise<void>,
    callbacks: gap.callbacks,
    async close() {
      await setup.close();
      gap.close();
      await http.close();
    },
  };
}
