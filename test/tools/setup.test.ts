import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startChild, type Child } from '../support/child.ts';
import { makeShop, startServiceProcess } from '../support/service.ts';

const TOOL = 'src/tools/setup.ts';

let dataDir: string;
let children: Child[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'setup-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) if (child.process.exitCode === null) await child.end('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

function start(program: string, env: Record<string, string>): Child {
  const child = startChild(program, { DATA_DIR: dataDir, ...env });
  children.push(child);
  return child;
}

/** The address and the code that people are told. */
async function told(child: Child): Promise<{ readonly url: string; readonly code: string }> {
  const line = await child.line((each) => /^\s+http:.*\?code=/u.test(each));
  const [, url = '', code = ''] = /(http:\S+\/setup)\?code=(\S+)/u.exec(line) ?? [];
  return { url, code };
}

const enter = (url: string, code: string, headers: Record<string, string> = { origin: new URL(url).origin }) =>
  fetch(`${url}/enter`, { method: 'POST', body: new URLSearchParams({ code }), headers, redirect: 'manual' });
const cookieOf = (entered: Response) => (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const state = async (url: string, cookie: string) => {
  const answer = await fetch(`${url}/state`, { headers: { cookie } });
  return answer.status === 200 ? ((await answer.json()) as { world: string }).world : answer.status;
};

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}

describe('where no service runs it starts', () => {
  test('the sandbox, without settings; and ends as a service does', async () => {
    const child = start(TOOL, { PORT: '0' });
    const { url, code } = await told(child);
    // Looking at the address, as previews and prefetches do, uses nothing up.
    for (let round = 0; round < 3; round++) expect((await fetch(`${url}?code=${code}`)).status).toBe(200);
    expect(await state(url, '')).toBe(401);
    expect((await enter(url, code, {})).status).toBe(403);
    const entered = await enter(url, code);
    expect(entered.status).toBe(303);
    expect(await state(url, cookieOf(entered))).toBe('sandbox');
    expect((await enter(url, code)).status).toBe(422);
    expect(await child.end('SIGTERM')).toBe(0);
  });

  test.each<[string, Record<string, string>]>([
    ['half', { LIANTUOFU_APP_ID: 'EW_N5946005323' }],
    ['mistyped', { LIANTUOFU_KEI: 'x' }],
    ['for production, and none', { NODE_ENV: 'production' }],
  ])('nothing but the setup, where the settings are %s', async (_what, env) => {
    const child = start(TOOL, { PORT: '0', ...env });
    const { url, code } = await told(child);
    expect(await state(url, cookieOf(await enter(url, code)))).toBe('none');
    expect((await fetch(new URL('/readyz', url))).status).toBe(503);
    expect((await fetch(new URL('/', url), { redirect: 'manual' })).headers.get('location')).toBe('/setup');
    expect(await child.end('SIGINT')).toBe(0);
  });

  test('nothing but the setup, where the settings are complete', async () => {
    const shop = await makeShop('http://127.0.0.1:1');
    const child = start(TOOL, shop.env);
    const { url, code } = await told(child);
    expect(await state(url, cookieOf(await enter(url, code)))).toBe('none');
    expect(child.lines.join('\n')).not.toContain('mapping in force');
    expect(await child.end('SIGTERM')).toBe(0);
    await shop.clear();
  });

  test('nothing where its port is taken by another program, and says so', async () => {
    const other = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const child = start(TOOL, { PORT: String((other.address() as AddressInfo).port) });
    expect(await child.exited).toBe(2);
    expect(child.errors()).toContain('is not the service of this folder');
    expect(await readdir(dataDir)).toEqual([]);
    other.close();
  });

  test('nothing where this machine could not open it', async () => {
    const child = start(TOOL, { HOST: '192.0.2.1' });
    expect(await child.exited).toBe(2);
    expect(child.errors()).toContain('HOST is 192.0.2.1. The setup opens on this machine only');
  });
});

describe('beside a service of this folder it gives a code for that one:', () => {
  test('the sandbox', async () => {
    const PORT = await freePort();
    const service = start('src/main.ts', { PORT });
    const line = await service.line((each) => each.includes('enter the code'));
    const [, own = ''] = /enter the code ([A-Z2-9-]+)/u.exec(line) ?? [];
    const tool = start(TOOL, { PORT });
    const { url, code } = await told(tool);
    expect(await tool.exited).toBe(0);
    expect((await stat(join(dataDir, 'setup-code.json'))).mode & 0o777).toBe(0o600);
    const [first, second] = [await enter(url, code), await enter(url, own)];
    expect([first.status, second.status]).toEqual([303, 303]);
    expect(await readdir(dataDir)).not.toContain('setup-code.json');
    expect(await state(url, cookieOf(second))).toBe('sandbox');
    expect(await service.end('SIGTERM')).toBe(0);
  });

  test('a live one, which has no setup before', async () => {
    const PORT = await freePort();
    const shop = await makeShop('http://127.0.0.1:1', { PORT });
    const service = await startServiceProcess(shop.env);
    children.push(service);
    expect((await fetch(`${service.url}/setup`)).status).toBe(404);
    expect(service.lines.join('\n')).not.toContain('enter the code');
    const tool = start(TOOL, shop.env);
    const { url, code } = await told(tool);
    const cookie = cookieOf(await enter(url, code));
    expect(await state(url, cookie)).toBe('live');
    expect(await service.end('SIGTERM')).toBe(0);
    await shop.clear();
  });

  test('and not for one of another folder', async () => {
    const PORT = await freePort();
    const other = await mkdtemp(join(tmpdir(), 'other-'));
    const service = start('src/main.ts', { PORT, DATA_DIR: other });
    await service.line((each) => each.includes('enter the code'));
    const tool = start(TOOL, { PORT });
    expect(await tool.exited).toBe(2);
    expect(tool.errors()).toContain('is not the service of this folder');
    expect(await readdir(dataDir)).toEqual([]);
    await service.end('SIGTERM');
    await rm(other, { recursive: true });
  });
});

test('settings of a file that are broken are no reason to end', async () => {
  await writeFile(join(dataDir, '.env'), 'LIANTUOFU_APP_ID: x\nBOGUS');
  const child = start(TOOL, { PORT: '0' });
  const { url, code } = await told(child);
  expect(await state(url, cookieOf(await enter(url, code)))).toBe('none');
  expect(await child.end('SIGTERM')).toBe(0);
});
