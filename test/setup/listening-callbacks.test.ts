import type Router from '@koa/router';
import { afterEach, expect, test } from 'vitest';
import { startListening } from '../../src/setup/listening.ts';
import { pollBot, sayInDingtalk, sayToApp, sayToBot, tapBot } from '../support/chats.ts';
import { dingtalkCallback, dingtalkText } from '../support/dingtalk.ts';
import { FEISHU_APP, feishuChallenge } from '../support/gateways/feishu-callbacks.ts';
import { post } from '../support/post.ts';
import { BOT_KEYS } from '../support/service.ts';
import { askPublicly, USER_AGENT } from '../../src/setup/checks/public-ask.ts';
import { doorsOf } from '../../src/setup/checks/public-doors.ts';
import { botCallback, botPieces, botText, openBotReply, urlCheck } from '../support/wecom.ts';
import {
  APP,
  BOT,
  botOf,
  CARD,
  configOf,
  DINGTALK,
  FEISHU,
  listenAt,
  log,
  OTHER_KEYS,
  seconds,
} from './listening-at.ts';

let open = new AsyncDisposableStack();
afterEach(async () => {
  const used = open;
  open = new AsyncDisposableStack();
  await used.disposeAsync();
});
const listen = (channels: Record<string, string>, addRoutes?: (router: Router) => void) =>
  listenAt(open, channels, addRoutes);

test('the address of a WeCom bot is checked by the console, and that is shown', async () => {
  const { listening, url } = await listen(BOT);
  expect(botOf(listening)).toMatchObject({ by: 'callbacks', path: '/wecom/bot', state: 'waiting', checkedAt: null });
  const { query } = urlCheck(BOT_KEYS, '1234567890123456789', seconds());
  const response = await fetch(`${url}/wecom/bot?${query.toString()}`);
  expect([response.status, await response.text()]).toEqual([200, '1234567890123456789']);
  expect(botOf(listening)?.state).toBe('up');
  expect(botOf(listening)?.checkedAt).toBeGreaterThan(Date.now() - 60_000);
});

test('what the setup itself asks at the public address is answered, and is no check of the console', async () => {
  const { listening, url } = await listen(FEISHU);
  const own = { 'user-agent': USER_AGENT };
  const challenge = feishuChallenge('ajls384kdjx98XX');
  const asked = await post(url, '/feishu', { ...challenge, headers: { ...challenge.headers, ...own } });
  expect(JSON.parse(asked.body)).toEqual({ challenge: 'ajls384kdjx98XX' });
  expect(await post(url, '/feishu', { ...challenge, body: Buffer.from('{}'), headers: own })).toMatchObject({
    status: 403,
  });
  expect(botOf(listening)).toMatchObject({ state: 'waiting', checkedAt: null, why: null });
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
  const { listening, url, stop } = await listen(channels);
  const first = await say(url, `核销 ${CARD} 2`);
  expect(first).toMatchObject({ status: 200, finished: true });
  expect(first.text).toMatch(/^未提交/u);
  expect(await say(url, `核销 ${CARD} 2`)).toEqual(first);
  expect(listening.view().heard).toHaveLength(1);
  expect(await stop()).toHaveLength(1);
});

test('a picture, a tap, a yes and a card among words are told not to be submitted; talk is not', async () => {
  const { url, stop } = await listen(BOT);
  const chatId = 'wr1';
  const picture = botPieces([{ url: 'https://example.com/p', aeskey: BOT_KEYS.aesKey }]);
  const shown = { ...botText({ content: '', messageId: 'M-p', chatId }), ...picture };
  expect((await post(url, '/wecom/bot', botCallback(BOT_KEYS, shown, seconds()))).status).toBe(200);
  const update = await tapBot(url, { key: '确认 R-7K3M9Q2A', taskId: 'R-7K3M9Q2A_1', messageId: 'M-t', chatId });
  expect(JSON.stringify(update)).toContain('未提交');
  expect((await sayToBot(url, { content: '确认', messageId: 'M-y', chatId })).text).toContain('未提交');
  expect((await sayToBot(url, { content: `卡 ９１４０ 9535 啊`, messageId: 'M-w', chatId })).text).toContain('未提交');
  expect((await sayToBot(url, { content: '谢谢', messageId: 'M-h', chatId })).text).toContain('收到');
  expect((await stop()).map(({ messageId }) => messageId)).toEqual(['M-p', 'M-t', 'M-y', 'M-w']);
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
    keep: async () => undefined,
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

test.each([
  ['/wecom/app', APP],
  ['/wecom/bot', BOT],
  ['/dingtalk', DINGTALK],
  ['/feishu', FEISHU],
])('the check of the public address finds %s while the setup listens', async (path, channels) => {
  const { listening, url } = await listen(channels);
  const { proxy, channels: bots } = configOf(channels);
  const doors = doorsOf(bots);
  const knocked = await askPublicly({ proxy }, url, AbortSignal.timeout(5_000), ({ ask }) =>
    Promise.all(doors.map((door) => door.knock(ask, Date.now))),
  );
  expect([doors.map((door) => door.path), knocked]).toEqual([[path], [{ kind: 'ours' }]]);
  expect(botOf(listening)).toMatchObject({ state: 'waiting', checkedAt: null, why: null });
});
