import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { QuestionCard } from '../../../../src/chat/channel.ts';
import type { LateText } from '../../../../src/chat/late-way.ts';
import { createLog } from '../../../../src/log.ts';
import { createDingtalkApi } from '../../../../src/platforms/dingtalk/api.ts';
import { createDingtalkLate } from '../../../../src/platforms/dingtalk/bot/late.ts';
import { createMessageApi } from '../../../../src/platforms/dingtalk/bot/message-api.ts';
import type { ReturnAddress } from '../../../../src/platforms/dingtalk/bot/webhook.ts';
import { createUsage } from '../../../../src/platforms/dingtalk/usage.ts';
import { createPlatformHttp, type PlatformHttp } from '../../../../src/platforms/http.ts';
import { startPlatforms, type Platforms } from '../../../support/platforms.ts';
import { failed } from '../../../support/platforms/dingtalk-api.ts';
import { DINGTALK_CLIENT_ID, DINGTALK_SECRET } from '../../../support/service.ts';

let platforms: Platforms;
let http: PlatformHttp;
let clock: number;
let logged: string;
let used: string[];
const now = () => clock;
const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });

beforeEach(async () => {
  clock = Date.now();
  logged = '';
  used = [];
  platforms = await startPlatforms({ now, dingtalk: { apiQuota: 30 } });
  http = createPlatformHttp();
});
afterEach(async () => {
  await http.close();
  await platforms.close();
});

/** The late way of a robot with a client id. */
function makeWay({ appSecret = DINGTALK_SECRET, robotCode = null as string | null } = {}) {
  const clientId = DINGTALK_CLIENT_ID;
  const usage = createUsage({ now, log, onUse: (kind) => used.push(kind) });
  const api = createDingtalkApi({ url: platforms.url, clientId, appSecret, http, usage, now });
  const messageApi = createMessageApi({ api, clientId, robotCode, log });
  return createDingtalkLate({ webhookHosts: [platforms.host], messageApi, http, usage, now, log });
}

const says = (text: string): LateText => ({ text, question: null });
const PERSON: ReturnAddress = {
  ...{ sessionWebhook: null, expiresAt: null, staffId: 'staff001', group: false, conversation: null, robotCode: null },
};
const GROUP: ReturnAddress = { ...PERSON, group: true, conversation: 'cidGROUP==' };
const withWebhook = (to: ReturnAddress, session: string): ReturnAddress => ({
  ...to,
  sessionWebhook: platforms.sessionWebhook(session),
  expiresAt: clock + 5_400_000,
});

