import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { loadConfig, SettingsError } from '../../../src/config.ts';
import { createProgram, type Invitation, type Program } from '../../../src/program.ts';
import type { OpenSetup, RunningProgram } from '../../../src/setup/ports.ts';
import { MAPPING } from '../../support/service.ts';

const LIVE = `PORT=0
LIANTUOFU_URL=http://127.0.0.1:1
LIANTUOFU_APP_ID=EW_N5946005323
LIANTUOFU_KEY=0123456789abcdef0123456789abcdef
DINGTALK_APP_SECRET=a secret of the console
`;

let cwd: string;
let program: Program;
let running: RunningProgram;
let invitations: Invitation[];
let logged: string[];
let closing: () => Promise<void>;

const setup: OpenSetup = {
  routes: async (ctx) => void (ctx.body = 'the setup'),
  callbacks: async (ctx, next) => {
    if (ctx.path === '/dingtalk' && ctx.method === 'PUT') ctx.body = 'listening';
    else await next();
  },
  close: () => closing(),
};

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'program-'));
  invitations = [];
  logged = [];
  closing = async () => undefined;
  await settings('PORT=0\n');
  program = createProgram({
    cwd,
    log: createLog({ level: 'info', destination: { write: (line: string) => void logged.push(line) } }),
    onInvitation: (invitation) => void invitations.push(invitation),
    async openSetup(opened) {
      running = opened;
      return setup;
    },
  });
});
afterEach(async () => {
  await program.stop();
  await rm(cwd, { recursive: true });
});

const settings = (text: string) => writeFile(join(cwd, '.env'), `DATA_DIR=${join(cwd, 'data')}\n${text}`);
const address = () => new URL(invitations[0]?.url ?? '').origin;
const get = (path: string) => fetch(`${address()}${path}`);
const restart = () => running.restart(() => undefined);

async function startSandbox() {
  await program.start(loadConfig(cwd, {}));
  // The first request opens the setup.
  expect(await (await get('/setup')).text()).toBe('the setup');
}

test('a sandbox becomes live and the other way round, at one address', async () => {
  await startSandbox();
  const { url } = { url: running.url() };
  expect((await get('/')).status).toBe(200);
  expect((await get('/wecom/bot')).status).toBe(403);

  await settings(LIVE);
  await writeFile(join(cwd, 'data', 'mapping.json'), JSON.stringify(MAPPING));
  expect(await restart()).toEqual({ started: true });
  expect([running.world(), running.url()]).toEqual(['live', url]);
  expect((await get('/')).status).toBe(404);
  expect((await get('/wecom/bot')).status).toBe(404);
  expect((await fetch(`${address()}/dingtalk`, { method: 'POST' })).status).not.toBe(404);
  expect((await get('/readyz')).status).toBe(200);
  // No code waits, and nobody has entered.
  expect((await get('/setup')).status).toBe(404);

  await settings('PORT=0\n');
  expect(await restart()).toEqual({ started: true });
  expect([running.world(), running.url()]).toEqual(['sandbox', url]);
  expect((await get('/')).status).toBe(200);
  expect((await get('/setup')).status).toBe(200);
});

test('no request fails meanwhile: what is asked while worlds change is answered by the next one', async () => {
  await startSandbox();
  await settings(LIVE);
  let over = false;
  const statuses = new Set<number>();
  const ask = async () => {
    while (!over) statuses.add((await get('/healthz')).status);
  };
  const asking = [ask(), ask()];
  expect(await restart()).toEqual({ started: true });
  over = true;
  await Promise.all(asking);
  expect([...statuses]).toEqual([200]);
});

test('what cannot start leaves the setup, says why, and what ran before can be started again', async () => {
  await startSandbox();
  const url = running.url();
  await settings(LIVE.replace('LIANTUOFU_KEY', '#'));
  const refused = await restart();
  expect(refused).toMatchObject({ started: false, error: expect.any(SettingsError) as unknown });
  expect(running.world()).toBe('none');
  expect(await (await get('/setup')).text()).toBe('the setup');
  expect((await get('/wecom/bot')).status).toBe(404);
  expect((await get('/readyz')).status).toBe(503);
  expect((await get('/healthz')).status).toBe(200);

  await settings(LIVE);
  await writeFile(join(cwd, 'data', 'mapping.json'), '{"stores": 1}');
  expect(await restart()).toMatchObject({ started: false, error: { code: 'MAPPING' } });

  await settings('PORT=0\n');
  expect(await restart()).toEqual({ started: true });
  expect([running.world(), running.url()]).toEqual(['sandbox', url]);
  expect((await get('/')).status).toBe(200);
});

test('a setup without a service goes back to that, and not to a service that did not run', async () => {
  await settings(LIVE);
  await program.start(null);
  expect((await get('/setup')).status).toBe(200);
  expect(running.world()).toBe('none');
  await writeFile(join(cwd, 'data', 'mapping.json'), '{').catch(() => undefined);
  await settings(`${LIVE}LIANTUOFU_TYPO=1\n`);
  expect(await restart()).toMatchObject({ started: false });
  await settings(LIVE);
  expect(await restart()).toEqual({ started: true });
  expect(running.world()).toBe('none');
});

test('what listens is asked before the world', async () => {
  await startSandbox();
  expect(await (await fetch(`${address()}/dingtalk`, { method: 'PUT' })).text()).toBe('listening');
  expect((await fetch(`${address()}/dingtalk`, { method: 'POST' })).status).toBe(404);
});

test('once it is being stopped nothing is started any more', async () => {
  await startSandbox();
  const stopped = program.stop();
  expect(await restart()).toMatchObject({ started: false });
  await stopped;
  await expect(get('/healthz')).rejects.toThrow();
});

test('a setup that is still going live when it is stopped is waited for, and starts nothing', async () => {
  await startSandbox();
  let restarted: unknown = null;
  closing = async () => {
    restarted = await restart();
  };
  await program.stop();
  expect(restarted).toMatchObject({ started: false });
});

test('the setup is not there for other machines, foreign pages and what a proxy hands on', async () => {
  await startSandbox();
  const { request } = await import('undici');
  const status = async (headers: Record<string, string>, method: 'GET' | 'POST' = 'GET', path = '/setup') =>
    (await request(`${address()}${path}`, { method, headers })).statusCode;
  const { host } = new URL(address());
  expect(await status({})).toBe(200);
  for (const headers of [
    { host: 'evil.example' },
    { host: `rebound.example:${host.split(':')[1] ?? ''}` },
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-real-ip': '127.0.0.1' },
    { forwarded: 'for=127.0.0.1' },
    { via: '1.1 proxy' },
  ])
    for (const path of ['/setup', '/setup/vendor', '/setup/assets/style.css', '/setup/enter'])
      expect([JSON.stringify(headers), await status(headers, 'GET', path)]).toEqual([JSON.stringify(headers), 404]);
  expect(await status({}, 'POST', '/setup/enter')).toBe(403);
  expect(await status({ origin: address(), 'sec-fetch-site': 'cross-site' }, 'POST', '/setup/enter')).toBe(403);
  expect(await status({ origin: address() }, 'POST', '/setup/enter')).toBe(200);
});
