import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';
import { onTestFinished } from 'vitest';
import { isFromThisMachine } from '../../../src/pages/this-machine.ts';
import type { Finding } from '../../../src/setup/checks/check.ts';
import { connectPage } from '../../../src/setup/pages/connect.ts';
import { peoplePage } from '../../../src/setup/pages/people.ts';
import { platformPage } from '../../../src/setup/pages/platform.ts';
import { robotsPage } from '../../../src/setup/pages/robots.ts';
import { addSetupRoutes } from '../../../src/setup/pages/routes.ts';
import { summaryPage } from '../../../src/setup/pages/summary.ts';
import { vendorPage } from '../../../src/setup/pages/vendor.ts';
import type { Access, Report, Result, Saved, Setup, SetupView } from '../../../src/setup/ports.ts';

export const EMPTY_VIEW: SetupView = {
  revision: 0,
  world: 'sandbox',
  steps: { vendor: 'empty', platform: 'empty', connect: 'empty', people: 'empty', robots: 'empty', summary: 'empty' },
  vendor: { appId: '', keyEnds: null, url: '', report: null },
  way: null,
  waysDone: [],
  values: {},
  wayReport: null,
  listening: null,
  people: { stores: [], staff: [], conversations: [] },
  admins: [],
  robots: [],
  places: { dotenv: '/srv/bot/.env', mapping: '/srv/bot/data/mapping.json' },
  summary: null,
  live: { state: 'not-yet', why: null, written: [] },
};

export function report(...results: readonly Result[]): Report {
  const counts = { ok: 0, warn: 0, fail: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return { results, counts };
}

export function result(outcome: Finding['outcome'], about: string, seen: string, todo: string | null = null): Result {
  return {
    ...{ name: 'a-check', group: 'vendor', outcome },
    about: { zh: about, en: about },
    seen: { zh: seen, en: seen },
    todo: todo === null ? null : { zh: todo, en: todo },
  };
}

/** A setup that shows what a test gives it, and notes what it is asked for. */
export class FakeSetup implements Setup {
  shown: SetupView;
  readonly asked: unknown[][] = [];
  /** What the next request to change something comes to. */
  next: Saved = { kind: 'saved' };
  /** Changes the view when something was saved. */
  onSaved: (name: string) => Partial<SetupView> = () => ({});

  constructor(view: Partial<SetupView> = {}) {
    this.shown = { ...EMPTY_VIEW, ...view };
  }

  view = () => this.shown;
  saveVendor = async (...asked: unknown[]) => this.#note('saveVendor', asked);
  chooseWay = (...asked: unknown[]) => this.#note('chooseWay', asked);
  saveWay = async (...asked: unknown[]) => this.#note('saveWay', asked);
  takeManager: Setup['takeManager'] = (...asked: unknown[]) => this.#note('takeManager', asked);
  savePeople: Setup['savePeople'] = (...asked: unknown[]) => this.#note('savePeople', asked);
  saveRobots: Setup['saveRobots'] = (...asked: unknown[]) => this.#note('saveRobots', asked);
  goLive: Setup['goLive'] = (...asked: unknown[]) => this.#note('goLive', asked);
  testRobot: Setup['testRobot'] = async () => result('ok', '', '');
  check: Setup['check'] = async () => report();
  discard = async () => {
    this.#note('discard', []);
  };
  close = async () => {};

  /** The view changes, as by another tab or by a message that came. */
  change(view: Partial<SetupView>): void {
    this.shown = { ...this.shown, ...view, revision: this.shown.revision + 1 };
  }

  #note(name: string, asked: unknown[]): Saved {
    this.asked.push([name, ...asked]);
    const { next } = this;
    this.next = { kind: 'saved' };
    if (next.kind === 'saved') this.change(this.onSaved(name));
    return next;
  }
}

/** Everybody on this machine who knows `right-code`. */
export const fakeAccess: Access = {
  isHere: isFromThisMachine,
  isIn: ({ headers }) => headers.cookie?.includes('in=yes') === true,
  enter: (code) =>
    code === 'right-code'
      ? { kind: 'in', cookie: 'in=yes; HttpOnly; SameSite=Strict; Path=/setup' }
      : { kind: 'refused', why: { zh: '代码不对。', en: 'That code is wrong.' } },
};

/** Serves the pages on a free port until the test ends. */
export async function servePages(setup: Setup): Promise<string> {
  const router = new Router();
  addSetupRoutes(router, {
    setup,
    access: fakeAccess,
    pages: {
      vendor: vendorPage,
      platform: platformPage,
      connect: connectPage,
      people: peoplePage,
      robots: robotsPage,
      summary: summaryPage,
    },
  });
  const handle = new Koa().use(router.routes()).callback();
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