describe('where a reply goes', () => {
  test('to the webhook while it lasts', async () => {
    expect(await makeWay().send(withWebhook(GROUP, 's'), says('核销成功'), 1)).toEqual({ kind: 'sent' });
    expect(platforms.delivered).toMatchObject([{ to: 's', mentions: ['staff001'] }]);
    expect([platforms.calls('dingtalk-token'), used]).toEqual([0, ['push']]);
  });

  test.each([
    ['has expired', (to: ReturnAddress) => ({ ...to, expiresAt: clock })],
    ['is on a strange host', (to: ReturnAddress) => ({ ...to, sessionWebhook: 'https://evil.example/robot' })],
    ['is not there', (to: ReturnAddress) => ({ ...to, sessionWebhook: null })],
    [
      'knows its session no more',
      (to: ReturnAddress) => {
        platforms.endSession('s');
        return to;
      },
    ],
  ])('by the OpenAPI into the group where it began, where the webhook %s', async (_, change) => {
    expect(await makeWay().send(change(withWebhook(GROUP, 's')), says('核销成功'), 1)).toEqual({ kind: 'sent' });
    expect(platforms.delivered).toMatchObject([{ to: 'cidGROUP==', text: '核销成功\n@staff001', mentions: [] }]);
  });

  test('by the OpenAPI to the person, in a one-to-one chat and where they did not write first', async () => {
    expect(await makeWay().send(PERSON, says('核销成功'), 1)).toEqual({ kind: 'sent' });
    expect(platforms.delivered).toMatchObject([{ to: 'staff001', text: '核销成功' }]);
    expect(used).toEqual(['api']);
  });

  test('nowhere where the robot is in the group no more, which is said with what to do', async () => {
    platforms.dingtalkApi.leaveGroup('cidGROUP==');
    expect(await makeWay().send(GROUP, says('核销成功'), 1)).toEqual({ kind: 'hold' });
    expect(platforms.delivered).toEqual([]);
    expect(logged).toContain('add the robot to the group again');
  });

  test('nowhere where neither person nor group is known', async () => {
    expect(await makeWay().send({ ...PERSON, staffId: null }, says('x'), 1)).toEqual({ kind: 'hold' });
    expect(await makeWay().send({ returnAddress: 'odd' }, says('x'), 1)).toEqual({ kind: 'hold' });
    expect(platforms.calls('dingtalk-person')).toBe(0);
  });

  test.each(['@all', 'a|b', '', 'ｓｔａｆｆ'])('nowhere where the person would be %j', async (staffId) => {
    expect(await makeWay().send({ ...PERSON, staffId }, says('x'), 1)).toEqual({ kind: 'hold' });
    expect(platforms.calls('dingtalk-person')).toBe(0);
    expect(logged).toContain('not the id of one person');
  });

  test('of a message that an earlier version put on record to the person, whose group it did not keep', async () => {
    const { conversation, robotCode, ...older } = withWebhook(GROUP, 's');
    expect([conversation, robotCode]).toEqual(['cidGROUP==', null]);
    clock = (older.expiresAt ?? 0) + 1;
    expect(await makeWay().send(older, says('核销成功'), 1)).toEqual({ kind: 'sent' });
    expect(platforms.delivered).toMatchObject([{ to: 'staff001' }]);
  });

  test('to the OpenAPI too when the webhook was not heard from again and again', async () => {
    platforms.misbehave('dingtalk', 'reset', 10);
    const to = withWebhook(PERSON, 's');
    expect(await makeWay().send(to, says('x'), 4)).toEqual({ kind: 'retry', afterMs: 8_000 });
    expect(await makeWay().send(to, says('x'), 5)).toEqual({ kind: 'sent' });
  });

  test('by the robot that the settings name, else by the one that was written to, else by that of the client id', async () => {
    const wrong = { ...PERSON, robotCode: 'dingappkey2' };
    expect((await makeWay().send(wrong, says('x'), 1)).kind).toBe('hold');
    expect(logged).toContain('DINGTALK_ROBOT_CODE');
    expect((await makeWay({ robotCode: DINGTALK_CLIENT_ID }).send(wrong, says('x'), 1)).kind).toBe('sent');
    expect((await makeWay().send({ ...PERSON, robotCode: DINGTALK_CLIENT_ID }, says('x'), 1)).kind).toBe('sent');
  });
});

describe('the access token', () => {
  test('is fetched once for many replies at once, and kept', async () => {
    const way = makeWay();
    const results = await Promise.all(['a', 'b', 'c'].map((text) => way.send(PERSON, says(text), 1)));
    await way.send(PERSON, says('d'), 1);
    expect(results.map(({ kind }) => kind)).toEqual(['sent', 'sent', 'sent']);
    expect(platforms.calls('dingtalk-token')).toBe(1);
  });

  test('is renewed some minutes before it ends', async () => {
    const way = makeWay();
    await way.send(PERSON, says('a'), 1);
    clock += (7200 - 4 * 60) * 1000;
    expect(await way.send(PERSON, says('b'), 1)).toEqual({ kind: 'sent' });
    expect([platforms.calls('dingtalk-token'), platforms.calls('dingtalk-person')]).toEqual([2, 2]);
  });

  test('is renewed once when it is refused', async () => {
    const way = makeWay();
    await way.send(PERSON, says('a'), 1);
    platforms.dingtalkApi.revokeToken();
    expect(await way.send(PERSON, says('b'), 1)).toEqual({ kind: 'sent' });
    expect([platforms.calls('dingtalk-token'), platforms.calls('dingtalk-person')]).toEqual([2, 3]);
    platforms.misbehave('dingtalk-person', failed(400, 'InvalidAuthentication', '不合法的access_token'), 10);
    expect((await way.send(PERSON, says('c'), 1)).kind).toBe('hold');
    expect(platforms.calls('dingtalk-person')).toBe(5);
  });

  test('is not there with a wrong secret, which is said without it', async () => {
    expect(await makeWay({ appSecret: 'wrong-secret' }).send(PERSON, says('a'), 1)).toEqual({
      kind: 'hold',
      afterMs: 600_000,
    });
    expect(logged).toContain('DINGTALK_APP_SECRET');
    expect(logged).not.toContain('wrong-secret');
  });
});

