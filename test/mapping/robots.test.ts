import { describe, expect, test } from 'vitest';
import { MappingError } from '../../src/mapping/mapping-error.ts';
import { unknownFields } from '../../src/mapping/mapping.ts';
import { readMapping } from '../../src/mapping/read-mapping.ts';
import { createRobotBook } from '../../src/mapping/robot-book.ts';
import { indexed } from './indexed.ts';

const SECRET_KEY = '0f0e0d0c-1111-2222-3333-444455556666';
const WECOM = { robot: 'wecom', url: `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${SECRET_KEY}` };
const DINGTALK = {
  robot: 'dingtalk',
  url: `https://oapi.dingtalk.com/robot/send?access_token=${SECRET_KEY}`,
  secret: `SEC${SECRET_KEY}`,
};
const FEISHU = { robot: 'feishu', url: `https://open.feishu.cn/open-apis/bot/v2/hook/${SECRET_KEY}`, secret: 's' };

const textOf = (notify: unknown, top: unknown = []) =>
  JSON.stringify({ stores: [{ code: 'EW_1', name: ' ', notify }], staff: [], notify: top }, null, 1);

function problemsOf(notify: unknown, hosts: readonly string[] = []): readonly string[] {
  try {
    readMapping(textOf([notify]), 'mapping.json', hosts);
    return [];
  } catch (error) {
    if (error instanceof MappingError) return error.problems;
    throw error;
  }
}

describe('robots in the mapping', () => {
  test('stand at a store or at the top, with what they want to hear and whom they call', () => {
    const mapping = indexed(
      textOf([{ ...WECOM, events: ['refused', 'succeeded'], mention: ['zhangsan'] }, DINGTALK], [FEISHU]),
    );
    const book = createRobotBook({ snapshot: () => mapping });
    const kinds = ['refused', 'unknown', 'settled', 'summary'];
    expect(book.robots()).toEqual([
      { platform: 'feishu', url: FEISHU.url, secret: 's', kinds, mention: [], storeCode: null },
      {
        platform: 'wecom',
        url: WECOM.url,
        secret: null,
        kinds: ['refused', 'succeeded'],
        mention: ['zhangsan'],
        storeCode: 'EW_1',
      },
      { platform: 'dingtalk', url: DINGTALK.url, secret: DINGTALK.secret, kinds, mention: [], storeCode: 'EW_1' },
    ]);
    expect(book.robots()).toBe(book.robots());
    expect(book.stores()).toEqual([{ code: 'EW_1', name: 'EW_1' }]);
    expect(mapping.rest.ignored).toEqual([]);
  });

  test('with a mistyped field are told so', () => {
    const mapping = readMapping(textOf([{ ...WECOM, event: [] }], [{ ...FEISHU, mentions: [] }]), 'm');
    expect(unknownFields(mapping)).toEqual([
      expect.stringMatching(/^stores\[0\]\.notify\[0\]\.event is not .*events/u),
      expect.stringMatching(/^notify\[0\]\.mentions is not /u),
    ]);
  });

  test.each<[string, unknown, string]>([
    ['no platform', { url: WECOM.url }, 'robot must be "wecom", "dingtalk" or "feishu"'],
    ['another platform', { ...WECOM, robot: 'slack' }, 'robot must be "wecom"'],
    ['no address', { robot: 'wecom' }, 'url is missing'],
    ['no URL', { ...WECOM, url: SECRET_KEY }, 'url must be the robot’s address'],
    [
      'another host',
      { ...WECOM, url: `https://evil.example/?key=${SECRET_KEY}` },
      'url must be on qyapi.weixin.qq.com',
    ],
    ['another platform’s host', { ...WECOM, robot: 'dingtalk' }, 'url must be on oapi.dingtalk.com'],
    [
      'a host that only begins right',
      { ...WECOM, url: `https://qyapi.weixin.qq.com.evil.cn/?key=${SECRET_KEY}` },
      'on',
    ],
    ['a host as user name', { ...WECOM, url: `https://qyapi.weixin.qq.com@evil.cn/?key=${SECRET_KEY}` }, 'user name'],
    ['another port', { ...WECOM, url: WECOM.url.replace('.com/', '.com:444/') }, 'url must be on'],
    ['http', { ...WECOM, url: WECOM.url.replace('https', 'http') }, 'url must begin with https://'],
    ['no key', { ...WECOM, url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send' }, 'url must hold the robot’s key'],
    ['no token', { ...DINGTALK, url: 'https://oapi.dingtalk.com/robot/send?access_token=' }, 'access_token'],
    [
      'a secret with a blank',
      { ...DINGTALK, secret: `SEC ${SECRET_KEY}` },
      'secret must be the robot’s signing secret',
    ],
    ['an unknown event', { ...WECOM, events: ['refused', 'sumary'] }, 'events[1] must be "refused", "unknown"'],
    ['events that are no list', { ...WECOM, events: 'refused' }, 'events must be a list'],
    ['a mention that is markup', { ...WECOM, mention: ['<@all>'] }, 'mention[0] must be a user id'],
    ['too many mentions', { ...WECOM, mention: Array(21).fill('x') }, 'mention must not have more than 20'],
    ['no object', SECRET_KEY, 'stores[0].notify[0] must be an object in braces'],
  ])('%s: the place is named, the address is not', (_what, robot, message) => {
    const problems = problemsOf(robot);
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(problems.join()).toMatch(/^line \d+: stores\[0\]\.notify\[0\]/u);
    expect(problems.join()).not.toContain(SECRET_KEY);
  });

  test('may be on hosts that are listed: exactly those, and unencrypted on this machine only', () => {
    const at = (origin: string) => ({ ...WECOM, url: `${origin}/cgi-bin/webhook/send?key=k` });
    expect(problemsOf(at('https://wecom.corp.example'), ['wecom.corp.example'])).toEqual([]);
    expect(problemsOf(at('https://wecom.corp.example:8443'), ['wecom.corp.example'])).toHaveLength(1);
    expect(problemsOf(at('http://wecom.corp.example'), ['wecom.corp.example'])).toHaveLength(1);
    expect(problemsOf(at('http://127.0.0.1:9000'), ['127.0.0.1:9000'])).toEqual([]);
    expect(problemsOf(at('http://127.0.0.1:9001'), ['127.0.0.1:9000'])).toHaveLength(1);
  });
});
