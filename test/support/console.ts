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
import type { Visitor } from '../../src/console/page.ts';
import { createPermissions } from '../../src/desk/permissions.ts';
import { openInProcessLedger } from '../../src/ledger/sqlite/in-process.ts';
import type { OpenedLedger } from '../../src/ledger/ledger.ts';
import { createLog } from '../../src/log.ts';
import type { LiveMapping } from '../../src/mapping/live-mapping.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { openMapping } from '../../src/mapping/open-mapping.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { CardLook } from '../../src/redemption/card.ts';
import { wireDesk } from '../../src/wire/desk.ts';
import { MAPPING } from '../desk/office.ts';
import { say } from '../command/sentences/fixtures.ts';

export interface TestConsoleOptions {
  readonly mapping?: Mapping;
  readonly admins?: readonly string[];
  /** What a look at a card shows. */
  readonly look?: () => CardLook;
  readonly now?: () => number;
  /** How the service is. */
  readonly health?: Health;
}

/** The console over a real socket, a real mapping file and a ledger in the process; who asks is said, without a login. */
export interface TestConsole extends AsyncDisposable {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly records: OpenedLedger;
  readonly database: DatabaseSync;
  readonly mapping: LiveMapping;
  /** The mapping file, to be edited by hand. */
  readonly mappingFile: string;
  /** Who asks from now on; null: nobody who is logged in. */
  as(user: string | null, options?: { readonly isFresh?: boolean }): void;
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
const NO_HEALTH: Health = { condition: notAsked, checks: notAsked };

export async function openTestConsole({
  mapping: document = MAPPING,
  admins = ['wecom:boss'],
  look = () => ({ kind: 'unavailable' }),
  now = Date.now,
  health = NO_HEALTH,
}: TestConsoleOptions = {}): Promise<TestConsole> {
  const folder = await mkdtemp(join(tmpdir(), 'console-'));
  const mappingFile = join(folder, 'mapping.json');
  await writeFile(mappingFile, JSON.stringify(document));
  const log = createLog({ level: 'silent' });
  const mapping = await openMapping({ databaseUrl: null, dataDir: folder, robotHosts: [], log });
  const database = new DatabaseSync(':memory:');
  const records = await openInProcessLedger(database, { now });
  const { ledger, people, notices } = records;
  const permissions = createPermissions({ staff: mapping.directory, admins });
  const calendar = createCalendar('Asia/Shanghai');
  const addressOf = () => ({ channel: 'wecom-app', returnAddress: null });
  const shared = { book: mapping, people, ledger, admins, addressOf, say, calendar, now, newId: randomUUID, log };
  const vendor = { detail: async () => look() };
  const desk = wireDesk({
    ...{ ...shared, permissions, staff: mapping.directory },
    cards: { vendor, lastLookAfterMs: 300_000, onSettled: () => undefined },
    onChanged: async () => undefined,
    testRobots: async () => [],
    console: { logins: { offer: async () => ({ kind: 'too-many' }), endAll: async () => 0 }, address: () => null },
  });
  let visitor: (() => Visitor) | null = null;
  const { routes, close } = openConsole(
    {
      ...{ ...shared, desk, notices, directory: mapping.directory, vendor },
      ...{ onSettled: () => undefined, publicUrl: null, health },
    },
    async () => visitor?.() ?? null,
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
    ...{ url, records, database, mapping, mappingFile },
    as(user, { isFresh = true } = {}) {
      visitor =
        user === null
          ? null
          : () => {
              const who = permissions.who(user);
              const since = now();
              return { who, name: who.member?.name ?? user, session: 'one', since, isFresh, formToken: TOKEN };
            };
    },
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
