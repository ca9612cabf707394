import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { sayToApp, sayToBot } from '../support/chats.ts';
import { makeShop, MAPPING, startServiceProcess, VENDOR, type RunningService } from '../support/service.ts';

// The real program, live, with messages as the platform sends them: in by the chat, and out again. All tests together ask for no
// more links than one person is given.

const PUBLIC = 'https://bot.example.com';
/** As a proxy hands it on. */
const AT = { origin: PUBLIC, 'x-forwarded-proto': 'https', 'sec-fetch-site': 'same-origin' };

let vendor: SimulatedVendor;
let shop: Awaited<ReturnType<typeof makeShop>>;
let service: RunningService;
beforeAll(async () => {
  vendor = await startSimulatedVendor({ ...VENDOR });
  shop = await makeShop(vendor.url, { PUBLIC_URL: PUBLIC, LOG_LEVEL: 'trace', LIANTUOFU_CARD_DETAIL: 'off' });
  service = await startServiceProcess(shop.env);
});
afterAll(async () => {
  await service.end('SIGTERM');
  await vendor.close();
  await shop.clear();
});

let serial = 0;
const newId = () => `7100000000000${++serial}`;
const say = async (content: string, messageId = newId()) =>
  (await sayToApp(service.url, { content, messageId })).text ?? '';

async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${service.url}${path}`, { redirect: 'manual', ...init });
  return { status: answer.status, text: await answer.text(), cookies: answer.headers.getSetCookie() };
}
const press = (path: string, cookie = '', form: Readonly<Record<string, string>> = {}) =>
  ask(path, { method: 'POST', headers: { ...AT, cookie }, body: new URLSearchParams(form) });
const today = async (cookie: string) => (await ask('/console', { headers: { cookie } })).status;

const LINK = /https:\/\/bot\.example\.com(\/console\/login\/[\w-]{43})(?![\w-])/u;
async function link(messageId = newId()): Promise<string> {
  const [, path = ''] = LINK.exec(await say('控制台', messageId)) ?? [];
  expect(path).not.toBe('');
  return path;
}
async function logIn(): Promise<string> {
  const [set = ''] = (await press(await link())).cookies;
  expect(set).toMatch(/^__Host-console=[\w-]{43}; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/u);
  return set.split(';')[0] ?? '';
}

/** All that the service has written anywhere. */
async function written(): Promise<string> {
  const names = await readdir(shop.dataDir, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')));
  return [...texts, ...service.lines, service.errors()].join('\n');
}

test('a link that was asked for in the chat is looked at by whoever previews it, pressed once, and opens 今天', async () => {
  const messageId = newId();
  const path = await link(messageId);
  // A repeated delivery is told the same.
  expect(await say('控制台', messageId)).toContain(path);
  for (let times = 0; times < 2; times++) {
    const shown = await ask(path);
    expect([shown.status, shown.text.includes('张三'), shown.cookies]).toEqual([200, true, []]);
  }
  const foreign = await ask(path, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: new URLSearchParams(),
  });
  expect(foreign.status).toBe(403);
  const entered = await press(path);
  expect(entered.status).toBe(303);
  const cookie = entered.cookies[0]?.split(';')[0] ?? '';
  expect([await today(cookie), await today('')]).toEqual([200, 401]);
  expect((await press(path)).status).toBe(410);

  const all = await written();
  for (const secret of [path.split('/').at(-1) ?? '', cookie.split('=')[1] ?? '']) {
    expect(secret).toHaveLength(43);
    expect(all).not.toContain(secret);
  }
});

test('a receipt in an answer leads to its time line, which its person sees', async () => {
  const cookie = await logIn();
  const reply = await say('核销 914095353294404024 1');
  const [receipt = ''] = /R-[0-9A-Z]{8}/u.exec(reply) ?? [];
  const inBot = await sayToBot(service.url, { content: '@核销助手 记录', messageId: newId() });
  expect(inBot.text).toContain(`[${receipt}](${PUBLIC}/console/r/${receipt})`);
  const line = await ask(`/console/r/${receipt}`, { headers: { cookie } });
  expect(line.status).toBe(200);
  expect(line.text).toContain(receipt);
  expect(line.text).not.toContain('914095353294404024');
  expect((await ask(`/console/r/${receipt}`)).status).toBe(401);
});

test('in a group nobody is given a link', async () => {
  const { text } = await sayToBot(service.url, { content: '@核销助手 控制台', messageId: newId() });
  expect(text).toContain('单独');
  expect(text).not.toContain('/console/login');
});

test('退出登录 in the chat ends every login and every link', async () => {
  const cookie = await logIn();
  const waiting = await link();
  expect(await say('退出登录')).toContain('已退出');
  expect([await today(cookie), (await press(waiting)).status]).toEqual([401, 410]);
});

test('who is taken out of mapping.json is out, also from what stays open', async () => {
  const cookie = await logIn();
  const feed = await fetch(`${service.url}/console/feed?since=${Date.now()}`, { headers: { cookie } });
  expect(feed.headers.get('content-type')).toContain('text/event-stream');
  const file = join(shop.dataDir, 'mapping.json');
  const staff = MAPPING.staff.filter(({ user }) => user !== 'wecom:zhangsan');
  await writeFile(file, JSON.stringify({ ...MAPPING, staff }));
  await expect.poll(() => today(cookie)).toBe(401);
  // It ends at the next heartbeat.
  expect(await feed.text()).toContain('event: out');
  await writeFile(file, JSON.stringify(MAPPING));
  await expect.poll(() => today(cookie)).toBe(200);
});
