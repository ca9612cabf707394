import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startChild, type Child } from '../support/child.ts';
import { dingtalkText } from '../support/dingtalk.ts';
import { startPlatforms, type Platforms } from '../support/platforms.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET, VENDOR } from '../support/service.ts';

const CARD = SANDBOX_CARDS.find(({ manner }) => manner === 'normal')?.card ?? '';
const SLOW = SANDBOX_CARDS.find(({ manner }) => manner === 'slow')?.card ?? CARD;

interface State {
  readonly revision: number;
  readonly world: string;
  readonly listening: {
    readonly bots: readonly { readonly state: string }[];
    readonly heard: readonly { readonly user: string }[];
  } | null;
  readonly live: { readonly state: string; readonly why: { readonly en: string } | null };
}

let dataDir: string;
let vendor: SimulatedVendor;
let platforms: Platforms;
let child: Child;
let url: string;
let cookie = '';

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'setup-'));
  vendor = await startSimulatedVendor(VENDOR);
  platforms = await startPlatforms({ dingtalk: { redeliverAfterMs: 1_000, closeAfterMs: 500 } });
  child = startChild('src/main.ts', { PORT: '0', DATA_DIR: dataDir, CONFIRM_REPEAT_WITHIN_S: '0' });
  const line = await child.line((each) => each.includes('enter the code'));
  const [, address = '', code = ''] = /open (http:\S+)\/setup and enter the code ([A-Z2-9-]+)/u.exec(line) ?? [];
  url = address;
  cookie = '';
  const entered = await post('/setup/enter', { code });
  cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
});
afterEach(async () => {
  if (child.process.exitCode === null) await child.end('SIGKILL');
  await platforms.close();
  await vendor.close();
  await rm(dataDir, { recursive: true });
});

const post = (path: string, fields: Record<string, string>) =>
  fetch(`${url}${path}`, {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) },
    headers: { origin: url, cookie },
  });
const state = async () => (await (await fetch(`${url}/setup/state`, { headers: { cookie } })).json()) as State;

/** Sends a form of the page as it is now; it has to be taken. */
async function fill(path: string, fields: Record<string, string>): Promise<void> {
  const { revision } = await state();
  const answer = await post(path, { revision: String(revision), ...fields });
  expect([path, answer.status, answer.status === 303 ? '' : await answer.text()]).toEqual([path, 303, '']);
}

function say(text: string): string {
  const session = randomUUID();
  platforms.dingtalk.say(
    dingtalkText(text, {
      ...{ msgId: session, createAt: Date.now(), sessionWebhook: platforms.sessionWebhook(session) },
      sessionWebhookExpiredTime: Date.now() + 5_400_000,
    }),
  );
  return session;
}
const answerTo = async (session: string) => (await platforms.delivery(({ to }) => to === session)).text;
const until = (accept: (now: State) => boolean) =>
  expect.poll(async () => accept(await state()), { timeout: 30_000 }).toBe(true);

/** Everything up to the last step. */
async function fillIn(): Promise<void> {
  await fill('/setup/vendor', { appId: VENDOR.appId, key: VENDOR.key, url: vendor.url });
  await fill('/setup/platform/way', { way: 'dingtalk-connection' });
  await fill('/setup/platform', {
    DINGTALK_CLIENT_ID,
    DINGTALK_APP_SECRET: DINGTALK_SECRET,
    DINGTALK_API_URL: platforms.url,
  });
  await until(({ listening }) => listening?.bots[0]?.state === 'up');
}

test('from the sandbox to a redemption in the real group, at one address and without a file touched by hand', async () => {
  await fillIn();
  expect(await answerTo(say(`核销 ${CARD} 1`))).toContain('未提交');
  await until(({ listening }) => (listening?.heard.length ?? 0) > 0);
  const user = (await state()).listening?.heard[0]?.user ?? '';
  await fill('/setup/people', {
    'stores[0].code': 'EW_N2949193145',
    'stores[0].name': '人民路店',
    'staff[0].user': user,
    'staff[0].name': '小王',
    'staff[0].employeeId': '12',
    'staff[0].store': 'EW_N2949193145',
    'staff[0].role': 'manager',
  });
  // One that is under way in the sandbox ends first.
  await fetch(`${url}/sandbox/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person: 'zhangsan', text: `核销 ${SLOW} 1` }),
  });
  await fill('/setup/summary', {});
  await until(({ live }) => live.state === 'live' || live.state === 'failed');
  expect(await state()).toMatchObject({ world: 'live', live: { state: 'live', why: null } });

  expect(await answerTo(say(`核销 ${CARD} 1`))).toContain('核销成功');
  expect(vendor.books.consumptions).toHaveLength(1);
  expect((await stat(join(dataDir, '.env'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(dataDir, '.env'), 'utf8')).toContain(VENDOR.appId);
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect(await child.end('SIGTERM')).toBe(0);
});

test('what was typed and not gone live with leaves no file, and the program ends as always', async () => {
  await fillIn();
  expect(await child.end('SIGTERM')).toBe(0);
  await expect(stat(join(dataDir, '.env'))).rejects.toThrow('ENOENT');
});
