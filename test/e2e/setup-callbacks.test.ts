import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SANDBOX_CARDS } from '../../src/sandbox/cards.ts';
import { startSimulatedVendor, type SimulatedVendor } from '../../src/sandbox/vendor.ts';
import { FEISHU_APP, feishuCallback, feishuText } from '../support/gateways/feishu-callbacks.ts';
import { startFeishuGateway } from '../support/gateways/feishu.ts';
import { QUICK } from '../support/gateways/lines.ts';
import { APP_SECRET, startPlatforms } from '../support/platforms.ts';
import { post } from '../support/post.ts';
import { APP_KEYS, VENDOR } from '../support/service.ts';
import { appCallback, appText, botCallback, botText, openAppReply, openBotReply } from '../support/wecom.ts';
import { peopleWith, startInSetup, type ProgramInSetup } from './setup-program.ts';

const CARD = SANDBOX_CARDS.find(({ manner }) => manner === 'normal')?.card ?? '';

let open: AsyncDisposableStack;
let vendor: SimulatedVendor;
let program: ProgramInSetup;

beforeEach(async () => {
  open = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'setup-'));
  open.defer(() => rm(dataDir, { recursive: true }));
  vendor = await startSimulatedVendor({ ...VENDOR, cards: [{ ...QUICK, balance: 999 }] });
  open.defer(() => vendor.close());
  program = await startInSetup(dataDir);
  const { child } = program;
  open.defer(async () => {
    if (child.process.exitCode === null) await child.end('SIGKILL');
  });
});
afterEach(() => open.disposeAsync());

/** What a platform delivers, and what its person was told of it so far: in the answers to the deliveries, and late. */
interface Chat {
  readonly way: string;
  readonly user: string;
  readonly values: Record<string, string>;
  /** Takes the values that the page shows to be pasted into the console. */
  paste?(codes: readonly string[]): void;
  deliver(text: string, id: string): Promise<void>;
  told(id: string): readonly string[];
}

const seconds = () => ({ timestamp: String(Math.floor(Date.now() / 1_000)) });
const isToken = (code: string) => /^[A-Za-z0-9]{32}$/u.test(code);
const isAesKey = (code: string) => /^[A-Za-z0-9]{43}$/u.test(code);

async function wecomApp(): Promise<Chat> {
  const platforms = await startPlatforms();
  open.defer(() => platforms.close());
  const answers = new Map<string, string[]>();
  let keys = APP_KEYS;
  return {
    ...{ way: 'wecom-app-callbacks', user: 'wecom:zhangsan' },
    values: {
      WECOM_CORP_ID: APP_KEYS.receiveId,
      WECOM_APP_AGENT_ID: '1000002',
      WECOM_APP_SECRET: APP_SECRET,
      WECOM_API_URL: platforms.url,
    },
    paste(codes) {
      keys = { ...keys, token: codes.find(isToken) ?? '', aesKey: codes.find(isAesKey) ?? '' };
    },
    async deliver(text, id) {
      const inner = appText(keys.receiveId, { content: text, messageId: id });
      const { status, body } = await post(program.url, '/wecom/app', appCallback(keys, inner, seconds()));
      expect(status).toBe(200);
      if (body === '') return;
      answers.set(id, [...(answers.get(id) ?? []), (await openAppReply(keys, body)).Content]);
    },
    told: (id) => answers.get(id) ?? [],
  };
}

async function wecomBot(): Promise<Chat> {
  const answers = new Map<string, string[]>();
  let keys = { token: '', aesKey: '', receiveId: '' };
  return {
    ...{ way: 'wecom-bot-callbacks', user: 'wecom:zhangsan', values: {} },
    paste(codes) {
      keys = { ...keys, token: codes.find(isToken) ?? '', aesKey: codes.find(isAesKey) ?? '' };
    },
    async deliver(text, id) {
      const inner = botText({ content: text, messageId: `M-${id}`, chatId: 'wr1' });
      const { status, body } = await post(program.url, '/wecom/bot', botCallback(keys, inner, seconds()));
      expect(status).toBe(200);
      if (body === '') return;
      answers.set(id, [...(answers.get(id) ?? []), JSON.stringify(openBotReply(keys, body))]);
    },
    told: (id) => answers.get(id) ?? [],
  };
}

