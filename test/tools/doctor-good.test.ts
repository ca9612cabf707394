import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startChild, type Child } from '../support/child.ts';
import { startFeishuGateway, type FeishuGateway } from '../support/gateways/feishu.ts';
import { startWecomGateway, type WecomGateway } from '../support/gateways/wecom.ts';
import { startPlatforms, type Platforms } from '../support/platforms.ts';
import { freePort } from '../support/postgres.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET, VENDOR } from '../support/service.ts';

let open: AsyncDisposableStack;
let vendor: SimulatedVendor;
let wecom: WecomGateway;
let dingtalk: Platforms;
let feishu: FeishuGateway;
let folder: string;
beforeEach(async () => {
  open = new AsyncDisposableStack();
  const closed = <T extends { close(): unknown }>(part: T): T => {
    open.defer(async () => {
      await part.close();
    });
    return part;
  };
  vendor = closed(await startSimulatedVendor(VENDOR));
  wecom = closed(await startWecomGateway());
  dingtalk = closed(await startPlatforms());
  feishu = closed(await startFeishuGateway());
  folder = await mkdtemp(join(tmpdir(), 'good-'));
  open.defer(() => rm(folder, { recursive: true, force: true }));
});
afterEach(() => open.disposeAsync());

/** How each platform is reached in the way that is recommended, how many connections it sees, and what says that it is up. */
const PLATFORMS = {
  wecom: {
    settings: () => ({ WECOM_BOT_ID: wecom.botId, WECOM_BOT_SECRET: wecom.secret, WECOM_SOCKET_URL: wecom.url }),
    connections: () => wecom.connections(),
  },
  dingtalk: {
    settings: () => ({
      ...{ DINGTALK_CLIENT_ID, DINGTALK_APP_SECRET: DINGTALK_SECRET },
      ...{ DINGTALK_API_URL: dingtalk.url, DINGTALK_WEBHOOK_HOSTS: dingtalk.host },
    }),
    connections: () => dingtalk.dingtalk.connected(),
  },
  feishu: {
    settings: () => ({
      ...{ FEISHU_APP_ID: feishu.keys.appId, FEISHU_APP_SECRET: feishu.keys.appSecret, FEISHU_API_URL: feishu.url },
    }),
    connections: () => feishu.lines.open(),
  },
} as const;

/** What depends on the machine that runs the tests. */
const OF_THE_MACHINE = ['memory', 'disk-space', 'disk-kind', 'disk-write', 'supervisor'];

async function makeShop(platform: keyof typeof PLATFORMS): Promise<void> {
  const settings = {
    ...{ LIANTUOFU_URL: vendor.url, LIANTUOFU_APP_ID: VENDOR.appId, LIANTUOFU_KEY: VENDOR.key },
    ...{ PORT: String(await freePort()), ...PLATFORMS[platform].settings() },
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, '.env'), lines.join(''), { mode: 0o600 });
  const store = { code: 'EW_N2949193145', name: '人民路店' };
  const boss = {
    user: `${platform}:${platform === 'feishu' ? 'ou_boss' : 'boss'}`,
    name: '店长',
    store: store.code,
    role: 'manager',
  };
  await writeFile(join(folder, 'mapping.json'), JSON.stringify({ stores: [store], staff: [boss] }), { mode: 0o600 });
}

/** Starts a program in the folder of the shop. */
const start = (program: string, args: readonly string[] = []): Child => startChild(program, { DATA_DIR: folder }, args);

async function doctor() {
  const child = start('src/tools/doctor.ts', ['--json']);
  const code = await child.exited;
  const said = child.lines.join('\n');
  const { checks } = JSON.parse(said) as {
    checks: { name: string; outcome: string; seen: string; todo: string | null }[];
  };
  return { code, said: said + child.errors(), checks };
}

/** Each file by its name, with what it holds; not those into which a running service writes all the time. */
async function contents(): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !/-(?:wal|shm)$/u.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await hash(path)] as const)));
}

describe.each(Object.keys(PLATFORMS) as (keyof typeof PLATFORMS)[])('a good set-up with %s', (platform) => {
  test.each(['without a service', 'beside a running service'] as const)('is green %s', async (place) => {
    await makeShop(platform);
    const isRunning = place === 'beside a running service';
    if (isRunning) {
      const service = start('src/main.ts');
      open.defer(async () => {
        await service.end('SIGTERM');
      });
      await service.line((line) => line.includes('"msg":"the connection is up"'));
    }
    const before = await contents();
    const connections = PLATFORMS[platform].connections();
    const { code, said, checks } = await doctor();
    const others = checks.filter(({ name }) => !OF_THE_MACHINE.includes(name));
    expect(others.filter(({ outcome }) => outcome === 'warn' || outcome === 'fail')).toEqual([]);
    expect(code).toBe(0);
    const named = (name: string) => checks.find((check) => check.name === name);
    expect(named(`${platform}-connection`)?.outcome).toBe(isRunning ? 'ok' : 'skipped');
    expect(named('service')?.outcome).toBe(isRunning ? 'ok' : 'skipped');
    expect(named(`${platform}-gateway`)?.outcome).toBe('ok');
    expect(named('vendor-key')?.outcome).toBe('ok');
    expect(named('managers')?.outcome).toBe('ok');
    for (const { outcome, seen } of checks) if (outcome === 'skipped') expect(seen).toMatch(/\p{L}{3}.*\.$/u);

    // It has changed nothing, connected to nothing, spent nothing, and shown no secret.
    expect(await contents()).toEqual(before);
    expect(PLATFORMS[platform].connections()).toBe(connections);
    expect(vendor.books.calls).toEqual([]);
    for (const secret of [VENDOR.key, wecom.secret, DINGTALK_SECRET, feishu.keys.appSecret])
      expect(said).not.toContain(secret);
  });
});
