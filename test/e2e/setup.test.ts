import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockLedger } from '../../src/ledger/sqlite/lock.ts';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { dingtalkText } from '../support/dingtalk.ts';
import { startPlatforms, type Platforms } from '../support/platforms.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET, startServiceProcess, VENDOR } from '../support/service.ts';
import { peopleWith, startInSetup, type ProgramInSetup } from './setup-program.ts';

const CARD = SANDBOX_CARDS.find(({ manner }) => manner === 'normal')?.card ?? '';
const SLOW = SANDBOX_CARDS.find(({ manner }) => manner === 'slow')?.card ?? CARD;

let dataDir: string;
let vendor: SimulatedVendor;
let platforms: Platforms;
let program: ProgramInSetup;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'setup-'));
  vendor = await startSimulatedVendor(VENDOR);
  platforms = await startPlatforms({ dingtalk: { redeliverAfterMs: 1_000, closeAfterMs: 500 } });
  program = await startInSetup(dataDir);
});
afterEach(async () => {
  const { child } = program;
  if (child.process.exitCode === null && child.process.signalCode === null) await child.end('SIGKILL');
  await platforms.close();
  await vendor.close();
  await rm(dataDir, { recursive: true });
});

/** `id`: of a message that may be delivered again. */
function say(text: string, id: string = randomUUID()): string {
  platforms.dingtalk.say(
    dingtalkText(text, {
      ...{ msgId: id, createAt: Date.now(), sessionWebhook: platforms.sessionWebhook(id) },
      sessionWebhookExpiredTime: Date.now() + 5_400_000,
    }),
  );
  return id;
}
const answerTo = async (session: string) => (await platforms.delivery(({ to }) => to === session)).text;

/** Everything up to the people. */
async function fillIn(): Promise<void> {
  await program.fill('/setup/vendor', { appId: VENDOR.appId, key: VENDOR.key, url: vendor.url });
  await program.fill('/setup/platform/way', { way: 'dingtalk-connection' });
  await program.fill('/setup/platform', {
    DINGTALK_CLIENT_ID,
    DINGTALK_APP_SECRET: DINGTALK_SECRET,
    DINGTALK_API_URL: platforms.url,
  });
  await program.until(({ listening }) => listening?.bots[0]?.state === 'up');
}

test('from the sandbox to a redemption in the real group, at one address and without a file touched by hand', async () => {
  const { url, child, fill, state, until, goLive } = program;
  await fillIn();
  expect(await answerTo(say(`核销 ${CARD} 1`))).toContain('未提交');
  await until(({ listening }) => (listening?.heard.length ?? 0) > 0);
  await fill('/setup/people', peopleWith((await state()).listening?.heard[0]?.user ?? ''));
  // One that is under way in the sandbox ends first.
  await fetch(`${url}/sandbox/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person: 'zhangsan', text: `核销 ${SLOW} 1` }),
  });
  expect(await goLive()).toMatchObject({ world: 'live', live: { state: 'live', why: null } });

  expect(await answerTo(say(`核销 ${CARD} 1`))).toContain('核销成功');
  expect(vendor.books.consumptions).toHaveLength(1);
  expect((await stat(join(dataDir, '.env'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(dataDir, '.env'), 'utf8')).toContain(VENDOR.appId);
  expect((await fetch(`${url}/`)).status).toBe(404);

  // Set up once more, while a call of the live service is under way: that ends first, and its person is told.
  await fill('/setup/people', { ...peopleWith('dingtalk:staff001'), 'stores[0].name': '解放路店' });
  const slow = say(`核销 ${SLOW} 1`);
  await expect.poll(() => vendor.books.consumptions.length).toBe(2);
  expect(await goLive()).toMatchObject({ world: 'live', live: { state: 'live', why: null } });
  expect(await answerTo(slow)).toMatch(/核销成功[^]*人民路店/u);
  expect(await answerTo(say(`核销 ${CARD} 1`))).toMatch(/核销成功[^]*解放路店/u);
  expect(vendor.books.consumptions).toHaveLength(3);
  expect(platforms.delivered.filter(({ to }) => to === slow).map(({ text }) => text)).not.toContain('结果未知');
  expect(await child.end('SIGTERM')).toBe(0);
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'left by %s, the setup leaves no settings, and what was told not to be submitted is not carried out by a later start',
  async (signal) => {
    await fillIn();
    const order = randomUUID();
    const text = `核销 ${CARD} 1`;
    expect(await answerTo(say(text, order))).toContain('未提交');
    expect(await program.child.end(signal)).toBe(signal === 'SIGTERM' ? 0 : null);
    await expect(stat(join(dataDir, '.env'))).rejects.toThrow('ENOENT');

    const live = await startServiceProcess({
      ...{ PORT: '0', DATA_DIR: dataDir, ADMINS: 'dingtalk:staff001', DINGTALK_CLIENT_ID },
      ...{ LIANTUOFU_URL: vendor.url, LIANTUOFU_APP_ID: VENDOR.appId, LIANTUOFU_KEY: VENDOR.key },
      ...{ DINGTALK_APP_SECRET: DINGTALK_SECRET, DINGTALK_API_URL: platforms.url },
    });
    try {
      await expect.poll(() => platforms.dingtalk.connected()).toBe(1);
      say(text, order);
      // What comes after it has been heard after it.
      expect(await answerTo(say('帮助'))).toContain('核销');
      expect(new Set(platforms.delivered.filter(({ to }) => to === order).map((each) => each.text)).size).toBe(1);
      expect(vendor.books.consumptions).toEqual([]);
    } finally {
      await live.end('SIGTERM');
    }
  },
);

test('a start that fails puts everything back, and what was told goes to the one that succeeds', async () => {
  const { url, fill, until, goLive } = program;
  await fillIn();
  const order = randomUUID();
  const text = `核销 ${CARD} 1`;
  expect(await answerTo(say(text, order))).toContain('未提交');
  await fill('/setup/people', peopleWith('dingtalk:staff001'));
  const other = lockLedger(join(dataDir, 'ledger.db.lock'));
  try {
    expect(await goLive()).toMatchObject({
      world: 'sandbox',
      live: { state: 'failed', why: { en: expect.stringContaining('another service is running') as string } },
    });
    expect((await fetch(`${url}/`)).status).toBe(200);
    await expect(stat(join(dataDir, '.env'))).rejects.toThrow('ENOENT');
    await expect(stat(join(dataDir, 'mapping.json'))).rejects.toThrow('ENOENT');
    await until(({ listening }) => listening?.bots[0]?.state === 'up');
    expect(await answerTo(say(text))).toContain('未提交');
  } finally {
    other.close();
  }
  expect(await goLive()).toMatchObject({ world: 'live', live: { state: 'live', why: null } });
  await expect.poll(() => platforms.dingtalk.connected()).toBe(1);
  say(text, order);
  expect(await answerTo(say(text))).toContain('核销成功');
  expect(vendor.books.consumptions).toHaveLength(1);
});

test('told to stop while it goes live, the program ends, with settings that are whole or none', async () => {
  const { child, fill, post, state } = program;
  await fillIn();
  await fill('/setup/people', peopleWith('dingtalk:staff001'));
  const { revision } = await state();
  await post('/setup/summary', { revision: String(revision) });
  expect(await child.end('SIGTERM')).toBe(0);
  const written = await readFile(join(dataDir, '.env'), 'utf8').catch(() => '');
  expect(written === '' || written.includes(DINGTALK_SECRET)).toBe(true);
});
