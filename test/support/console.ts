import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import Koa from 'koa';
import { randomUUID } from 'node:crypto';
import type { Health } from '../../src/console/health.ts';
import { openConsole } from '../../src/console/open.ts';
import type { ConsolePage, Visitor } from '../../src/console/page.ts';
import type { Logins } from '../../src/desk/logins.ts';
import { createPermissions } from '../../src/desk/permissions.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { OpenedLedger } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/log.ts';
import type { LiveMapping } from '../../src/mapping/live-mapping.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { openMapping } from '../../src/mapping/open-mapping.ts';
import { createShopBook } from '../../src/mapping/shop-book.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { RobotTest } from '../../src/redemption/notices.ts';
import type { CardLook } from '../../src/redemption/card.ts';
import { realTime } from '../../src/time/real.ts';
import { readList } from '../../src/vendor-list/read-list.ts';
import { wireDesk } from '../../src/wire/desk.ts';
import { wireLogins } from '../../src/wire/logins.ts';
import { MAPPING } from '../desk/office.ts';
import { say } from '../command/sentences/fixtures.ts';

export interface TestConsoleOptions {
  readonly mapping?: Mapping;
  readonly admins?: readonly string[];
  /** What a look at a card shows. */
  readonly look?: () => CardLook;
  readonly now?: () => number;
  /** Whether people have to log in; else who asks is said. */
  readonly realLogin?: boolean;
  /** The address under which people reach it. */
  readonly publicUrl?: string | null;
  /** Takes what is logged. */
  readonly onLog?: (line: string) => void;
  /** What a test of a group robot comes to. */
  readonly testRobot?: RobotTest | null;
  /** How the service is. */
  readonly health?: Health;
}

/** The console over a real socket, a real mapping file and a ledger in the process; who asks is said, without a login. */
export interface TestConsole extends AsyncDisposable {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** What it consists of. */
  readonly pages: readonly ConsolePage[];
  readonly records: OpenedLedger;
  readonly database: DatabaseSync;
  readonly mapping: LiveMapping;
  /** The mapping file, to be edited by hand. */
  readonly mappingFile: string;
  readonly logins: Logins;
  /** Where `npm run console` leaves its link. */
  readonly dataDir: string;
  /** Logs a person in by a link; returns what their browser sends as `Cookie` from now on. For `realLogin`. */
  logIn(user: string, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** Who asks from now on; null: nobody who is logged in. */
  as(user: string | null, options?: { readonly isFresh?: boolean }): void;
  /** Ends the sessions of a person, of which the pages that are open hear at their next look. */
  signOut(user: string): void;
  /** Who asks can also be said in a header, `x-visitor`. */
  get(
    path: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }>;
  /** Sends a form, with the token of the person who asks. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }>;
}

const TOKEN = 'form-token';

const notAsked = () => Promise.reject(new Error('not asked for'));
const NO_HEALTH: Health = { condition: notAsked, lastChecks: () => null, runChecks: notAsked };

export async function openTestConsole({
  mapping: document = MAPPING,
  admins = ['wecom:boss'],
  look = () => ({ kind: 'unavailable' }),
  now = Date.now,
  realLogin = false,
  publicUrl = null,
  onLog,
  testRobot = null,
  health = NO_HEALTH,
}: TestConsoleOptions = {}): Promise<TestConsole> {
  const folder = await mkdtemp(join(tmpdir(), 'console-'));
  const mappingFile = join(folder, 'mapping.json');
  await writeFile(mappingFile, JSON.stringify(document));
  const log = createLog(onLog === undefined ? { level: 'silent' } : { level: 'trace', destination: { write: onLog } });
  const mapping = await openMapping({ databaseUrl: null, dataDir: folder, robotHosts: [], log });
  const database = new DatabaseSync(':memory:');
  const records = await openInProcessLedger(database, { now });
  const { ledger, people, notices, sessions, figures } = records;
  const permissions = createPermissions({ staff: mapping.directory, admins });
  const calendar = createCalendar('Asia/Shanghai');
  const addressOf = () => ({ channel: 'wecom-app', returnAddress: null });
  const shared = { book: mapping, people, ledger, admins, addressOf, say, calendar, now, newId: randomUUID, log };
  const vendor = { detail: async () => look() };
  const logins = wireLogins({ sessions, dataDir: folder, addressOf, say, now, machineNow: now });
  const desk = wireDesk({
    ...{ ...shared, permissions, staff: mapping.directory },
    cards: { vendor, lastLookAfterMs: 300_000, onSettled: () => undefined },
    onChanged: async () => undefined,
    testRobots: async () => [],
    console: { logins, address: () => null },
  });
  let current: string | null = null;
  let fresh = true;
  const out = new Set<string>();
  /** Who is called that in a header, else who was said to ask. */
  function visitorNamed(named: string): Visitor | null {
    const user = named === '' ? current : named;
    if (user === null) return null;
    const who = permissions.who(user);
    if (who.role === 'unbound') return null;
    const since = now();
    return { who, name: who.member?.name ?? user, session: 'one', since, isFresh: fresh, formToken: TOKEN };
  }
  const { routes, pages, close } = openConsole(
    {
      ...{ ...shared, desk, permissions, logins, notices, figures, directory: mapping.directory, vendor, health },
      ...{ onSettled: () => undefined, publicUrl, readList: async (bytes) => readList(Buffer.from(bytes)) },
      ...{ timeZone: 'Asia/Shanghai', time: realTime, watch: records.watch },
      shops: createShopBook(mapping),
      testRobot: async () => testRobot,
    },
    realLogin
      ? {}
      : {
          admit: async (ctx) => visitorNamed(ctx.get('x-visitor')),
          stillIn: async ({ who: { user } }) => (out.has(user) ? null : visitorNamed(user)),
        },
  );
  const app = new Koa();
  app.silent = true;
  app.use(routes);
  const server = createServer((request, response) => void app.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function ask(path: string, init: RequestInit) {
    const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  return {
    ...{ url, pages, records, database, mapping, mappingFile, logins, dataDir: folder },
    async logIn(user, headers = {}) {
      const offered = await logins.offer(user);
      if (offered.kind !== 'offered') throw new Error('too many links');
      const entered = await ask(`/console/login/${offered.token}`, {
        method: 'POST',
        headers: { origin: url, 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams(),
      });
      const cookies = entered.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
      if (entered.status !== 303) throw new Error(`not logged in: ${entered.status}`);
      return cookies.filter((cookie) => !cookie.endsWith('=')).join('; ');
    },
    as(user, { isFresh = true } = {}) {
      current = user;
      fresh = isFresh;
    },
    signOut: (user) => void out.add(user),
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, fields) =>
      ask(path, {
        method: 'POST',
        headers: { origin: url, 'sec-fetch-site': 'same-origin' },
        body: new URLSearchParams({ token: TOKEN, ...fields }),
      }),
    async [Symbol.asyncDispose]() {
      close();
      server.closeAllConnections();
      server.close();
      await ledger.close();
      await mapping.close();
      await rm(folder, { recursive: true });
    },
  };
}
