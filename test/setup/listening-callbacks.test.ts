import Router from '@koa/router';
import Koa from 'koa';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { readConfig, type LiveConfig } from '../../src/config.ts';
import { CannotListen } from '../../src/http/cannot-listen.ts';
import { createLog } from '../../src/log.ts';
import { startSimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startService } from '../../src/service.ts';
import { startListening } from '../../src/setup/listening.ts';
import { waitForFirstMessage } from '../../src/setup/listening/first-message.ts';
import type { Listening, ListeningView } from '../../src/setup/ports.ts';
import { pollBot, sayInDingtalk, sayToApp, sayToBot, tapBot } from '../support/chats.ts';
import { dingtalkCallback, dingtalkText } from '../support/dingtalk.ts';
import { FEISHU_APP, feishuCallback, feishuChallenge, feishuText } from '../support/gateways/feishu-callbacks.ts';
import { startFeishuGateway } from '../support/gateways/feishu.ts';
import { QUICK } from '../support/gateways/lines.ts';
import { startPlatforms } from '../support/platforms.ts';
import { post } from '../support/post.ts';
import { APP_KEYS, BOT_KEYS, DINGTALK_SECRET, makeShop, VENDOR } from '../support/service.ts';
import { botCallback, botPieces, botText, openBotReply, urlCheck } from '../support/wecom.ts';

