import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlatformHttp, type PlatformHttp } from '../../../../src/platforms/http.ts';
import { createDingtalkSocket } from '../../../../src/platforms/dingtalk/bot/socket.ts';
import type { Verified } from '../../../../src/platforms/dingtalk/bot/verify.ts';
import type { Respond } from '../../../../src/transports/socket/socket.ts';
import { dingtalkText, UNCOUNTED } from '../../../support/dingtalk.ts';
import { CARD_TOPIC } from '../../../support/gateways/dingtalk.ts';
import { startPlatforms, type Misbehaviour, type Platforms } from '../../../support/platforms.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET } from '../../../support/service.ts';
import { driveSocket, type Driven } from '../../../support/drive-socket.ts';
import { VirtualTime } from '../../../support/virtual-time.ts';

const matching = (shape: RegExp): unknown => expect.stringMatching(shape);

let platforms: Platforms;
let http: PlatformHttp;
let time: VirtualTime;
let heard: { readonly content: Verified; readonly respond: Respond<object> }[];
type Connection = Driven<Verified, object>;
let open: Connection[];

beforeEach(async () => {
  time = new VirtualTime();
  platforms = await startPlatforms({ now: () => time.now(), dingtalk: { time } });
  http = createPlatformHttp();
  [heard, open] = [[], []];
});
afterEach(async () => {
  for (const socket of open) await socket.close();
  await http.close();
  await platforms.close();
});

type Options = Parameters<typeof createDingtalkSocket>[0];
const makeSocket = (change: Partial<Options> = {}) =>
  createDingtalkSocket({
    ...{
      clientId: DINGTALK_CLIENT_ID,
      appSecret: DINGTALK_SECRET,
      apiUrl: platforms.url,
      robotCode: null,
      corpId: null,
    },
    ...{ http, usage: UNCOUNTED, now: () => time.now() },
    ...change,
  });
const locate = (change: Partial<Options> = {}) => makeSocket(change).locate(new AbortController().signal);

async function connect(change: Partial<Options> = {}): Promise<Connection> {
  const before = platforms.dingtalk.connected();
  const driven = await driveSocket(makeSocket(change), (content, respond) => void heard.push({ content, respond }));
  open.push(driven);
  await platforms.dingtalk.whenConnected(before + 1);
  return driven;
}
const whenHeard = async (count: number) => {
  await expect.poll(() => heard.length).toBe(count);
  const last = heard[count - 1];
  if (last === undefined) throw new Error('nothing was heard');
  return last;
};

describe('where the connection is opened', () => {
  test('is what the gateway says, with its ticket', async () => {
    const place = await locate();
    expect(place).toMatchObject({
      kind: 'at',
      url: matching(/^ws:\/\/127\.0\.0\.1:\d+\/connect\?ticket=./u),
    });
  });

  const refusal = (answer: object | string, status = 400): Misbehaviour => ({ status, body: answer });
  test.each<[string, Misbehaviour, object]>([
    ['busy', refusal({ code: 'system.error', message: '' }), { reason: 'unreachable' }],
    ['throttled', refusal({ code: 'send.too.fast', message: '' }), { reason: 'rate-limited', notBeforeMs: 60_000 }],
    ['not spoken to, in HTML', refusal('<h1>403</h1>', 403), { reason: 'rate-limited', notBeforeMs: 60_000 }],
    ['not spoken to, by a status', refusal({ status: 1111, wait: 5 }, 200), { reason: 'rate-limited' }],
    ['unknown', refusal({ code: 'what', message: 'ever' }), { reason: 'refused', detail: 'gateway: what ever' }],
    ['broken', 'html-500', { reason: 'unreachable', remedy: null }],
    ['away', 'reset', { reason: 'unreachable', remedy: null }],
    ['without an address', refusal({}, 200), { reason: 'unreachable' }],
  ])('is not said where the gateway is %s', async (_, how, expected) => {
    platforms.misbehave('dingtalk-gateway', how, 1);
    expect(await locate()).toMatchObject({ kind: 'refused', ...expected });
  });

  test('is not said with a wrong secret: that is said with the remedy, without the secret, and not tried again soon', async () => {
    const refused = await locate({ appSecret: 'wrong-secret' });
    expect(refused).toMatchObject({
      kind: 'refused',
      reason: 'refused',
      detail: matching(/authFailed/u),
      remedy: matching(/DINGTALK_CLIENT_ID/u),
      notBeforeMs: 60_000,
    });
    expect(JSON.stringify(refused)).not.toContain('wrong-secret');
  });

  test('is not waited for when the service ends', async () => {
    platforms.misbehave('dingtalk-gateway', 'hang', 1);
    const ending = new AbortController();
    const located = makeSocket().locate(ending.signal);
    ending.abort();
    expect(await located).toMatchObject({ kind: 'refused', reason: 'unreachable' });
  });

  test.each([
    ['wss://wss-open-connection.dingtalk.com:443/connect', true],
    ['wss://wss-open-connection-union.dingtalk.com/connect', true],
    ['wss://dingtalk.private.example/connect', true],
    ['ws://wss-open-connection.dingtalk.com/connect', false],
    ['https://wss-open-connection.dingtalk.com/connect', false],
    ['wss://wss-open-connection.dingtalk.com:8443/connect', false],
    ['wss://wss-open-connection.dingtalk.com.evil.example/connect', false],
    ['wss://wss-open-connection.dingtalk.com@evil.example/connect', false],
    ['wss://evil.example/wss-open-connection.dingtalk.com', false],
    ['ws://127.0.0.1:9/connect', false],
    ['not a URL', false],
  ])('has to be on a host of DingTalk’s, or on that of the API: %s %s', async (endpoint, allowed) => {
    const exchange = async () => ({
      kind: 'heard' as const,
      status: 200,
      headers: {},
      json: { endpoint, ticket: 'TICKET' },
    });
    const place = await locate({ apiUrl: 'https://dingtalk.private.example/api', http: { exchange } });
    expect(place.kind).toBe(allowed ? 'at' : 'refused');
    if (place.kind === 'at') expect(new URL(place.url).searchParams.get('ticket')).toBe('TICKET');
    else
      expect([place.remedy, place.detail]).toEqual([
        expect.stringContaining('DINGTALK_API_URL'),
        expect.not.stringContaining('TICKET'),
      ]);
  });
});

