// Long, because it is one table: which faults the program finds, and what plants each of them.
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { openOutside, type Outside } from '../setup/checks/outside-stage.ts';
import { startChild } from '../support/child.ts';
import { createDatabase } from '../support/databases.ts';
import { freePort, query } from '../support/postgres.ts';
import { EXPIRED_TLS, TLS } from '../support/tls.ts';

/** A shop in which the program looks; each round plants several faults at once. */
interface Scene {
  readonly outside: Outside;
  readonly folder: string;
  /** What `.env` says. */
  readonly settings: Record<string, string>;
  readonly environment: Record<string, string>;
  /** What the mapping file says; null: there is none. */
  mapping: object | null;
  readonly args: string[];
  readonly open: AsyncDisposableStack;
}

type Plant = (scene: Scene) => unknown;
const STORE = { code: 'EW_N2949193145', name: '人民路店' };
const BOSS = { user: 'wecom:boss', name: '店长', store: STORE.code, role: 'manager' };
const set =
  (settings: Record<string, string>): Plant =>
  (scene) =>
    Object.assign(scene.settings, settings);

/** Answers as `answer` says, in a server of its own. */
async function serve(
  { open }: Scene,
  answer: (path: string) => object | string,
  headers: () => Record<string, string> = () => ({}),
): Promise<number> {
  const server = createServer(({ url = '' }, response) => {
    const said = answer(url);
    response.writeHead(200, {
      'content-type': typeof said === 'string' ? 'text/html' : 'application/json',
      ...headers(),
    });
    response.end(typeof said === 'string' ? said : JSON.stringify(said));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.defer(async () => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

const service =
  (condition: { ready: boolean; problems: { what: string; detail: string }[]; bots: object[] }): Plant =>
  async (scene) => {
    const problems = condition.problems.map((problem) => ({ ...problem, since: '2026-11-23T04:05:06.000Z' }));
    scene.settings['PORT'] = String(await serve(scene, () => ({ ...condition, problems })));
  };

const ledgerOf = async ({ folder }: Scene) => (await openSqliteLedger(join(folder, 'ledger.db'))).ledger;
const BY_CONNECTION = { channel: 'wecom-bot', name: 'the AI bot', by: 'connection', up: false, lastMessageAt: null };

/** What is planted in each round, before the program is run once. */
const ROUNDS = {
  settings: [
    set({ PORT: 'eighty', LIANTOUFU_URL: 'https://example.com', WECOM_BOT_ID: 'aib1', DINGTALK_MODE: 'maybe' }),
  ],
  credentials: [
    set({ LIANTUOFU_KEY: 'f'.repeat(32), DINGTALK_APP_SECRET: 'not the secret of it', HOST: '192.0.2.1' }),
    ({ environment }) => (environment['BOT_NAMES'] = '别的名字'),
    ({ outside }) => outside.platforms.wecomAgent.distrust('203.0.113.7'),
    ({ outside }) => outside.feishu.setBotStatus(null),
    ({ outside }) => outside.front.show(EXPIRED_TLS),
    ({ outside }) => outside.robots.revoke(outside.group),
    ({ args }) => args.push('--send'),
    (scene) => (scene.mapping = { stores: [STORE, { code: 'EW_N2', name: '新店' }], staff: [{ ...BOSS, role: 'staff', employeID: 1 }], notify: [scene.outside.robot] }), // prettier-ignore
  ],
  others: [
    set({ LIANTUOFU_APP_ID: 'EW_N0000000001', WECOM_CORP_ID: 'wwCORP00000000002', FEISHU_APP_SECRET: 'anotherFeishuSecret' }), // prettier-ignore
    set({ DINGTALK_ROBOT_CODE: 'dingother' }),
    async (scene) => (scene.settings['PORT'] = String(await serve(scene, () => 'hello'))),
    (scene) => (scene.mapping = { stores: [STORE], staff: [BOSS, { user: 'wecom:li', store: 'EW_N9' }] }),
    ({ folder }) => writeFile(join(folder, 'ledger.db'), 'a text and no ledger\n'.repeat(200), { mode: 0o600 }),
  ],
  gateways: [
    ({ settings, outside }) => Object.assign(settings, outside.connections),
    set({ DINGTALK_APP_SECRET: 'not the secret of it', FEISHU_APP_SECRET: 'anotherFeishuSecret' }),
    set({ WECOM_APP_SECRET: '', WECOM_APP_AGENT_ID: '1000002', PUBLIC_URL: '' }),
    ({ settings }) => (settings['LIANTUOFU_URL'] = `${settings['LIANTUOFU_URL']}/open`),
    (scene) => (scene.mapping = null),
    async (scene) => {
      await (await ledgerOf(scene)).close();
      const db = new DatabaseSync(join(scene.folder, 'ledger.db'));
      db.exec("insert into kysely_migration values ('0099-from-the-future', '2027-01-01')");
      db.close();
    },
  ],
  elsewhere: [
    set({ DATABASE_URL: 'postgres://bot:a-database-password@127.0.0.1:1/bot', WECOM_APP_AGENT_ID: '1000003' }),
    ({ outside }) => outside.vendor.close(),
    ({ outside }) =>
      outside.front.behave(({ url = '' }, response) => {
        if (!url.startsWith('/feishu')) return url.replaceAll('%2B', '+');
        response.writeHead(301, { location: 'https://www.example.com/' }).end();
        return null;
      }),
  ],
  database: [
    async ({ settings, open }) => {
      const owner = await createDatabase();
      const url = new URL(owner);
      const role = `d${url.pathname.slice(1)}`;
      await query(owner, `create role ${role} login password 'weak-password'`);
      open.defer(async () => {
        await query(owner, `drop role ${role}`);
      });
      url.username = role;
      url.password = 'weak-password';
      settings['DATABASE_URL'] = url.href;
    },
    async (scene) => {
      // What stands for vendor and WeCom has a clock of its own.
      const date = () => ({ date: new Date(Date.now() - 90_000).toUTCString() });
      const port = await serve(scene, () => '<h1>Welcome to nginx!</h1>', date);
      Object.assign(scene.settings, { LIANTUOFU_URL: `http://127.0.0.1:${port}`, WECOM_API_URL: `http://127.0.0.1:${port}` }); // prettier-ignore
      Object.assign(scene.settings, { DINGTALK_APP_SECRET: '', DINGTALK_CLIENT_ID: '', FEISHU_APP_ID: '', FEISHU_APP_SECRET: '', FEISHU_ENCRYPT_KEY: '', FEISHU_VERIFICATION_TOKEN: '', DINGTALK_MODE: '' }); // prettier-ignore
    },
    set({ PUBLIC_URL: 'https://other.example' }),
  ],
  kicked: [
    set({ WECOM_BOT_TOKEN: '', WECOM_BOT_AES_KEY: '', WECOM_APP_TOKEN: '', WECOM_APP_AES_KEY: '', WECOM_APP_SECRET: '', WECOM_APP_AGENT_ID: '', WECOM_BOT_ID: 'aib1', WECOM_BOT_SECRET: 'a-bot-secret-0123456789', WECOM_SOCKET_URL: 'ws://127.0.0.1:1' }), // prettier-ignore
    service({
      ready: false,
      problems: [
        { what: 'ledger', detail: 'database or disk is full' },
        { what: 'connection', detail: 'the AI bot: taken over by another client' },
      ],
      bots: [BY_CONNECTION],
    }),
    ({ outside }) => outside.platforms.wecomAgent.changeAgent({ close: 1 }),
  ],
  former: [
    service({ ready: true, problems: [], bots: [{ ...BY_CONNECTION, channel: 'dingtalk' }] }),
    ({ outside }) => outside.platforms.wecomAgent.changeAgent({ users: [], parties: [] }),
    ({ outside }) => outside.feishu.setBotStatus(1),
    ({ outside }) => outside.front.leadTo('http://127.0.0.1:1'),
    (scene) => (scene.mapping = { stores: [], staff: [] }),
  ],
  hung: [
    async (scene) => {
      const ledger = await ledgerOf(scene);
      scene.open.defer(() => ledger.close());
    },
    set({ LIANTUOFU_URL: 'http://192.0.2.1:9' }),
    ({ outside }) =>
      outside.front.behave(({ headers, url = '' }) => {
        headers.host = 'localhost';
        return url;
      }),
  ],
} satisfies Record<string, readonly Plant[]>;

/** The faults, each by the round in which it is planted, the check that finds it, as what, and what that says. */
const FAULTS: readonly (readonly [
  fault: string,
  round: keyof typeof ROUNDS,
  check: string,
  outcome: 'fail' | 'warn',
  says: RegExp,
])[] = [
  ['a port that is no number', 'settings', 'settings', 'fail', /PORT must be a whole number/u],
  ['a mistyped name', 'settings', 'settings', 'fail', /LIANTOUFU_URL is not a setting: did you mean LIANTUOFU_URL/u],
  ['half a channel', 'settings', 'settings', 'fail', /WECOM_BOT_SECRET is missing/u],
  ['a mode that there is not', 'settings', 'settings', 'fail', /DINGTALK_MODE/u],
  ['an .env that all accounts may read', 'settings', 'env-file', 'fail', /chmod 600/u],
  ['the wrong vendor key', 'credentials', 'vendor-key', 'fail', /签名错误/u],
  ['the wrong DingTalk secret', 'credentials', 'dingtalk-credentials', 'fail', /invalidClientIdOrSecret/u],
  ['an address that WeCom does not trust', 'credentials', 'wecom-app-agent', 'fail', /203\.0\.113\.7.*企业可信IP/su],
  ['a Feishu app without the bot ability', 'credentials', 'feishu-bot', 'fail', /11205/u],
  ['a certificate that has expired', 'credentials', 'certificate', 'fail', /expired/u],
  ['a robot that was removed from its group', 'credentials', 'robots', 'fail', /300005/u],
  ['a HOST of another machine', 'credentials', 'port', 'fail', /HOST=192\.0\.2\.1 is no address of this machine/u],
  ['a setting that the environment overrides', 'credentials', 'environment', 'warn', /BOT_NAMES/u],
  ['a mapping that all accounts may read', 'credentials', 'data-files', 'fail', /chmod 600 .*mapping\.json/u],
  ['a store without staff', 'credentials', 'stores', 'warn', /新店 EW_N2/u],
  ['nobody who is a manager', 'credentials', 'managers', 'warn', /ADMINS/u],
  ['a mistyped field', 'credentials', 'mapping-fields', 'warn', /employeID/u],
  ['the wrong appId', 'others', 'vendor-key', 'fail', /appId is not right.*商户不存在/su],
  ['the wrong corp', 'others', 'wecom-app-secret', 'fail', /40013/u],
  ['the wrong Feishu secret', 'others', 'feishu-credentials', 'fail', /10014/u],
  ['the code of another robot', 'others', 'dingtalk-robot-code', 'fail', /robotCode/u],
  ['another program at the port', 'others', 'port', 'fail', /Another program listens/u],
  [
    'a proxy that does not reach the service',
    'former',
    'public-address',
    'fail',
    /does not reach the service \(502\)/u,
  ],
  ['staff of a store that is not there', 'others', 'staff', 'fail', /EW_N9/u],
  ['a mapping that cannot be used', 'others', 'mapping', 'fail', /staff\[1\]\.store/u],
  ['a ledger that is none', 'others', 'ledger-file', 'fail', /not a database/u],
  ['a DingTalk gateway that refuses', 'gateways', 'dingtalk-gateway', 'fail', /authFailed/u],
  ['a Feishu gateway that refuses', 'gateways', 'feishu-gateway', 'fail', /1000040345/u],
  ['no secret of the app', 'gateways', 'wecom-app-secret-missing', 'warn', /WECOM_APP_SECRET/u],
  ['callbacks without a public address', 'gateways', 'public-address', 'warn', /PUBLIC_URL/u],
  ['a vendor address with too much in it', 'gateways', 'vendor-address', 'fail', /\/open/u],
  ['no mapping', 'gateways', 'mapping', 'warn', /There is none yet/u],
  ['a ledger of a newer program', 'gateways', 'ledger-version', 'fail', /0099-from-the-future/u],
  ['a database that is not there', 'elsewhere', 'database', 'fail', /ECONNREFUSED/u],
  ['a mapping file that is not read', 'elsewhere', 'mapping-unread', 'warn', /mapping\.json/u],
  ['the wrong agent', 'elsewhere', 'wecom-app-agent', 'fail', /301002/u],
  ['a vendor that is away', 'elsewhere', 'vendor-reachable', 'fail', /refuses|refused|ECONNREFUSED/u],
  ['a path that leads elsewhere', 'elsewhere', 'public-address', 'fail', /redirected to https:\/\/www\.example\.com/u],
  ['a query in which + becomes a blank', 'elsewhere', 'public-address', 'fail', /became a blank/u],
  ['a database without rights', 'database', 'database-rights', 'fail', /42501/u],
  ['a clock that is 90 seconds ahead', 'database', 'clock', 'fail', /about (?:8\d|9\d) s ahead/u],
  ['a page where the vendor should be', 'database', 'vendor-address', 'fail', /not what the endpoint says/u],
  ['a certificate for another name', 'database', 'certificate', 'fail', /other\.example/u],
  ['a bot that is connected elsewhere', 'kicked', 'wecom-connection', 'fail', /taken over/u],
  ['a gateway that is not reached', 'kicked', 'wecom-gateway', 'fail', /127\.0\.0\.1:1/u],
  ['a service that cannot accept messages', 'kicked', 'service', 'fail', /disk is full/u],
  ['a service with former settings', 'former', 'wecom-connection', 'warn', /former settings/u],
  ['an app that nobody can see', 'former', 'wecom-app-agent', 'fail', /visible range/u],
  ['a Feishu bot that was switched off', 'former', 'feishu-bot', 'fail', /核销助手/u],
  ['no store', 'former', 'stores', 'fail', /There is no store/u],
  [
    'a ledger that a silent process has',
    'hung',
    'ledger-lock',
    'warn',
    new RegExp(`Process ${process.pid} has it`, 'u'),
  ],
  ['metrics that the world can see', 'hung', 'metrics-not-public', 'fail', /\/metrics/u],
  ['a vendor without encryption', 'hung', 'settings', 'warn', /LIANTUOFU_URL is http/u],
];

interface Said {
  readonly code: number | null;
  readonly text: string;
  readonly checks: ReadonlyMap<string, { outcome: string; seen: string; todo: string | null }>;
}

/** Runs the program once with all that a round plants. */
async function look(plants: readonly Plant[]): Promise<Said> {
  await using open = new AsyncDisposableStack();
  const outside = await openOutside();
  open.defer(() => outside.close());
  const folder = await mkdtemp(join(tmpdir(), 'faults-'));
  open.defer(() => rm(folder, { recursive: true, force: true }));
  const authorities = join(folder, 'authorities.pem');
  await writeFile(authorities, TLS.cert + EXPIRED_TLS.cert);
  const scene: Scene = {
    ...{ outside, folder, open, args: ['--json'] },
    settings: { ...outside.env, PORT: String(await freePort()), BOT_NAMES: '核销助手' },
    environment: { DATA_DIR: folder, NODE_EXTRA_CA_CERTS: authorities },
    mapping: { stores: [STORE], staff: [BOSS], notify: [outside.robot] },
  };
  for (const plant of plants) await plant(scene);
  const lines = Object.entries(scene.settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, '.env'), lines.join(''));
  await chmod(join(folder, '.env'), 0o644);
  if (scene.mapping !== null) await writeFile(join(folder, 'mapping.json'), JSON.stringify(scene.mapping, null, 2));
  const before = await readFile(join(folder, '.env'), 'utf8');
  const child = startChild('src/tools/doctor.ts', scene.environment, scene.args);
  const code = await child.exited;
  const text = child.lines.join('\n') + child.errors();
  const { checks } = JSON.parse(child.lines.join('\n')) as { checks: { name: string; outcome: string; seen: string; todo: string | null }[] }; // prettier-ignore
  expect(await readFile(join(folder, '.env'), 'utf8')).toBe(before);
  expect(outside.vendor.books.calls).toEqual([]);
  return { code, text, checks: new Map(checks.map((check) => [check.name, check])) };
}

const said = new Map<string, Said>();
beforeAll(async () => {
  for (const [round, plants] of Object.entries(ROUNDS)) said.set(round, await look(plants));
}, 180_000);
afterAll(() => said.clear());

describe('npm run doctor finds', () => {
  test.each(FAULTS)('%s (planted under %s), by %s', (_, round, check, outcome, says) => {
    const found = said.get(round)?.checks.get(check);
    expect(found?.outcome).toBe(outcome);
    expect(`${found?.seen} → ${found?.todo}`).toMatch(says);
    expect(found?.todo).toBeTruthy();
  });

  test('so more than 25 faults by name, ends with 1 each time, and shows no secret', () => {
    expect(new Set(FAULTS.map(([fault]) => fault)).size).toBe(FAULTS.length);
    expect(FAULTS.length).toBeGreaterThan(25);
    for (const { code, text } of said.values()) {
      expect(code).toBe(1);
      expect(text).not.toMatch(
        /0123456789abcdef0123|ffffffff|not the secret|this is a secret|appSecret0123|anotherFeishu/u,
      );
      expect(text).not.toMatch(
        /AppToken01|BotToken01|a-database-password|weak-password|a-bot-secret|SECrobot|robotkey9876/u,
      );
    }
  });
});
