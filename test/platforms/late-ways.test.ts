import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDingtalkLate } from '../../src/platforms/dingtalk/bot/late.ts';
import { createPlatformHttp, type PlatformHttp } from '../../src/platforms/http.ts';
import { createWecomAppLate } from '../../src/platforms/wecom/app/late.ts';
import { createWecomBotLate } from '../../src/platforms/wecom/ai-bot/late.ts';
import { createWecomApi } from '../../src/platforms/wecom/api.ts';
import { createLog } from '../../src/log.ts';
import { nothingFetched } from '../support/not-fetched.ts';
import { UNCOUNTED } from '../support/dingtalk.ts';
import { APP_SECRET, startPlatforms, type Platforms } from '../support/platforms.ts';
import { APP_KEYS } from '../support/service.ts';

/** A text without buttons. */
const says = (text: string) => ({ text, question: null });

let platforms: Platforms;
let http: PlatformHttp;
let logged: string;
let clock: number;
const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });
const now = () => clock;
/** DingTalk without the OpenAPI. */
const dingtalkLate = () =>
  createDingtalkLate({ webhookHosts: [platforms.host], messageApi: null, usage: UNCOUNTED, http, now, log });

beforeEach(async () => {
  logged = '';
  clock = Date.now();
  platforms = await startPlatforms({ now });
  http = createPlatformHttp();
});
afterEach(async () => {
  await http.close();
  await platforms.close();
});

describe('message/send of the app', () => {
  const to = { user: 'zhangsan', agentId: '1000002' };
  const makeWay = (secret = APP_SECRET) =>
    createWecomAppLate(
      createWecomApi({ url: platforms.url, corpId: APP_KEYS.receiveId, secret, http, download: nothingFetched, now }),
      log,
    );

  test('fetches one token for many replies at once, and keeps it', async () => {
    const way = makeWay();
    const results = await Promise.all(['a', 'b', 'c'].map((text) => way.send(to, says(text), 1)));
    await way.send(to, says('d'), 1);
    expect(results).toEqual([{ kind: 'sent' }, { kind: 'sent' }, { kind: 'sent' }]);
    expect(platforms.delivered.map(({ text }) => text).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(platforms.calls('token')).toBe(1);
  });

  test('renews the token some minutes before it ends', async () => {
    const way = makeWay();
    await way.send(to, says('a'), 1);
    clock += (7200 - 4 * 60) * 1000;
    expect(await way.send(to, says('b'), 1)).toEqual({ kind: 'sent' });
    expect(platforms.calls('token')).toBe(2);
  });

  test.each([40014, 42001] as const)(
    'gets a new token and repeats once when the old one is refused (%i)',
    async (code) => {
      const way = makeWay();
      await way.send(to, says('a'), 1);
      platforms.revokeToken(code);
      expect(await way.send(to, says('b'), 1)).toEqual({ kind: 'sent' });
      expect([platforms.calls('token'), platforms.calls('wecom-app')]).toEqual([2, 3]);
      platforms.misbehave('wecom-app', 40014, 10);
      expect((await way.send(to, says('c'), 1)).kind).toBe('retry');
      expect(platforms.calls('wecom-app')).toBe(5);
    },
  );

  test('an address that is not trusted is logged with what to do; next message or ten minutes, the earlier of the two', async () => {
    platforms.misbehave('wecom-app', 60020, 1);
    expect(await makeWay().send(to, says('a'), 1)).toEqual({ kind: 'hold', afterMs: 600_000 });
    expect(logged).toContain('企业可信IP');
    expect(logged).toContain('203.0.113.7');
  });

  test('a wrong secret is logged as such', async () => {
    expect((await makeWay('wrong').send(to, says('a'), 1)).kind).toBe('hold');
    expect(logged).toContain('WECOM_APP_SECRET');
    expect(logged).not.toContain('wrong');
  });

  test('a try whose answer was lost does not show twice', async () => {
    platforms.misbehave('wecom-app', 'reset-after', 1);
    const way = makeWay();
    expect((await way.send(to, says('a'), 1)).kind).toBe('retry');
    expect(await way.send(to, says('a'), 2)).toEqual({ kind: 'sent' });
    expect(platforms.delivered).toHaveLength(1);
  });

  test.each([301002, 40013, 40056, 40001])(
    '%i is a wrong setting: said with the remedy, and not tried again soon',
    async (code) => {
      platforms.misbehave('wecom-app', code, 1);
      expect(await makeWay().send(to, says('a'), 1)).toEqual({ kind: 'hold', afterMs: 600_000 });
      expect(logged).toMatch(/"remedy":"[^"]*WECOM_/u);
      expect(logged).toContain(`"errcode":${code}`);
    },
  );

  test.each([48001, 48002, 60011])('%i is for the console: said with the remedy', async (code) => {
    platforms.misbehave('wecom-app', code, 1);
    expect((await makeWay().send(to, says('a'), 1)).kind).toBe('hold');
    expect(logged).toContain('"remedy":"');
  });

  test.each([
    [45009, { kind: 'retry', afterMs: 60_000 }],
    [45033, { kind: 'retry', afterMs: 60_000 }],
    [45002, { kind: 'retry', afterMs: 30_000 }],
    [60011, { kind: 'hold', afterMs: 600_000 }],
    [81013, { kind: 'hold' }],
    [999_999, { kind: 'retry', afterMs: 30_000 }],
  ])('%i becomes %j', async (code, result) => {
    platforms.misbehave('wecom-app', code, 1);
    expect(await makeWay().send(to, says('a'), 1)).toEqual(result);
  });

  test('an honest second reply with the same words is shown, a second try of the first one is not', async () => {
    const way = makeWay();
    const first = { ...to, messageId: '7301234567890123457' };
    const second = { ...to, messageId: '7301234567890123458' };
    platforms.misbehave('wecom-app', 'reset-after', 1);
    expect((await way.send(first, says('没有等您确认的核销。'), 1)).kind).toBe('retry');
    expect(await way.send(second, says('没有等您确认的核销。'), 1)).toEqual({ kind: 'sent' });
    expect(await way.send(first, says('没有等您确认的核销。'), 2)).toEqual({ kind: 'sent' });
    const shown = platforms.delivered.map(({ text }) => text.replace(/[\u200b-\u200d\u2060]/gu, ''));
    expect(shown).toEqual(['没有等您确认的核销。', '没有等您确认的核销。']);
    // The same where it is not known which messages they answer.
    await way.send(to, says('a'), 1);
    await way.send(to, says('a'), 1);
    expect(platforms.delivered).toHaveLength(4);
  });

  test('a person outside the visible range gets the reply with the next message', async () => {
    platforms.hideUser('zhangsan');
    expect(await makeWay().send(to, says('a'), 1)).toEqual({ kind: 'hold' });
  });

  test.each(['@all', 'zhangsan|lisi', '@all|zhangsan', '', 'zhangsan|', 'ｚｈａｎｇ', 'zhang\u200Bsan'])(
    'what is for one person never goes to %j: nothing is sent',
    async (user) => {
      expect(await makeWay().send({ ...to, user }, says('text'), 1)).toEqual({ kind: 'hold' });
      expect(platforms.calls('wecom-app')).toBe(0);
      expect(logged).toContain('not the id of one person');
    },
  );

  test('waits longer from try to try, ten minutes at most', async () => {
    platforms.misbehave('wecom-app', -1, 3);
    const way = makeWay();
    const pauses = [];
    for (const attempt of [1, 3, 30]) pauses.push(await way.send(to, says('a'), attempt));
    expect(pauses).toEqual([1_000, 4_000, 600_000].map((afterMs) => ({ kind: 'retry', afterMs })));
  });

  test('keeps within 2,048 bytes and never cuts a character', async () => {
    expect(await makeWay().send(to, says('核销成功\n'.repeat(500)), 1)).toEqual({ kind: 'sent' });
    const text = platforms.delivered[0]?.text ?? '';
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048);
    expect(text).not.toContain('\ufffd');
  });
});