describe('a connection', () => {
  test('is ready when it is open, and answers pings with what is in them', async () => {
    const socket = await connect();
    expect(socket.taken()).toBe(1);
    await platforms.dingtalk.ping();
    const before = socket.heard();
    socket.dialogue.beat();
    await expect.poll(() => socket.heard()).toBe(before + 1);
    expect(platforms.dingtalk.problems).toEqual([]);
  });

  test('delivers a message, which is confirmed when it is answered with nothing', async () => {
    await connect();
    const message = dingtalkText('核销 914095353294404024 2', { createAt: time.now() - 500 });
    const id = platforms.dingtalk.say(message);
    const { content, respond } = await whenHeard(1);
    expect(content).toEqual({ json: message, signedAt: time.now() - 500, typedAt: time.now() - 500 });
    expect(platforms.dingtalk.isConfirmed(id)).toBe(false);
    expect(await respond(null)).toBe(true);
    await platforms.dingtalk.whenConfirmed(id);
    await time.pass(60_000);
    expect(platforms.dingtalk.deliveries(id)).toBe(1);
    expect(platforms.dingtalk.problems).toEqual([]);
  });

  test('gets a message again that it has not confirmed', async () => {
    await connect();
    platforms.dingtalk.say(dingtalkText('核销'));
    await whenHeard(1);
    await time.pass(60_000);
    await whenHeard(2);
    expect(heard[1]?.content.json).toEqual(heard[0]?.content.json);
  });

  test('tells no person anything: what is given as an answer only confirms', async () => {
    await connect();
    const id = platforms.dingtalk.say(dingtalkText('核销'));
    const { respond } = await whenHeard(1);
    expect(await respond({ msgtype: 'text', text: { content: '核销成功' } })).toBe(false);
    await platforms.dingtalk.whenConfirmed(id);
  });

  test('that is gone confirms nothing', async () => {
    const socket = await connect();
    platforms.dingtalk.say(dingtalkText('核销'));
    const { respond } = await whenHeard(1);
    await socket.close();
    expect(await respond(null)).toBe(false);
  });

  test('announces its end, and is told nothing more', async () => {
    const socket = await connect();
    platforms.dingtalk.announceEnd();
    await expect.poll(() => socket.announced).toHaveLength(1);
    const next = await connect();
    platforms.dingtalk.say(dingtalkText('核销'));
    await whenHeard(1);
    await time.pass(10_000);
    await expect.poll(() => platforms.dingtalk.connected()).toBe(1);
    expect(next.announced).toEqual([]);
  });

  test('confirms taps on cards that are not ours, and does nothing else with them', async () => {
    const socket = await connect();
    await platforms.dingtalk.whenConfirmed(platforms.dingtalk.say({ type: 'actionCallback', userId: 's' }, CARD_TOPIC));
    expect([heard, socket.strange]).toEqual([[], []]);
  });

  test.each([
    ['of another robot', { robotCode: 'dingappkey2' }, 'from another robot'],
    ['of another corp', { chatbotCorpId: 'dingcorp2' }, 'from the robot of another corp'],
  ])('drops a message %s, which does not come again', async (_, change, why) => {
    const socket = await connect({ robotCode: 'dingappkey1', corpId: 'dingcorp1' });
    await platforms.dingtalk.whenConfirmed(platforms.dingtalk.say(dingtalkText('核销', change)));
    expect([heard, socket.strange]).toEqual([[], [why]]);
  });

  test.each([
    '{',
    'null',
    '[]',
    '{"type":"CALLBACK"}',
    '{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get"}}',
    '{"type":"EVENT","headers":{"topic":"*","messageId":"m"},"data":"{}"}',
    Buffer.from('binary'),
    '',
  ])('drops what is no frame, and goes on: %s', async (garbage) => {
    const socket = await connect();
    platforms.dingtalk.sendRaw(garbage);
    await expect.poll(() => socket.strange).toHaveLength(1);
    platforms.dingtalk.say(dingtalkText('核销'));
    await whenHeard(1);
  });

  test('takes the time of a frame for that of its delivery, and the message’s own where that is further off', async () => {
    await connect();
    platforms.dingtalk.say(dingtalkText('核销', { msgId: 'a', createAt: undefined }));
    expect((await whenHeard(1)).content).toMatchObject({ signedAt: time.now(), typedAt: null });
    const longAgo = time.now() - 3 * 3_600_000;
    platforms.dingtalk.say(dingtalkText('核销', { msgId: 'b', createAt: String(longAgo) }));
    expect((await whenHeard(2)).content).toMatchObject({ signedAt: longAgo, typedAt: longAgo });
    platforms.dingtalk.say(dingtalkText('核销', { msgId: 'c', createAt: 'yesterday' }));
    expect((await whenHeard(3)).content).toMatchObject({ signedAt: time.now(), typedAt: null });
  });
});
