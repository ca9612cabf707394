import { onTestFinished } from 'vitest';
import { startHttp } from '../../src/http/server.ts';
import type { Setup } from '../../src/setup/ports.ts';
import type { SetupPagesParts } from '../../src/setup/pages/routes.ts';
import { addSetupRoutes } from '../../src/setup/pages/routes.ts';
import { createLog } from '../../src/log.ts';

/** Serves the pages of a setup to every browser, until the test ends. Resolves with the address. */
export async function serveSetup(setup: Setup, pages: SetupPagesParts['pages']): Promise<string> {
  const http = await startHttp({
    host: '127.0.0.1',
    port: 0,
    addRoutes: (router) =>
      addSetupRoutes(router, {
        setup,
        access: { isHere: () => true, isIn: () => true, enter: () => ({ kind: 'in', cookie: 'a=b' }) },
        pages,
      }),
    log: createLog({ level: 'silent' }),
  });
  onTestFinished(() => http.close(0));
  return http.url;
}