describe('what the OpenAPI refuses', () => {
  const GOES_BY_ITSELF = 'remedy is not there';
  test.each([
    ['system.error', { kind: 'retry', afterMs: 1_000 }, GOES_BY_ITSELF],
    ['send.too.fast', { kind: 'retry', afterMs: 60_000 }, GOES_BY_ITSELF],
    ['Forbidden.AccessDenied.QpsLimitForAppkeyAndApi', { kind: 'retry', afterMs: 60_000 }, GOES_BY_ITSELF],
    ['Forbidden.AccessDenied.AccessTokenPermissionDenied', { kind: 'hold', afterMs: 600_000 }, 'qyapi_robot_sendmsg'],
    ['Forbidden.AccessDenied.ApiCountLimitForOrg', { kind: 'hold', afterMs: 600_000 }, 'this month are used up'],
    ['bot.stopped', { kind: 'hold', afterMs: 600_000 }, 'start the robot'],
    ['param.error', { kind: 'hold' }, GOES_BY_ITSELF],
    ['group.disbanded', { kind: 'hold' }, GOES_BY_ITSELF],
    ['never.seen', { kind: 'hold', afterMs: 600_000 }, GOES_BY_ITSELF],
  ])('%s becomes %j, with the remedy where there is one', async (code, result, remedy) => {
    platforms.misbehave('dingtalk-person', failed(403, code, 'as told'), 1);
    expect(await makeWay().send(PERSON, says('x'), 1)).toEqual(result);
    expect(logged).toContain(code);
    if (remedy === GOES_BY_ITSELF) expect(logged).not.toContain('"remedy"');
    else expect(logged).toContain(remedy);
  });

  test.each([
    ['in HTML', { status: 403, body: '<h1>forbidden</h1>' }],
    ['with a status', { status: 200, body: { status: 1111, wait: 5, punish: 'deny' } }],
    ['with 429', { status: 429, body: {} }],
  ])('for too many calls from this address, %s, is tried again a minute later', async (_, answer) => {
    platforms.misbehave('dingtalk-person', answer, 1);
    expect(await makeWay().send(PERSON, says('x'), 1)).toEqual({ kind: 'retry', afterMs: 60_000 });
  });

  test('for one person only stands in a good answer', async () => {
    const stranger = { ...PERSON, staffId: 'stranger' };
    expect(await makeWay().send(stranger, says('x'), 1)).toEqual({ kind: 'hold' });
    expect(logged).toContain('invalidStaffIdList');
    platforms.dingtalkApi.controlFlowTo('staff001');
    expect(await makeWay().send(PERSON, says('x'), 1)).toEqual({ kind: 'retry', afterMs: 60_000 });
    expect(platforms.delivered).toEqual([]);
  });

  test.each(['reset', 'html-500'] as const)('is not known where it is not heard from (%s)', async (how) => {
    platforms.misbehave('dingtalk-person', how, 10);
    expect(await makeWay().send(PERSON, says('x'), 2)).toEqual({ kind: 'retry', afterMs: 2_000 });
    expect(await makeWay().send(PERSON, says('x'), 5)).toEqual({ kind: 'hold' });
  });

  test('when the month’s calls are used up is said with what to do', async () => {
    const way = makeWay();
    for (let number = 0; number < 30; number++) await way.send(PERSON, says('x'), 1);
    expect(await way.send(PERSON, says('x'), 1)).toEqual({ kind: 'hold', afterMs: 600_000 });
    expect(logged).toContain('this month are used up');
    expect(platforms.dingtalkUsage.api).toBe(used.length);
  });
});