const log = createLog({ level: 'silent' });
const CARD = '914095353294404024';
const OTHER_KEYS = { token: 'OtherToken01', aesKey: 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI', receiveId: '' };
const APP = {
  WECOM_CORP_ID: APP_KEYS.receiveId,
  WECOM_APP_AGENT_ID: '1000002',
  WECOM_APP_TOKEN: APP_KEYS.token,
  WECOM_APP_AES_KEY: APP_KEYS.aesKey,
};
const BOT = { WECOM_BOT_TOKEN: BOT_KEYS.token, WECOM_BOT_AES_KEY: BOT_KEYS.aesKey };
const DINGTALK = { DINGTALK_APP_SECRET: DINGTALK_SECRET, DINGTALK_MODE: 'http' };
const FEISHU = {
  FEISHU_APP_ID: FEISHU_APP.appId,
  FEISHU_APP_SECRET: FEISHU_APP.appSecret,
  FEISHU_ENCRYPT_KEY: FEISHU_APP.encryptKey,
  FEISHU_VERIFICATION_TOKEN: FEISHU_APP.verificationToken,
};

let open = new AsyncDisposableStack();
afterEach(async () => {
  const used = open;
  open = new AsyncDisposableStack();
  await used.disposeAsync();
});

function configOf(channels: Record<string, string>): LiveConfig {
  const config = readConfig({ LIANTUOFU_APP_ID: VENDOR.appId, LIANTUOFU_KEY: VENDOR.key, ...channels });
  if (config.mode !== 'live') throw new Error('not live');
  return config;
}

/** Listens with these settings at an address where `addRoutes` answers what it leaves. */
async function listen(channels: Record<string, string>, addRoutes: (router: Router) => void = () => undefined) {
  const listening = await startListening({ ...configOf(channels), log });
  const app = new Koa();
  app.use(listening.callbacks);
  const router = new Router();
  addRoutes(router);
  app.use(router.routes());
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.defer(async () => {
    await listening.stop();
    server.closeAllConnections();
    server.close();
  });
  return { listening, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const botOf = (listening: Listening) => listening.view().bots[0];
const seconds = () => ({ timestamp: String(Math.floor(Date.now() / 1000)) });

test('the address of a WeCom bot is checked by the console, and that is shown', async () => {
  const { listening, url } = await listen(BOT);
  expect(botOf(listening)).toMatchObject({ by: 'callbacks', path: '/wecom/bot', state: 'waiting', checkedAt: null });
  const { query } = urlCheck(BOT_KEYS, '1234567890123456789', seconds());
  const response = await fetch(`${url}/wecom/bot?${query.toString()}`);
  expect([response.status, await response.text()]).toEqual([200, '1234567890123456789']);
  expect(botOf(listening)?.state).toBe('up');
  expect(botOf(listening)?.checkedAt).toBeGreaterThan(Date.now() - 60_000);
});

test('the challenge of Feishu is answered and shown', async () => {
  const { listening, url } = await listen(FEISHU);
  const { status, body } = await post(url, '/feishu', feishuChallenge('ajls384kdjx98XX'));
  expect([status, JSON.parse(body)]).toEqual([200, { challenge: 'ajls384kdjx98XX' }]);
  expect(botOf(listening)).toMatchObject({ state: 'up', path: '/feishu' });
  expect(botOf(listening)?.checkedAt).not.toBeNull();
});

test('the check of DingTalk, which proves nothing, is answered and shown, and only a message says that the bot is up', async () => {
  const { listening, url } = await listen(DINGTALK);
  expect((await fetch(`${url}/dingtalk`, { method: 'POST' })).status).toBe(200);
  expect(botOf(listening)?.checkedAt).not.toBeNull();
  expect(botOf(listening)?.state).toBe('waiting');
  expect((await sayInDingtalk(url, '帮助')).text).toContain('请回到设置页面继续');
  expect(botOf(listening)?.state).toBe('up');
});

test.each([
  ['/wecom/app', APP, (url: string, content: string) => sayToApp(url, { content, messageId: '71' })],
  ['/wecom/bot', BOT, (url: string, content: string) => sayToBot(url, { content, messageId: 'M-71', chatId: 'wr1' })],
  ['/dingtalk', DINGTALK, (url: string, content: string) => sayInDingtalk(url, content, { msgId: 'D-71' })],
])('an order to %s is answered in the response, also when it is delivered again', async (_, channels, say) => {
  const { listening, url } = await listen(channels);
  const first = await say(url, `核销 ${CARD} 2`);
  expect(first).toMatchObject({ status: 200, finished: true });
  expect(first.text).toMatch(/^未提交/u);
  expect(await say(url, `核销 ${CARD} 2`)).toEqual(first);
  expect(listening.view().heard).toHaveLength(1);
  expect(await listening.stop()).toHaveLength(1);
});

test.each([
  ['/wecom/app', APP, (url: string, content: string, id: number) => sayToApp(url, { content, messageId: `8${id}` })],
  [
    '/wecom/bot',
    BOT,
    (url: string, content: string, id: number) => sayToBot(url, { content, messageId: `M-8${id}`, chatId: 'wr1' }),
  ],
  [
    '/dingtalk',
    DINGTALK,
    (url: string, content: string, id: number) => sayInDingtalk(url, content, { msgId: `D-8${id}` }),
  ],
])(
  'what %s was told while it was set up is told again by the live service, and never carried out',
  async (_, channels, say) => {
    const vendor = await startSimulatedVendor({ ...VENDOR, cards: [QUICK] });
    open.defer(() => vendor.close());
    const shop = await makeShop(vendor.url, {}, channels);
    open.defer(() => shop.clear());
    const { listening, url } = await listen(channels);
    const told = await say(url, `核销 ${CARD} 2`, 1);
    const config = readConfig(shop.env);
    if (config.mode !== 'live') throw new Error('not live');
    const service = await startService(config, { log, notCarriedOut: await listening.stop() });
    open.defer(() => service.stop());
    for (let at = 0; at < 3; at += 1) expect(await say(service.url, `核销 ${CARD} 2`, 1)).toEqual(told);
    expect((await say(service.url, `核销 ${CARD} 2`, 2)).text).toContain('核销成功');
    expect(vendor.books.consumptions).toHaveLength(1);
  },
);

test('a callback of Feishu is confirmed, and answered by the server API', async () => {
  const gateway = await startFeishuGateway();
  open.defer(() => gateway.close());
  const { listening, url } = await listen({ ...FEISHU, FEISHU_API_URL: gateway.url });
  const message = { messageId: 'om_72', group: 'oc_1', at: Date.now() };
  gateway.notes(message);
  const request = () => feishuCallback(feishuText(`@_user_1 核销 ${CARD}`, message), FEISHU_APP, seconds().timestamp);
  expect((await post(url, '/feishu', request())).status).toBe(200);
  await expect.poll(() => gateway.shown.length).toBe(1);
  expect(gateway.shown[0]?.text).toContain('未提交');
  expect((await post(url, '/feishu', request())).status).toBe(200);
  expect(await listening.stop()).toMatchObject([{ messageId: 'om_72', isTold: true }]);
  expect(gateway.shown).toHaveLength(1);
});

test('a message of DingTalk with a webhook is confirmed, and answered by that', async () => {
  const platforms = await startPlatforms();
  open.defer(() => platforms.close());
  const { listening, url } = await listen({ ...DINGTALK, DINGTALK_WEBHOOK_HOSTS: platforms.host });
  const sessionWebhook = platforms.sessionWebhook('s1');
  expect(await sayInDingtalk(url, `核销 ${CARD}`, { sessionWebhook })).toMatchObject({ status: 200, text: null });
  await expect.poll(() => platforms.delivered.map(({ text }) => text)).toEqual([expect.stringMatching(/^未提交/u)]);
  expect(await listening.stop()).toMatchObject([{ isTold: true }]);
});

test('a person who could not be told is told by the service that comes', async () => {
  const platforms = await startPlatforms();
  open.defer(() => platforms.close());
  const { listening, url } = await listen({ ...DINGTALK, DINGTALK_WEBHOOK_HOSTS: platforms.host });
  platforms.misbehave('dingtalk', 'reset', 100);
  await sayInDingtalk(url, `核销 ${CARD}`, { sessionWebhook: platforms.sessionWebhook('s2') });
  await expect.poll(() => platforms.calls('dingtalk')).toBeGreaterThan(0);
  expect(await listening.stop()).toMatchObject([{ isTold: false }]);
});

test('a picture, a tap, a yes and a card among words are told not to be submitted; talk is not', async () => {
  const { listening, url } = await listen(BOT);
  const chatId = 'wr1';
  const picture = botPieces([{ url: 'https://example.com/p', aeskey: BOT_KEYS.aesKey }]);
  const shown = { ...botText({ content: '', messageId: 'M-p', chatId }), ...picture };
  expect((await post(url, '/wecom/bot', botCallback(BOT_KEYS, shown, seconds()))).status).toBe(200);
  const update = await tapBot(url, { key: '确认 R-7K3M9Q2A', taskId: 'R-7K3M9Q2A_1', messageId: 'M-t', chatId });
  expect(JSON.stringify(update)).toContain('未提交');
  expect((await sayToBot(url, { content: '确认', messageId: 'M-y', chatId })).text).toContain('未提交');
  expect((await sayToBot(url, { content: `卡 ９１４０ 9535 啊`, messageId: 'M-w', chatId })).text).toContain('未提交');
  expect((await sayToBot(url, { content: '谢谢', messageId: 'M-h', chatId })).text).toContain('收到');
  expect((await listening.stop()).map(({ messageId }) => messageId)).toEqual(['M-p', 'M-t', 'M-y', 'M-w']);
});

test('a poll is told what its message was told, and that of another nothing that is not known', async () => {
  const { url } = await listen(BOT);
  const said = await sayToBot(url, { content: `核销 ${CARD}`, messageId: 'M-73', chatId: 'wr1' });
  expect(await pollBot(url, 'M-73')).toEqual(said);
  const unknown = await pollBot(url, 'M-of-another-service');
  expect(unknown.finished).toBe(true);
  expect(unknown.text).not.toContain('未提交');
});

test('another bot on the same path goes on to be served, and is no sign that something is wrong', async () => {
  const heard: string[] = [];
  const service = await startListening({
    ...configOf({ WECOM_BOT_TOKEN: OTHER_KEYS.token, WECOM_BOT_AES_KEY: OTHER_KEYS.aesKey }),
    log,
  });
  open.defer(async () => {
    await service.stop();
  });
  const { listening, url } = await listen(BOT, (router) => {
    router.all('/wecom/bot', async (ctx, next) => {
      heard.push(ctx.method);
      await service.callbacks(ctx, next);
    });
  });
  const { query } = urlCheck(OTHER_KEYS, '42', seconds());
  expect(await (await fetch(`${url}/wecom/bot?${query.toString()}`)).text()).toBe('42');
  const inner = botText({ content: `核销 ${CARD}`, messageId: 'M-74', chatId: 'wr1' });
  const { status, body } = await post(url, '/wecom/bot', botCallback(OTHER_KEYS, inner, seconds()));
  expect(status).toBe(200);
  expect(JSON.stringify(openBotReply(OTHER_KEYS, body))).toContain('未提交');
  expect(heard).toEqual(['GET', 'POST']);
  expect(service.view().heard).toHaveLength(1);
  expect(listening.view().heard).toEqual([]);
  expect(botOf(listening)).toMatchObject({ state: 'waiting', why: null, checkedAt: null });
});

test.each([
  ['WeCom', BOT, '/wecom/bot', /Token/u, () => botCallback(OTHER_KEYS, botText({ content: '帮助' }), seconds())],
  [
    'WeCom, of the same token',
    BOT,
    '/wecom/bot',
    /EncodingAESKey/u,
    () => botCallback({ ...BOT_KEYS, aesKey: OTHER_KEYS.aesKey }, botText({ content: '帮助' }), seconds()),
  ],
  [
    'DingTalk',
    DINGTALK,
    '/dingtalk',
    /Client Secret/u,
    () => dingtalkCallback('another secret', dingtalkText('帮助', { createAt: Date.now() }), String(Date.now())),
  ],
  [
    'Feishu',
    FEISHU,
    '/feishu',
    /Encrypt Key/u,
    () => feishuChallenge('x1', { ...FEISHU_APP, encryptKey: 'another key' }),
  ],
])('values that do not fit are said: %s', async (_, channels, path, names, request) => {
  const { listening, url } = await listen(channels);
  expect((await post(url, path, request())).status).toBe(404);
  expect(botOf(listening)?.state).toBe('down');
  expect(botOf(listening)?.why?.zh).toMatch(names);
  expect(botOf(listening)?.why?.en).toMatch(names);
  expect(listening.view().heard).toEqual([]);
});

test('what is wrong is over when something fits, and strangers change nothing then', async () => {
  const { listening, url } = await listen(BOT);
  const foreign = () => botCallback(OTHER_KEYS, botText({ content: '帮助' }), seconds());
  await post(url, '/wecom/bot', foreign());
  expect(botOf(listening)?.state).toBe('down');
  await sayToBot(url, { content: '帮助', messageId: 'M-75', chatId: 'wr1' });
  expect(botOf(listening)).toMatchObject({ state: 'up', why: null });
  await post(url, '/wecom/bot', foreign());
  expect(botOf(listening)).toMatchObject({ state: 'up', why: null });
});

test('garbage goes on to what stands behind, and fills nothing', async () => {
  const { listening, url } = await listen(BOT, (router) => router.get('/', (ctx) => void (ctx.body = 'the page')));
  expect(await (await fetch(url)).text()).toBe('the page');
  expect((await fetch(`${url}/wecom/bot`)).status).toBe(404);
  expect((await fetch(`${url}/wecom/bot`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${url}/wecom/bot`, { method: 'PUT', body: '{' })).status).toBe(404);
  expect((await fetch(`${url}/wecom/bot`, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
  expect((await fetch(`${url}/wecom/nothing`, { method: 'POST', body: '{' })).status).toBe(404);
  expect(botOf(listening)).toMatchObject({ state: 'waiting', why: null, checkedAt: null });
  expect(listening.view().heard).toEqual([]);
});

test('once it has stopped, callbacks go to what stands behind, with their bodies', async () => {
  const { listening, url } = await listen(BOT, (router) => {
    router.post('/wecom/bot', async (ctx) => {
      const chunks: Buffer[] = [];
      for await (const chunk of ctx.req as AsyncIterable<Buffer>) chunks.push(chunk);
      ctx.body = Buffer.concat(chunks).toString();
    });
  });
  await listening.stop();
  const request = botCallback(BOT_KEYS, botText({ content: '帮助' }), seconds());
  expect((await post(url, '/wecom/bot', request)).body).toBe(request.body.toString());
});

test('fifty people are shown, the latest first, and each once', async () => {
  const { listening, url } = await listen(BOT);
  for (let at = 0; at < 55; at += 1)
    await sayToBot(url, { content: `帮助 ${at}`, user: `user${at}`, messageId: `M-u${at}`, chatId: 'wr1' });
  await sayToBot(url, { content: '帮'.repeat(500), user: 'user20', messageId: 'M-long', chatId: 'wr1' });
  const { heard } = listening.view();
  expect(heard).toHaveLength(50);
  expect(heard.slice(0, 3).map(({ user }) => user)).toEqual(['wecom:user20', 'wecom:user54', 'wecom:user53']);
  expect(heard[0]?.text.length).toBeLessThanOrEqual(60);
});

test('without a service, the first message of a callback is waited for, and an order is kept as not carried out', async () => {
  const vendor = await startSimulatedVendor({ ...VENDOR, cards: [QUICK] });
  open.defer(() => vendor.close());
  const port = await freePort();
  const shop = await makeShop(vendor.url, { PORT: String(port) }, BOT);
  open.defer(() => shop.clear());
  const config = readConfig(shop.env);
  if (config.mode !== 'live') throw new Error('not live');
  const views: ListeningView[] = [];
  const waiting = waitForFirstMessage(config, { withinMs: 10_000, onView: (view) => views.push(view), log });
  await expect.poll(() => views.length).toBe(1);
  const say = (url: string) => sayToBot(url, { content: `核销 ${CARD}`, messageId: 'M-91', chatId: 'wr1' });
  await expect.poll(() => say(`http://127.0.0.1:${port}`).catch(() => null)).toMatchObject({ status: 200 });
  expect(await waiting).toMatchObject({ user: 'wecom:zhangsan' });

  const service = await startService(config, { log });
  open.defer(() => service.stop());
  expect((await say(service.url)).text).toContain('未提交');
  expect(vendor.books.consumptions).toEqual([]);
});

test('nobody writes, and what cannot be listened on is said', async () => {
  const { dataDir, env, clear } = await makeShop('http://127.0.0.1:1', {}, BOT);
  open.defer(clear);
  const config = readConfig({ ...env, PORT: '0' });
  if (config.mode !== 'live') throw new Error('not live');
  expect(await waitForFirstMessage(config, { withinMs: 0, log })).toBeNull();
  expect(await readdir(dataDir)).toEqual(['mapping.json']);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  open.defer(async () => void taken.close());
  const { port } = taken.address() as AddressInfo;
  await expect(waitForFirstMessage({ ...config, port }, { withinMs: 0, log })).rejects.toBeInstanceOf(CannotListen);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