async function feishu(): Promise<Chat> {
  const gateway = await startFeishuGateway();
  open.defer(() => gateway.close());
  const messageOf = (id: string) => ({ messageId: `om_${id}`, group: 'oc_1', at: Date.now() });
  return {
    ...{ way: 'feishu-callbacks', user: 'feishu:ou_staff001' },
    values: {
      FEISHU_APP_ID: FEISHU_APP.appId,
      FEISHU_APP_SECRET: FEISHU_APP.appSecret,
      FEISHU_ENCRYPT_KEY: FEISHU_APP.encryptKey,
      FEISHU_VERIFICATION_TOKEN: FEISHU_APP.verificationToken,
      FEISHU_API_URL: gateway.url,
    },
    async deliver(text, id) {
      const message = messageOf(id);
      gateway.notes(message);
      const said = feishuText(`@_user_1 ${text}`, message);
      expect((await post(program.url, '/feishu', feishuCallback(said, FEISHU_APP, seconds().timestamp))).status).toBe(
        200,
      );
    },
    told: (id) => gateway.shown.filter((shown) => shown.replyTo === `om_${id}`).map(({ text }) => text),
  };
}

test.each([
  ['WeCom app', wecomApp],
  ['WeCom AI bot', wecomBot],
  ['Feishu', feishu],
])(
  'callbacks of %s that come while it goes live are carried out once or told not to be, and what was told stays',
  { timeout: 90_000 },
  async (_, begin) => {
    const chat = await begin();
    const { url, fill, page, until, goLive } = program;
    await fill('/setup/vendor', { appId: VENDOR.appId, key: VENDOR.key, url: vendor.url });
    await fill('/setup/platform/way', { way: chat.way });
    await fill('/setup/platform', { PUBLIC_URL: url, ...chat.values });
    const codes = [...(await page('/setup/connect')).matchAll(/<code>([^<]*)</gu)].map(([, code = '']) => code);
    chat.paste?.(codes);

    const order = (id: string) => chat.deliver(`核销 ${QUICK.card} 1 第${id}单`, id);
    const spent = (id: string) => vendor.books.consumptions.filter(({ remark }) => remark.startsWith(`第${id}单`));
    await order('1');
    await expect.poll(() => chat.told('1')[0]).toContain('未提交');
    await until(({ listening }) => listening?.bots[0]?.state === 'up');

    // The sandbox has a bot of its own meanwhile.
    await fetch(`${url}/sandbox/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ person: 'zhangsan', text: `核销 ${CARD} 1` }),
    });
    await expect.poll(async () => (await fetch(`${url}/sandbox/chat`)).text()).toContain('核销成功');

    await fill('/setup/people', peopleWith(chat.user));
    const during: string[] = [];
    const over = new AbortController();
    const asking = (async () => {
      for (let id = 2; !over.signal.aborted; id += 1) {
        during.push(String(id));
        await Promise.all([order('1'), order(String(id))]);
        await sleep(20);
      }
    })();
    expect(await goLive()).toMatchObject({ world: 'live', live: { state: 'live' } });
    await sleep(300);
    over.abort();
    await asking;

    for (const id of during) await expect.poll(() => chat.told(id).length).toBeGreaterThan(0);
    for (const id of ['1', ...during]) await order(id);
    for (const id of during) {
      const isRefused = chat.told(id).some((text) => text.includes('未提交'));
      expect([id, spent(id).length]).toEqual([id, isRefused ? 0 : 1]);
      expect([id, chat.told(id).some((text) => text.includes('核销成功'))]).toEqual([id, !isRefused]);
    }
    expect(during.some((id) => spent(id).length === 1)).toBe(true);
    expect(spent('1')).toEqual([]);
    expect(chat.told('1').every((text) => text.includes('未提交'))).toBe(true);
  },
);
