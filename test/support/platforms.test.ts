import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { APP_SECRET, startPlatforms, type Platforms, type PlatformsOptions } from './platforms.ts';
import { APP_KEYS } from './service.ts';

const Answer = z.looseObject({ errcode: z.number() });

const TEXT = { touser: 'zhangsan', msgtype: 'text', agentid: 1000002, text: { content: '核销成功' } };
const MARKDOWN = { msgtype: 'markdown', markdown: { content: '核销成功' } };
const ROBOT = { msgtype: 'text', text: { content: '核销成功\n@staff001' }, at: { atUserIds: ['staff001'] } };

describe('access tokens', () => {
  test('are given for the right corp and secret only, and stay the same while they last', async () => {
    const { platforms, clock } = await start({ tokenSeconds: 100 });
    expect(await getToken(platforms, { corpid: 'wwOTHER' })).toMatchObject({ errcode: 40013 });
    expect(await getToken(platforms, { corpsecret: 'wrong' })).toMatchObject({ errcode: 40001 });
    const first = await getToken(platforms);
    expect(first).toMatchObject({ errcode: 0, expires_in: 100 });
    expect(await getToken(platforms)).toEqual(first);
    clock.time += 100_000;
    expect(await getToken(platforms)).not.toEqual(first);
    expect(platforms.calls('token')).toBe(5);
  });

  test('that are missing, made up, expired or revoked send nothing', async () => {
    const { platforms, clock } = await start();
    const url = `${platforms.url}/cgi-bin/message/send`;
    expect(await post(url, TEXT)).toMatchObject({ errcode: 41001 });
    expect(await post(`${url}?access_token=made-up`, TEXT)).toMatchObject({ errcode: 40014 });
    const first = await sendUrl(platforms);
    platforms.revokeToken(42001);
    expect(await post(first, TEXT)).toMatchObject({ errcode: 42001 });
    const second = await sendUrl(platforms);
    clock.time += 7_200_000;
    expect(await post(second, TEXT)).toMatchObject({ errcode: 42001 });
    expect(platforms.delivered).toEqual([]);
  });
});

describe('message/send', () => {
  test.each<[string, object, number]>([
    ['for another app', { ...TEXT, agentid: 1000003 }, 40056],
    ['whose agentid is a string', { ...TEXT, agentid: '1000002' }, 40058],
    ['to no person', { ...TEXT, touser: '' }, 40058],
    ['of another kind', { ...TEXT, msgtype: 'markdown' }, 40058],
    ['without a word', { ...TEXT, text: { content: '' } }, 44004],
    ['of 2049 bytes', { ...TEXT, text: { content: '核'.repeat(683) } }, 45002],
  ])('a message %s is refused', async (_name, message, errcode) => {
    const { platforms } = await start();
    expect(await post(await sendUrl(platforms), message)).toMatchObject({ errcode });
    expect(platforms.delivered).toEqual([]);
  });

  test('swallows the same content to the same member inside the interval, if asked to', async () => {
    const { platforms, clock } = await start();
    const url = await sendUrl(platforms);
    const checked = { ...TEXT, enable_duplicate_check: 1, duplicate_check_interval: 60 };
    for (const message of [checked, checked, { ...checked, touser: 'lisi' }, TEXT]) {
      expect(await post(url, message)).toMatchObject({ errcode: 0 });
    }
    clock.time += 60_000;
    await post(url, checked);
    expect(platforms.delivered.map(({ to, at }) => [to, at - START])).toEqual([
      ['zhangsan', 0],
      ['lisi', 0],
      ['zhangsan', 0],
      ['zhangsan', 60_000],
    ]);
  });

  test('lists a hidden member as invalid and shows them nothing', async () => {
    const { platforms } = await start();
    platforms.hideUser('zhangsan');
    expect(await post(await sendUrl(platforms), TEXT)).toMatchObject({ errcode: 0, invaliduser: 'zhangsan' });
    expect(platforms.delivered).toEqual([]);
  });
});

describe('response_url', () => {
  test('works once, for an hour, for markdown of 20480 bytes', async () => {
    const { platforms, clock } = await start();
    const url = platforms.responseUrl('c1');
    const tooLong = { msgtype: 'markdown', markdown: { content: 'x'.repeat(20_481) } };
    expect(await post(url, tooLong)).toMatchObject({ errcode: 45002 });
    expect(await post(url, { msgtype: 'text', text: { content: 'x' } })).toMatchObject({ errcode: 40058 });
    expect(await post(url, MARKDOWN)).toMatchObject({ errcode: 0 });
    expect((await post(url, MARKDOWN)).errcode).not.toBe(0);
    expect((await post(url.replace('c1', 'c2'), MARKDOWN)).errcode).not.toBe(0);
    const late = platforms.responseUrl('c3');
    clock.time += 3_600_000;
    expect((await post(late, MARKDOWN)).errcode).not.toBe(0);
    expect(platforms.delivered).toEqual([
      { channel: 'wecom-bot', to: 'c1', text: '核销成功', mentions: [], acknowledged: true, at: START },
    ]);
  });
});

