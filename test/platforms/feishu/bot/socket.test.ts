import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFeishuApi } from '../../../../src/platforms/feishu/api.ts';
import { createFeishuSocket } from '../../../../src/platforms/feishu/bot/socket.ts';
import type { Event } from '../../../../src/platforms/feishu/bot/verify.ts';
import { createPlatformHttp, type PlatformHttp } from '../../../../src/platforms/http.ts';
import { hostOf } from '../../../../src/platforms/hosts.ts';
import type { Respond } from '../../../../src/transports/socket/socket.ts';
import { driveSocket, type Driven } from '../../../support/drive-socket.ts';
import { startFeishuGateway, type FeishuGateway } from '../../../support/gateways/feishu.ts';
import { FEISHU_APP, feishuText } from '../../../support/gateways/feishu-callbacks.ts';
import { nothingFetched } from '../../../support/not-fetched.ts';
import { writeFrame } from '../../../support/gateways/feishu-frames.ts';

let gateway: FeishuGateway;
let http: PlatformHttp;
type Connection = Driven<Event, object>;
const open: Connection[] = [];

beforeEach(async () => {
  gateway = await startFeishuGateway({ pingSeconds: 90 });
  http = createPlatformHttp();
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await gateway.close();
  await http.close();
});

function makeSocket(apiUrl = gateway.url, appSecret = FEISHU_APP.appSecret) {
  const { appId } = FEISHU_APP;
  const api = createFeishuApi({ url: apiUrl, appId, appSecret, http, download: nothingFetched, now: Date.now });
  return createFeishuSocket({ api, apiUrl, appId, deadlineMs: 2_500, now: Date.now });
}

async function connect(deliver?: (event: Event, respond: Respond<object>) => void): Promise<Connection> {
  const driven = await driveSocket(makeSocket(), deliver);
  open.push(driven);
  return driven;
}

const messageIdOf = ({ json }: Event) =>
  (json as { readonly event: { readonly message: { readonly message_id: string } } }).event.message.message_id;

describe('the long connection', () => {
  test('is taken, says so with a ping, and takes over from the answer how often', async () => {
    const { dialogue, taken } = await connect();
    expect(taken()).toBe(1);
    expect(dialogue.heartbeat).toEqual({ everyMs: 90_000, silentMs: 135_000 });
    await gateway.pinged(1);
    gateway.lines.setPing(30);
    dialogue.beat();
    await expect.poll(() => dialogue.heartbeat.everyMs).toBe(30_000);
    gateway.lines.setPing(0.001);
    dialogue.beat();
    await gateway.pinged(3);
    expect(dialogue.heartbeat.everyMs).toBe(30_000);
    expect(gateway.complaints).toEqual([]);
  });

  test('brings messages, in one piece or several, and sends each frame back as it was', async () => {
    const heard: string[] = [];
    await connect((event, respond) => {
      heard.push(messageIdOf(event));
      void respond(null);
    });
    const confirmed = await Promise.all([
      gateway.say('核销', { messageId: 'om_1' }),
      gateway.say('核销 🎂', { messageId: 'om_2' }, 7),
    ]);
    expect(confirmed).toEqual(Array(2).fill({ code: 200, data: null, isExact: true }));
    expect(heard.toSorted()).toEqual(['om_1', 'om_2']);
    expect(gateway.complaints).toEqual([]);
  });

  test('answers with what there is to say', async () => {
    await connect((_, respond) => void respond({ toast: { type: 'info', content: '好' } }));
    const { data } = await gateway.say('核销');
    expect(data).toEqual({ toast: { type: 'info', content: '好' } });
  });

  test('brings again what was not confirmed', async () => {
    await gateway.close();
    gateway = await startFeishuGateway({ ackWithinMs: 50, redeliverAfterMs: [20, 20] });
    let times = 0;
    await connect((_, respond) => {
      times += 1;
      if (times === 3) void respond(null);
    });
    expect((await gateway.say('核销')).code).toBe(200);
    expect(times).toBe(3);
  });

  test('drops what it does not understand, and says what that was', async () => {
    let delivered = 0;
    const { strange } = await connect(() => void (delivered += 1));
    const frame = (method: number, type: string, payload: string) =>
      writeFrame({
        ...{ SeqID: '0', LogID: '0', service: 1, method },
        headers: [{ key: 'type', value: type }],
        payload: Buffer.from(payload),
      });
    const foreign = feishuText('核销', {}, { ...FEISHU_APP, appId: 'cli_other' });
    for (const bytes of [
      'a text',
      Buffer.from('garbage'),
      frame(0, 'upgrade', ''),
      frame(1, 'card', '{}'),
      frame(1, 'other', '{}'),
      frame(1, 'event', 'not JSON'),
      frame(1, 'event', JSON.stringify(foreign)),
      frame(2, 'event', '{}'),
    ])
      gateway.lines.spoil(bytes);
    await expect.poll(() => strange).toHaveLength(8);
    expect(strange).toEqual([
      'text instead of a frame',
      'not a frame',
      'control of an unknown type',
      'callback of an old card',
      'data of an unknown type',
      'data that is no event',
      'event of another app',
      'frame of an unknown method',
    ]);
    expect(delivered).toBe(0);
  });
});

