import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { digestText, newsText } from '../../src/command/sentences/groups.ts';
import { plain } from '../../src/command/plain.ts';
import type { RobotApi, RobotText } from '../../src/platforms/robot.ts';
import { toRobot } from '../../src/notices/robot.ts';
import { createSender, ROBOTS } from '../../src/platforms/robots.ts';
import type { RobotPlatform } from '../../src/platforms/hosts.ts';
import { entry, HOSTILE, MARKUP, news, REFUSED, UNKNOWN } from '../notices/fixtures.ts';

const { wecom, dingtalk, feishu } = ROBOTS;
const NAMES = ['wecom', 'dingtalk', 'feishu'] as const;
const TEXT: RobotText = { ...newsText(news()), mentions: [] };
const Vectors = z.array(
  z.looseObject({
    id: z.string(),
    timestamp: z.string().optional(),
    secret: z.string().optional(),
    expected: z.unknown(),
    expectedBase64: z.string().optional(),
  }),
);
const vectors = Vectors.parse(JSON.parse(readFileSync('test/vectors/dingtalk-feishu.json', 'utf8')));

function vector(id: string) {
  const {
    timestamp = '',
    secret = '',
    ...rest
  } = vectors.find((each) => each.id === id) ?? {
    expected: null,
    expectedBase64: null,
  };
  return { timestamp, secret, ...rest };
}

const robot = (platform: RobotPlatform, secret: string | null = null) =>
  toRobot(entry({ platform, secret, url: 'https://oapi.dingtalk.com/robot/send?access_token=t' }));

/** The text as the group's clients get it. */
function shown(platform: RobotApi, name: RobotPlatform, text: RobotText): string {
  const { body } = platform.post(robot(name), text, 'u', 0);
  const { markdown, content } = z
    .looseObject({
      markdown: z.looseObject({ content: z.string().optional(), text: z.string().optional() }).optional(),
      content: z.looseObject({ text: z.string() }).optional(),
    })
    .parse(body);
  return markdown?.content ?? markdown?.text ?? content?.text ?? '';
}