describe('sessionWebhook', () => {
  test('takes a text and its mentions while the session lasts', async () => {
    const { platforms } = await start();
    const url = platforms.sessionWebhook('s1');
    expect(await post(url, ROBOT)).toMatchObject({ errcode: 0 });
    platforms.endSession('s1');
    expect(await post(url, ROBOT)).toMatchObject({ errcode: 300001 });
    expect(platforms.delivered).toEqual([
      {
        channel: 'dingtalk',
        to: 's1',
        text: '核销成功\n@staff001',
        mentions: ['staff001'],
        acknowledged: true,
        at: START,
      },
    ]);
  });

  test.each<[string, object]>([
    ['mentions a person that the text does not name', { ...ROBOT, text: { content: '核销成功' } }],
    ['is no text', { msgtype: 'empty' }],
    ['is longer than 20000 bytes', { msgtype: 'text', text: { content: 'x'.repeat(20_000) } }],
  ])('refuses what %s', async (_name, message) => {
    const { platforms } = await start();
    expect((await post(platforms.sessionWebhook('s1'), message)).errcode).not.toBe(0);
    expect(platforms.delivered).toEqual([]);
  });
});

describe('on demand', () => {
  test('the next calls get an errcode, a 500 page or a cut connection, and nothing is delivered', async () => {
    const { platforms } = await start();
    const url = platforms.sessionWebhook('s1');
    platforms.misbehave('dingtalk', 60020, 2);
    expect(await post(url, ROBOT)).toMatchObject({ errcode: 60020 });
    expect(await post(url, ROBOT)).toMatchObject({ errcode: 60020 });
    platforms.misbehave('dingtalk', 'html-500', 1);
    expect((await raw(url, ROBOT)).status).toBe(500);
    platforms.misbehave('dingtalk', 'reset', 1);
    await expect(raw(url, ROBOT)).rejects.toThrow();
    expect(platforms.delivered).toEqual([]);
    expect(await post(url, ROBOT)).toMatchObject({ errcode: 0 });
    expect(platforms.calls('dingtalk')).toBe(5);
  });

  test('a message is delivered and only the answer is lost', async () => {
    const { platforms } = await start();
    const url = platforms.responseUrl('c1');
    platforms.misbehave('wecom-bot', 'reset-after', 1);
    await expect(raw(url, MARKDOWN)).rejects.toThrow();
    platforms.misbehave('dingtalk', 'hang-after', 1);
    const hanging = raw(platforms.sessionWebhook('s1'), ROBOT, AbortSignal.timeout(100));
    await expect(hanging).rejects.toThrow();
    expect(platforms.delivered).toMatchObject([
      { to: 'c1', acknowledged: false },
      { to: 's1', acknowledged: false },
    ]);
  });
});

test('a test can wait for what is delivered', async () => {
  const { platforms } = await start();
  const waiting = platforms.delivery(({ to }) => to === 's2');
  await post(platforms.sessionWebhook('s1'), ROBOT);
  await post(platforms.sessionWebhook('s2'), ROBOT);
  expect(await waiting).toMatchObject({ to: 's2' });
  expect(await platforms.delivery(({ channel }) => channel === 'dingtalk')).toMatchObject({ to: 's1' });
});

test('what is not JSON, or for another path, is refused', async () => {
  const { platforms } = await start();
  const response = await fetch(platforms.sessionWebhook('s1'), { method: 'POST', body: JSON.stringify(ROBOT) });
  expect(Answer.parse(await response.json()).errcode).not.toBe(0);
  expect((await raw(`${platforms.url}/robot/send`, ROBOT)).status).toBe(404);
});

const START = 1_760_000_000_000;

async function start(options: PlatformsOptions = {}): Promise<{ platforms: Platforms; clock: { time: number } }> {
  const clock = { time: START };
  const platforms = await startPlatforms({ now: () => clock.time, ...options });
  onTestFinished(() => platforms.close());
  return { platforms, clock };
}

async function getToken(platforms: Platforms, change: Record<string, string> = {}) {
  const query = new URLSearchParams({ corpid: APP_KEYS.receiveId, corpsecret: APP_SECRET, ...change });
  return Answer.parse(await (await fetch(`${platforms.url}/cgi-bin/gettoken?${query.toString()}`)).json());
}

async function sendUrl(platforms: Platforms): Promise<string> {
  const { access_token } = z.looseObject({ access_token: z.string() }).parse(await getToken(platforms));
  return `${platforms.url}/cgi-bin/message/send?access_token=${access_token}`;
}

async function post(url: string, body: object) {
  return Answer.parse(await (await raw(url, body)).json());
}

function raw(url: string, body: object, signal: AbortSignal | null = null): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
}
