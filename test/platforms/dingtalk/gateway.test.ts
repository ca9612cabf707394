import { createRequire } from 'node:module';
import type { AxiosStatic } from 'axios';
import type * as sdk from 'dingtalk-stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { CARD_TOPIC, ROBOT_TOPIC } from '../../support/gateways/dingtalk.ts';
import { dingtalkText } from '../../support/dingtalk.ts';
import { startPlatforms, type Platforms } from '../../support/platforms.ts';
import { post } from '../../support/post.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET } from '../../support/service.ts';
import { VirtualTime } from '../../support/virtual-time.ts';

// The simulated gateway is as the real one where DingTalk's own client gets along with it.
const require = createRequire(import.meta.url);
const { DWClient } = require('dingtalk-stream') as typeof sdk;
const axios = createRequire(require.resolve('dingtalk-stream'))('axios') as AxiosStatic;

let platforms: Platforms;
let time: VirtualTime;
let redirected: number;
let clients: sdk.DWClient[];

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  time = new VirtualTime();
  platforms = await startPlatforms({ dingtalk: { time } });
  clients = [];
  // The address of the gateway is a constant in the client.
  redirected = axios.interceptors.request.use((config) => ({
    ...config,
    url: config.url?.replace('https://api.dingtalk.com', platforms.url) ?? '',
  }));
});
afterEach(async () => {
  // Before anything ends: each handshake that fails makes this client try twice as often.
  for (const client of clients) client.disconnect();
  await platforms.dingtalk.whenConnected(0);
  axios.interceptors.request.eject(redirected);
  await platforms.close();
  vi.restoreAllMocks();
});

interface SdkOptions {
  readonly autoReconnect?: boolean;
  readonly clientSecret?: string;
  /** Whether what is heard is confirmed. */
  readonly confirms?: boolean;
}

/** DingTalk's client, which listens to robot messages; the result holds what it has heard. */
async function connectSdk({ autoReconnect = false, clientSecret = DINGTALK_SECRET, confirms = true }: SdkOptions = {}) {
  const heard: { readonly messageId: string; readonly msgId: string }[] = [];
  // Its list of subscriptions is shared by all clients, unless it is given one.
  const options = { clientId: DINGTALK_CLIENT_ID, clientSecret, autoReconnect, subscriptions: [] };
  const client = new DWClient(options);
  clients.push(client);
  client.registerCallbackListener(ROBOT_TOPIC, ({ headers: { messageId }, data }) => {
    const { msgId } = JSON.parse(data) as { msgId: string };
    heard.push({ messageId, msgId });
    if (confirms) client.socketCallBackResponse(messageId, {});
  });
  await client.connect();
  return { client, heard };
}

test('DingTalk’s own client connects, answers pings, hears a message and confirms it', async () => {
  const { client, heard } = await connectSdk();
  expect(client.connected).toBe(true);
  await platforms.dingtalk.whenConnected(1);
  await platforms.dingtalk.ping();
  const id = platforms.dingtalk.say(dingtalkText('核销 914095353294404024 2', { msgId: 'msg1' }));
  await platforms.dingtalk.whenConfirmed(id);
  expect(heard.map(({ msgId }) => msgId)).toEqual(['msg1']);
  await time.pass(60_000);
  expect(platforms.dingtalk.deliveries(id)).toBe(1);
  expect(platforms.dingtalk.problems).toEqual([]);
});

test('what is not confirmed comes again after a minute: the same message in another frame', async () => {
  const { heard } = await connectSdk({ confirms: false });
  await platforms.dingtalk.whenConnected(1);
  const id = platforms.dingtalk.say(dingtalkText('核销', { msgId: 'msg1' }));
  await time.pass(60_000);
  await expect.poll(() => heard.length).toBe(2);
  expect(new Set(heard.map(({ msgId }) => msgId))).toEqual(new Set(['msg1']));
  expect(new Set(heard.map(({ messageId }) => messageId)).size).toBe(2);
  expect(platforms.dingtalk.isConfirmed(id)).toBe(false);
});