describe('response_url of the bot', () => {
  const makeWay = () => createWecomBotLate({ apiUrl: platforms.url, http, log });

  test('is used once, a minute after the polls have stopped', async () => {
    const way = makeWay();
    const to = { responseUrl: platforms.responseUrl('code') };
    expect(way.waitMs(to)).toBe(60_000);
    expect(way.waitMs({ ...to, polled: false }), 'of a tap, for which WeCom does not poll').toBe(0);
    expect(await way.send(to, says('核销成功'), 1)).toEqual({ kind: 'sent' });
    expect(await way.send(to, says('核销成功'), 2)).toEqual({ kind: 'hold' });
    expect(platforms.delivered).toHaveLength(1);
  });

  test('shows a group no more of a tap than its outcome: what a person may not do is on their own card', async () => {
    const to = { responseUrl: platforms.responseUrl('code'), user: 'lisi', polled: false };
    const refusal = says('您的账号未绑定\n账号：wecom:lisi');
    expect(await makeWay().send({ ...to, chatId: 'wrGROUP01' }, refusal, 1)).toEqual({ kind: 'hold' });
    expect(platforms.calls('wecom-bot')).toBe(0);
    expect(await makeWay().send({ ...to, chatId: 'wrGROUP01' }, says('核销成功'), 1)).toEqual({ kind: 'sent' });
    const single = { ...to, responseUrl: platforms.responseUrl('other'), chatId: null };
    expect(await makeWay().send(single, refusal, 1)).toEqual({ kind: 'sent' });
  });

  const responseOn = (origin: string) => `${origin}/cgi-bin/aibot/response?response_code=CODE`;
  test.each([
    ['https://qyapi.weixin.qq.com', true],
    ['https://wecom-proxy.example', true],
    ['http://qyapi.weixin.qq.com', false],
    ['https://qyapi.weixin.qq.com:8443', false],
    ['https://qyapi.weixin.qq.com.evil.example', false],
    ['https://qyapi.weixin.qq.com@evil.example', false],
    ['https://user:pass@qyapi.weixin.qq.com', false],
    ['https://evil.example/https://qyapi.weixin.qq.com', false],
    ['https://work.weixin.qq.com', false],
    ['https://127.0.0.1', false],
    ['not a URL', false],
  ])(
    "behind a proxy as WECOM_API_URL, a response_url is used on that and on WeCom's own host: %s: %s",
    async (at, used) => {
      const called: string[] = [];
      const quiet = {
        call: async (url: string) => {
          called.push(url);
          return { kind: 'response' as const, errcode: 0, errmsg: 'ok', body: {} };
        },
      };
      const way = createWecomBotLate({ apiUrl: 'https://wecom-proxy.example/fixed', http: { ...http, ...quiet }, log });
      expect((await way.send({ responseUrl: responseOn(at) }, says('x'), 1)).kind).toBe(used ? 'sent' : 'hold');
      expect(called).toEqual(used ? [responseOn(at)] : []);
      if (used) return;
      expect(logged).toContain('WECOM_API_URL');
      expect(logged).toContain(URL.canParse(responseOn(at)) ? new URL(responseOn(at)).host : 'not a URL');
      expect(logged).not.toContain('CODE');
    },
  );

  test('is not used where there is none', async () => {
    expect(await makeWay().send({ responseUrl: null }, says('x'), 1)).toEqual({ kind: 'hold' });
    expect(platforms.calls('wecom-bot')).toBe(0);
  });

  test('is tried once more, and no oftener, when nothing was heard', async () => {
    platforms.misbehave('wecom-bot', 'reset', 5);
    const way = makeWay();
    const to = { responseUrl: platforms.responseUrl('code') };
    expect((await way.send(to, says('x'), 1)).kind).toBe('retry');
    expect(await way.send(to, says('x'), 2)).toEqual({ kind: 'hold' });
  });
});

