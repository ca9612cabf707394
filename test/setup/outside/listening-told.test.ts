import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { keepNotCarriedOut } from '../../../src/ledger/not-carried-out.ts';
import { startSimulatedVendor } from '../../../src/sandbox/vendor.ts';
import { startService } from '../../../src/service.ts';
import { sayInDingtalk, sayToApp, sayToBot } from '../../support/chats.ts';
import { dingtalkText } from '../../support/dingtalk.ts';
import { FEISHU_APP, feishuCallback, feishuText } from '../../support/gateways/feishu-callbacks.ts';
import { startFeishuGateway } from '../../support/gateways/feishu.ts';
import { QUICK } from '../../support/gateways/lines.ts';
import { startPlatforms } from '../../support/platforms.ts';
import { post } from '../../support/post.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET, makeShop, VENDOR } from '../../support/service.ts';
import { APP, BOT, botOf, CARD, DINGTALK, FEISHU, listenAt, log, seconds } from '../listening-at.ts';

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
    const { url, stop } = await listen(channels);
    const told = await say(url, `核销 ${CARD} 2`, 1);
    const config = readConfig(shop.env);
    if (config.mode !== 'live') throw new Error('not live');
    await keepNotCarriedOut(config.dataDir, await stop());
    const service = await startService(config, { log });
    open.defer(() => service.stop());
    for (let at = 0; at < 3; at += 1) expect(await say(service.url, `核销 ${CARD} 2`, 1)).toEqual(told);
    expect((await say(service.url, `核销 ${CARD} 2`, 2)).text).toContain('核销成功');
    expect(vendor.books.consumptions).toHaveLength(1);
  },
);

test('a callback of Feishu is confirmed, and answered by the server API', async () => {
  const gateway = await startFeishuGateway();
  open.defer(() => gateway.close());
  const { stop, url } = await listen({ ...FEISHU, FEISHU_API_URL: gateway.url });
  const message = { messageId: 'om_72', group: 'oc_1', at: Date.now() };
  gateway.notes(message);
  const request = () => feishuCallback(feishuText(`@_user_1 核销 ${CARD}`, message), FEISHU_APP, seconds().timestamp);
  expect((await post(url, '/feishu', request())).status).toBe(200);
  await expect.poll(() => gateway.shown.length).toBe(1);
  expect(gateway.shown[0]?.text).toContain('未提交');
  expect((await post(url, '/feishu', request())).status).toBe(200);
  expect(await stop()).toMatchObject([{ messageId: 'om_72', isTold: true }]);
  expect(gateway.shown).toHaveLength(1);
});

test('a message of DingTalk with a webhook is confirmed, and answered by that', async () => {
  const platforms = await startPlatforms();
  open.defer(() => platforms.close());
  const { stop, url } = await listen({ ...DINGTALK, DINGTALK_WEBHOOK_HOSTS: platforms.host });
  const sessionWebhook = platforms.sessionWebhook('s1');
  expect(await sayInDingtalk(url, `核销 ${CARD}`, { sessionWebhook })).toMatchObject({ status: 200, text: null });
  await expect.poll(() => platforms.delivered.map(({ text }) => text)).toEqual([expect.stringMatching(/^未提交/u)]);
  expect(await stop()).toMatchObject([{ isTold: true }]);
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
  const { stop, url } = await listen({ ...DINGTALK, DINGTALK_WEBHOOK_HOSTS: platforms.host });
  platforms.misbehave('dingtalk', 'reset', 100);
  await sayInDingtalk(url, `核销 ${CARD}`, { sessionWebhook: platforms.sessionWebhook('s2') });
  await expect.poll(() => platforms.calls('dingtalk')).toBeGreaterThan(0);
  expect(await stop()).toMatchObject([{ isTold: false }]);
});