describe('where it is opened', () => {
  const locate = (socket = makeSocket()) => socket.locate(new AbortController().signal);

  test('is asked for anew each time', async () => {
    const [one, two] = [await locate(), await locate()];
    expect([one.kind, two.kind]).toEqual(['at', 'at']);
    expect(one).not.toEqual(two);
    expect(gateway.calls('endpoint')).toBe(2);
  });

  test('is not said to one with a wrong secret, which is tried again slowly and names the remedy', async () => {
    const refusal = await locate(makeSocket(gateway.url, 'wrong'));
    expect(refusal).toMatchObject({ kind: 'refused', reason: 'refused', notBeforeMs: 60_000 });
    expect(refusal).toMatchObject({ remedy: expect.stringContaining('FEISHU_APP_SECRET') as string });
    expect(JSON.stringify(refusal)).not.toContain('wrong"');
  });

  test.each([
    [1, 'unreachable'],
    [1000040343, 'unreachable'],
    [1000040350, 'rate-limited'],
    [514, 'rate-limited'],
    [403, 'refused'],
    [77, 'unreachable'],
  ])('is not said with the code %i: %s', async (code, reason) => {
    gateway.misbehave('endpoint', code, 1);
    expect(await locate()).toMatchObject({ kind: 'refused', reason });
  });

  test.each(['reset', 'html-500', 'status-429'] as const)('is asked for again after %s', async (how) => {
    gateway.misbehave('endpoint', how, 1);
    const reason = how === 'status-429' ? 'rate-limited' : 'unreachable';
    expect(await locate()).toMatchObject({ kind: 'refused', reason });
    expect((await locate()).kind).toBe('at');
  });

  test.each([
    [514, 1000040350, 'rate-limited'],
    [403, null, 'refused'],
    [500, null, 'unreachable'],
  ])('may refuse the handshake with %i, %s: %s', async (status, code, reason) => {
    gateway.lines.refuseHandshakes(status, code, 1);
    await expect(driveSocket(makeSocket())).rejects.toMatchObject({ cause: { kind: 'refused', reason } });
    await connect();
  });

  test.each([
    ['wss://msg-frontier.feishu.cn/ws/v2?service_id=7', true],
    ['wss://msg-frontier.larksuite.com/ws/v2', true],
    ['ws://msg-frontier.feishu.cn/ws/v2', false],
    ['wss://msg-frontier.feishu.cn:8443/ws/v2', false],
    ['wss://feishu.cn.evil.example/ws', false],
    ['wss://evilfeishu.cn/ws', false],
    ['wss://user@msg-frontier.feishu.cn/ws', false],
    ['https://msg-frontier.feishu.cn/ws', false],
    ['ws://127.0.0.1:1/ws', false],
    ['', false],
  ])('is at %j: %s', async (url, allowed) => {
    const api = {
      ...{ call: () => Promise.reject(new Error('unused')), botOpenId: () => Promise.reject(new Error('unused')) },
      download: () => Promise.reject(new Error('unused')),
      askForSocket: async () => ({
        ...{ kind: 'response' as const, code: 0, msg: '', logId: null, resetMs: null, ofApp: true },
        body: { data: { URL: url } },
      }),
    };
    const apiUrl = 'https://open.feishu.cn';
    const socket = createFeishuSocket({ api, apiUrl, appId: 'cli_1', deadlineMs: 1, now: Date.now });
    const place = await locate(socket);
    expect(place.kind).toBe(allowed ? 'at' : 'refused');
    if (place.kind === 'refused') expect(place.detail).not.toContain('user@');
    else expect(hostOf(place.url)).toMatch(/feishu|larksuite/u);
  });
});