test('wrong credentials are refused', async () => {
  const { client } = await connectSdk({ clientSecret: 'wrong' });
  expect(client.connected).toBe(false);
  expect([platforms.calls('dingtalk-gateway'), platforms.dingtalk.opened()]).toEqual([1, 0]);
});

test('of two clients one gets each message, and none that is told to end', async () => {
  const [one, two] = [await connectSdk(), await connectSdk()];
  await platforms.dingtalk.whenConnected(2);
  for (let number = 0; number < 40; number++) platforms.dingtalk.say(dingtalkText('核销', { msgId: `msg${number}` }));
  await expect.poll(() => one.heard.length + two.heard.length).toBe(40);
  expect(one.heard.length).toBeGreaterThan(0);
  expect(two.heard.length).toBeGreaterThan(0);

  platforms.dingtalk.announceEnd();
  expect(platforms.dingtalk.connected()).toBe(0);
  const third = await connectSdk();
  await platforms.dingtalk.whenConnected(1);
  await platforms.dingtalk.whenConfirmed(platforms.dingtalk.say(dingtalkText('核销', { msgId: 'last' })));
  expect(third.heard.map(({ msgId }) => msgId)).toEqual(['last']);
  await time.pass(10_000);
});

test('a client that was cut off comes back, and hears what came meanwhile', async () => {
  const { heard } = await connectSdk({ autoReconnect: true });
  await platforms.dingtalk.whenConnected(1);
  platforms.dingtalk.cut();
  await platforms.dingtalk.whenConnected(0);
  const id = platforms.dingtalk.say(dingtalkText('核销', { msgId: 'msg1' }));
  expect(platforms.dingtalk.deliveries(id)).toBe(0);
  await platforms.dingtalk.whenConnected(1);
  await time.pass(60_000);
  await platforms.dingtalk.whenConfirmed(id);
  expect(heard).toHaveLength(1);
});

const openAt = async (body: object, headers: Record<string, string> = { accept: 'application/json' }) => {
  const response = await post(platforms.url, '/v1.0/gateway/connections/open', {
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  });
  return { status: response.status, answer: JSON.parse(response.body) as Record<string, string> };
};
const asked = {
  clientId: DINGTALK_CLIENT_ID,
  clientSecret: DINGTALK_SECRET,
  subscriptions: [{ type: 'CALLBACK', topic: ROBOT_TOPIC }],
};

/** Resolves with whether the handshake was accepted. */
async function connects({ endpoint, ticket }: Record<string, string>): Promise<boolean> {
  const socket = new WebSocket(`${endpoint ?? ''}?ticket=${encodeURIComponent(ticket ?? '')}`);
  return new Promise((resolve) => {
    socket.once('open', () => {
      socket.terminate();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

test('a ticket is good for one connection, and for 90 seconds', async () => {
  const first = await openAt(asked);
  expect([await connects(first.answer), await connects(first.answer)]).toEqual([true, false]);
  const second = await openAt(asked);
  await time.pass(90_000);
  expect(await connects(second.answer)).toBe(false);
});

test('a request without Accept, subscriptions or the right secret opens nothing', async () => {
  expect((await openAt(asked, { accept: 'application/xml' })).status).toBe(406);
  expect((await openAt({ ...asked, subscriptions: [] })).status).toBe(400);
  expect(await openAt({ ...asked, clientSecret: 'wrong' })).toMatchObject({
    status: 401,
    answer: { code: 'authFailed', message: '鉴权失败' },
  });
});

test('what was not subscribed to is not delivered', async () => {
  await connectSdk();
  await platforms.dingtalk.whenConnected(1);
  const id = platforms.dingtalk.say({ type: 'actionCallback' }, CARD_TOPIC);
  expect(platforms.dingtalk.deliveries(id)).toBe(0);
});