describe('sessionWebhook of DingTalk', () => {
  const makeWay = dingtalkLate;
  const address = (session: string) => ({
    sessionWebhook: platforms.sessionWebhook(session),
    expiresAt: clock + 5_400_000,
    staffId: 'staff001',
    group: true,
  });

  test('shows the text and mentions the sender', async () => {
    expect(await makeWay().send(address('s'), says('核销成功'), 1)).toEqual({ kind: 'sent' });
    expect(platforms.delivered).toMatchObject([{ to: 's', mentions: ['staff001'] }]);
  });

  test('is not used when it has expired or is about to', async () => {
    const to = address('s');
    clock = to.expiresAt - 30_000;
    expect(await makeWay().send(to, says('x'), 1)).toEqual({ kind: 'hold' });
    expect(platforms.calls('dingtalk')).toBe(0);
  });

  test('an errcode in a good HTTP answer is a refusal', async () => {
    const to = address('s');
    platforms.endSession('s');
    expect(await makeWay().send(to, says('x'), 1)).toEqual({ kind: 'hold' });
    platforms.misbehave('dingtalk', 130101, 1);
    expect(await makeWay().send(address('t'), says('x'), 1)).toEqual({ kind: 'retry', afterMs: 60_000 });
  });

  test.each([
    [-1, { kind: 'retry', afterMs: 1_000 }],
    [410100, { kind: 'retry', afterMs: 60_000 }],
    [90018, { kind: 'retry', afterMs: 60_000 }],
    [430104, { kind: 'hold' }],
    [310000, { kind: 'hold' }],
  ])('%i becomes %j', async (code, result) => {
    platforms.misbehave('dingtalk', code, 1);
    expect(await makeWay().send(address('s'), says('x'), 1)).toEqual(result);
  });
});

test('late replies are plain text on every channel', async () => {
  const said = '核销失败「<a href="https://evil.example">领奖</a> @所有人 <@all> [x](dtmd://y)」';
  const api = createWecomApi({
    url: platforms.url,
    corpId: APP_KEYS.receiveId,
    secret: APP_SECRET,
    http,
    download: nothingFetched,
    now,
  });
  const session = { sessionWebhook: platforms.sessionWebhook('s'), expiresAt: null, staffId: null, group: false };
  await createWecomAppLate(api, log).send({ user: 'zhangsan', agentId: '1000002' }, says(said), 1);
  await createWecomBotLate({ apiUrl: platforms.url, http, log }).send(
    { responseUrl: platforms.responseUrl('c') },
    says(said),
    1,
  );
  await dingtalkLate().send(session, says(said), 1);
  expect(platforms.delivered).toHaveLength(3);
  for (const { text } of platforms.delivered) expect(text).not.toMatch(/[<>@]|:\/\/|evil\./u);
});