describe('a question', () => {
  const question: QuestionCard = {
    id: 'q-1',
    title: '待确认：核销6次？',
    detail: '',
    buttons: [
      { label: '确认', says: '确认 R-7K3M9Q2A' },
      { label: '取消', says: '取消 R-7K3M9Q2A' },
    ],
  };
  const text = '待确认：核销6次？\n人民路店 *R-7K3M9Q2A*\n回复「确认 R-7K3M9Q2A」';
  const asked = { text, question };

  test('has buttons in a one-to-one chat, whose taps are what one would type; the text asks as well', async () => {
    await makeWay().send(withWebhook(PERSON, 's'), asked, 1);
    await makeWay().send(PERSON, asked, 1);
    expect(platforms.delivered.map(({ to }) => to)).toEqual(['s', 'staff001']);
    for (const { text: shown, buttons } of platforms.delivered) {
      expect(buttons).toEqual(question.buttons);
      expect(shown).toContain('回复「确认 R-7K3M9Q2A」');
      expect(shown, 'each line on its own').toContain('？  \n人民路店');
      expect(shown).not.toContain('*');
    }
  });

  test('has as many buttons as answers', async () => {
    const three = [...question.buttons, { label: '②', says: '确认 R-7K3M9Q2B' }];
    await makeWay().send(PERSON, { text, question: { ...question, buttons: three } }, 1);
    expect(platforms.delivered).toMatchObject([{ buttons: three }]);
  });

  // Whether the robot would hear the tap there is not known.
  test('has none in a group, by either way', async () => {
    await makeWay().send(withWebhook(GROUP, 's'), asked, 1);
    await makeWay().send(GROUP, asked, 1);
    await makeWay().send({ ...GROUP, conversation: null }, asked, 1);
    expect(platforms.delivered.map(({ to, buttons }) => [to, buttons])).toEqual([
      ['s', undefined],
      ['cidGROUP==', undefined],
      ['staff001', undefined],
    ]);
  });

  test('shows nothing of what people or the vendor say as markup', async () => {
    const evil = '[领奖](dtmd://dingtalkclient/sendMessage?content=x) ![](https://evil.example/p.png) <b> # @all';
    const hostile = { text: `核销失败「${evil}」`, question: { ...question, title: evil } };
    await makeWay().send(withWebhook(PERSON, 's'), hostile, 1);
    await makeWay().send(PERSON, hostile, 1);
    expect(platforms.delivered).toHaveLength(2);
    for (const { text: shown } of platforms.delivered) expect(shown).not.toMatch(/[[\]<>#@]|:\/\/|evil\./u);
  });
});

test('long texts are cut to what each way takes', async () => {
  const long = '核销失败 "余额不足"\n'.repeat(2_000);
  const buttons = [
    { label: '确认', says: '确认 R-7K3M9Q2A' },
    { label: '取消', says: '取消 R-7K3M9Q2A' },
  ];
  const question = { id: 'q', title: '待确认', detail: '', buttons };
  for (const to of [withWebhook(PERSON, 's'), PERSON, GROUP])
    for (const reply of [says(long), { text: long, question }])
      expect(await makeWay().send(to, reply, 1)).toEqual({ kind: 'sent' });
  for (const { text } of platforms.delivered) expect(Buffer.byteLength(text)).toBeGreaterThan(10_000);
});

test('what has been used of a month’s quota is counted, and said once as it gets near', () => {
  const usage = createUsage({ now, log, onUse: (kind) => used.push(kind) });
  clock = Date.UTC(2026, 10, 30, 15, 0, 0);
  for (let number = 0; number < 4_500; number++) usage.count('api');
  for (let number = 0; number < 2_399; number++) usage.count('push');
  expect(logged.match(/quota/gu)).not.toBeNull();
  expect(logged.split('\n').filter((line) => line.includes('"kind":"api"'))).toHaveLength(1);
  expect(logged).not.toContain('"kind":"push"');
  expect(used).toHaveLength(6_899);
  // The month of Beijing is over.
  clock += 3_600_000;
  usage.count('push');
  expect(logged).not.toContain('"kind":"push"');
});
