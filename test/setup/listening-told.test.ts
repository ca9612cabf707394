import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { CannotListen } from '../../src/http/cannot-listen.ts';
import { startSimulatedVendor } from '../../src/sandbox/vendor.ts';
import { startService } from '../../src/service.ts';
import { waitForFirstMessage } from '../../src/setup/listening/first-message.ts';
import type { ListeningView } from '../../src/setup/ports.ts';
import { sayInDingtalk, sayToApp, sayToBot } from '../support/chats.ts';
import { dingtalkText } from '../support/dingtalk.ts';
import { FEISHU_APP, feishuCallback, feishuText } from '../support/gateways/feishu-callbacks.ts';
import { startFeishuGateway } from '../support/gateways/feishu.ts';
import { QUICK } from '../support/gateways/lines.ts';
import { startPlatforms } from '../support/platforms.ts';
import { post } from '../support/post.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET, makeShop, VENDOR } from '../support/service.ts';
import { APP, BOT, botOf, CARD, DINGTALK, FEISHU, listenAt, log, seconds } from './listening-at.ts';

let open = new AsyncDisposableStack();
afterEach(async () => {
  const used = open;
  open = new AsyncDisposableStack();
  await used.disposeAsync();
});
const listen = (channels: Record<string, string>) => listenAt(open, channels);

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

test('a message of DingTalk that is for another robot than was given is said', async () => {
  const platforms = await startPlatforms();
  open.defer(() => platforms.close());
  const { listening } = await listen({
    ...{ DINGTALK_CLIENT_ID, DINGTALK_APP_SECRET: DINGTALK_SECRET, DINGTALK_ROBOT_CODE: 'dinganother' },
    ...{ DINGTALK_API_URL: platforms.url, DINGTALK_WEBHOOK_HOSTS: platforms.host },
  });
  await expect.poll(() => botOf(listening)?.state).toBe('up');
  await expect.poll(() => platforms.dingtalk.connected()).toBe(1);
  platforms.dingtalk.say(dingtalkText('帮助', { msgId: 'D-92', createAt: Date.now() }));
  await expect.poll(() => botOf(listening)?.state).toBe('down');
  expect(botOf(listening)?.why?.zh).toContain('RobotCode');
  expect(listening.view().heard).toEqual([]);
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