describe('plain text', () => {
  test.each(HOSTILE)('%j is no markup of any dialect any more', (hostile) => {
    expect(plain(hostile)).not.toMatch(MARKUP);
    expect(plain(`说 ${hostile} 完`)).not.toMatch(/[<>[\]@&]|:\/\//u);
  });

  test.each([
    'R-7K3M9Q2A',
    '尾号4024，2次',
    '22:01',
    '10.5元',
    '张三（wecom:zhang_san）',
    '剩余次数不足！',
    '门店｜条数',
  ])('%s stays as it is', (text) => expect(plain(text)).toBe(text));
});

describe.each(NAMES)('%s', (name) => {
  const platform = ROBOTS[name];

  test.each(HOSTILE)('shows %j, said by vendor, store and staff, as plain words', (hostile) => {
    const redemption = { ...REFUSED, vendorMsg: hostile, store: { code: 'x', name: hostile } };
    for (const text of [
      newsText(news(redemption, { who: hostile })),
      digestText([news(redemption, { who: hostile }), news()], 0),
    ]) {
      const [, ...lines] = shown(platform, name, { ...text, mentions: [] }).split('\n');
      for (const each of lines) expect(each).not.toMatch(MARKUP);
    }
  });

  test('mentions only the people that the mapping names', () => {
    const { body } = platform.post(
      robot(name),
      { ...newsText(news(UNKNOWN)), mentions: ['zhangsan', 'li.si'] },
      'u',
      0,
    );
    const calls = {
      wecom: '<@zhangsan><@li.si>',
      dingtalk: '@zhangsan @li.si',
      feishu: '<at user_id="zhangsan"></at><at user_id="li.si"></at>',
    };
    expect(
      shown(platform, name, { ...TEXT, mentions: ['zhangsan', 'li.si'] })
        .split('\n')
        .at(-1),
    ).toBe(calls[name]);
    if (name === 'dingtalk') expect(body).toMatchObject({ at: { atUserIds: ['zhangsan', 'li.si'], isAtAll: false } });
    expect(shown(platform, name, TEXT)).not.toMatch(/@/u);
  });

  test('takes an answer that it does not understand for none', () => {
    for (const answer of [null, undefined, '', 'ok', [], {}, { errcode: null }, { code: 'x' }, { errcode: '' }]) {
      expect(platform.judge(answer)).toBeNull();
    }
  });

  test.each([{}, { code: 9499, msg: 'Bad Request' }, { errcode: 310000, errmsg: 'x' }, null])(
    'takes status 429 for throttling, with any body (%j)',
    async (json) => {
      const http = { exchange: async () => ({ kind: 'heard' as const, status: 429, headers: {}, json }) };
      const send = createSender({ http, now: () => 0, locate: (url) => url });
      expect((await send(robot(name), TEXT, 'u')).kind).toBe('throttled');
    },
  );

  test('takes an unknown code for a robot that does not work', () => {
    const field = name === 'feishu' ? 'code' : 'errcode';
    expect(platform.judge({ [field]: 123456, errmsg: '?' })?.kind).toBe('dead');
  });
});

describe('limits count bytes:', () => {
  const of = (bytes: number, platform: RobotPlatform): RobotText => {
    const text = (lines: string[]): RobotText => ({ title: '核销', lines, alarming: false, mentions: [] });
    const overhead = (platform === 'wecom' ? Buffer.byteLength(shown(wecom, 'wecom', text(['']))) : 0) + 0;
    return text(['次'.repeat(Math.floor((bytes - overhead) / 3)) + 'x'.repeat((bytes - overhead) % 3)]);
  };

  test('WeCom 4096 of the content', () => {
    expect(Buffer.byteLength(shown(wecom, 'wecom', of(4096, 'wecom')))).toBe(4096);
    expect(wecom.fits(of(4096, 'wecom'))).toBe(true);
    expect(wecom.fits(of(4097, 'wecom'))).toBe(false);
  });

  test.each(['dingtalk', 'feishu'] as const)('%s 20,000 of the body, signature included', (name) => {
    const platform = ROBOTS[name];
    let bytes = 18_000;
    while (platform.fits(of(bytes + 1, name))) bytes += 1;
    const { body } = platform.post(robot(name, 'SECsecret'), of(bytes, name), crypto.randomUUID(), 1_760_000_000_000);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(20_000);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeGreaterThan(19_800);
  });
});

describe('DingTalk', () => {
  test('signs the address anew for every message, encoded once', () => {
    const { timestamp, secret, expected, expectedBase64 } = vector('dt-custom-robot-sign-urlencoded');
    const signed = dingtalk.post(robot('dingtalk', secret), TEXT, 'u', Number(timestamp)).url;
    expect(signed).toContain(`sign=${String(expected)}`);
    const query = new URL(signed).searchParams;
    expect([...query]).toEqual([
      ['access_token', 't'],
      ['timestamp', timestamp],
      ['sign', expectedBase64],
    ]);
    expect(dingtalk.post(robot('dingtalk'), TEXT, 'u', 1).url).not.toContain('sign');
  });

  test('breaks lines where markdown would not, and carries the number of the message', () => {
    expect(dingtalk.post(robot('dingtalk'), TEXT, 'uuid-1', 0).body).toEqual({
      msgtype: 'markdown',
      markdown: {
        title: '核销失败',
        text: '### 核销失败  \n人民路店，张三  \n尾号4024，2次  \n22:01，R-7K3M9Q2A',
      },
      at: { atUserIds: [], isAtAll: false },
      msgUuid: 'uuid-1',
    });
  });

  test.each([
    [0, 'sent'],
    ['0', 'sent'],
    [-1, 'busy'],
    [130101, 'throttled'],
    [410100, 'throttled'],
    [90018, 'throttled'],
    [430104, 'content'],
    [460101, 'content'],
    [310000, 'dead'],
    [300001, 'dead'],
    [300005, 'dead'],
    [400101, 'dead'],
    [400013, 'dead'],
  ])('errcode %s means %s', (errcode, kind) => {
    expect(dingtalk.judge({ errcode, errmsg: 'm' })).toEqual({ kind, answer: `${errcode} m` });
  });
});

describe('Feishu', () => {
  test('signs the other way round, in the body, in seconds', () => {
    const { timestamp, secret, expected } = vector('fs-custombot-sign-xxx');
    const { url, body } = feishu.post(robot('feishu', secret), TEXT, 'u', Number(timestamp) * 1000 + 999);
    expect(body).toMatchObject({ timestamp, sign: expected, msg_type: 'text' });
    expect(url).toBe(robot('feishu').url);
    expect(feishu.post(robot('feishu'), TEXT, 'u', 0).body).not.toHaveProperty('sign');
  });

  test.each([
    [{ code: 0, msg: 'success' }, 'sent'],
    [{ StatusCode: 0, StatusMessage: 'success' }, 'sent'],
    [{ code: 11232, msg: 'm' }, 'throttled'],
    [{ code: 9499, msg: 'Bad Request' }, 'content'],
    [{ code: 9499, msg: 'too many request' }, 'throttled'],
    [{ code: 9499, msg: 'Too Many Requests, try again later' }, 'throttled'],
    [{ code: 99991400, msg: 'request trigger frequency limit' }, 'throttled'],
    [{ code: 99991401, msg: 'request trigger frequency limit' }, 'throttled'],
    [{ StatusCode: 9499, StatusMessage: 'too many request' }, 'throttled'],
    [{ code: 19001, msg: 'm' }, 'dead'],
    [{ code: 19021, msg: 'm' }, 'dead'],
    [{ code: 19022, msg: 'm' }, 'dead'],
    [{ code: 19024, msg: 'm' }, 'dead'],
  ])('%j means %s', (answer, kind) => expect(feishu.judge(answer)?.kind).toBe(kind));
});

describe('WeCom', () => {
  test('shows in colour what a person should look at', () => {
    expect(wecom.post(robot('wecom'), TEXT, 'u', 0).body).toEqual({
      msgtype: 'markdown',
      markdown: {
        content: '<font color="warning">核销失败</font>\n人民路店，张三\n尾号4024，2次\n22:01，R-7K3M9Q2A',
      },
    });
  });

  test.each([
    [0, 'sent'],
    [-1, 'busy'],
    [45009, 'throttled'],
    [45033, 'throttled'],
    [45002, 'content'],
    [40058, 'content'],
    [93000, 'dead'],
    [93005, 'dead'],
    [93006, 'dead'],
  ])('errcode %s means %s', (errcode, kind) => expect(wecom.judge({ errcode, errmsg: 'm' })?.kind).toBe(kind));
});
