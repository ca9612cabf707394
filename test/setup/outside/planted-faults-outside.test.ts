import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckContext, Outcome } from '../../../src/setup/checks/check.ts';
import { APP_KEYS } from '../../support/service.ts';
import { EXPIRED_TLS } from '../../support/tls.ts';
import { named, openOutside, type Outside } from '../checks/outside-stage.ts';

let outside: Outside;
beforeEach(async () => {
  outside = await openOutside();
});
afterEach(() => outside.close());

interface Fault {
  /** What is wrong. */
  readonly fault: string;
  /** The check that finds it. */
  readonly by: string;
  readonly outcome?: Outcome;
  /** What it says, in Chinese, of what it saw and what to do. */
  readonly says: RegExp;
  readonly settings?: (outside: Outside) => Readonly<Record<string, string>>;
  /** What is wrong outside; may return another context. */
  readonly plant?: (outside: Outside) => Partial<CheckContext> | undefined | Promise<Partial<CheckContext> | undefined>;
}

const set = (settings: Readonly<Record<string, string>>) => () => settings;
const does = (act: (outside: Outside) => unknown) => async (outside: Outside) => {
  await act(outside);
  return undefined;
};

const FAULTS: readonly Fault[] = [
  {
    fault: 'the wrong vendor key',
    by: 'vendor-key',
    settings: set({ LIANTUOFU_KEY: 'ffffffffffffffffffffffffffffffff' }),
    says: /密钥不对.*签名错误.*重新复制/su,
  },
  {
    fault: 'the wrong appId',
    by: 'vendor-key',
    settings: set({ LIANTUOFU_APP_ID: 'EW_N0000000001' }),
    says: /appId 不对.*商户不存在/su,
  },
  {
    fault: 'card details that are not granted',
    by: 'vendor-card-detail',
    outcome: 'warn',
    plant: does(({ vendor }) =>
      vendor.books.setCard({
        ...{ card: '0'.repeat(18), balance: 1, dynamicCode: null, expired: false, manner: 'normal', label: '' },
        detail: 'denied',
      }),
    ),
    says: /没有开通次卡详情.*无接口权限.*userTimesCardDetail/su,
  },
  {
    fault: 'a vendor that is away',
    by: 'vendor-reachable',
    plant: does(({ vendor }) => vendor.close()),
    says: /127\.0\.0\.1:\d+ 拒绝连接/u,
  },
  {
    fault: 'a firewall that lets nothing but the proxy out',
    by: 'vendor-reachable',
    plant: does(({ vendor }) => vendor.close()),
    says: /不经过 HTTPS_PROXY/u,
  },
  {
    fault: 'a WeCom gateway that is not reached',
    by: 'wecom-gateway',
    settings: set({
      ...{
        WECOM_BOT_TOKEN: '',
        WECOM_BOT_AES_KEY: '',
        WECOM_BOT_ID: 'aibBOT01',
        WECOM_BOT_SECRET: 'botSecret0123456789',
      },
      WECOM_SOCKET_URL: 'ws://127.0.0.1:1',
    }),
    says: /127\.0\.0\.1:1 拒绝连接/u,
  },
  {
    fault: 'a vendor address with too much in it',
    by: 'vendor-address',
    settings: ({ vendor }) => ({ LIANTUOFU_URL: `${vendor.url}/open` }),
    says: /多写了 \/open/u,
  },
  {
    fault: 'a vendor address where there is no such endpoint',
    by: 'vendor-address',
    settings: ({ vendor }) => ({ LIANTUOFU_URL: `${vendor.url}/v2` }),
    says: /没有次卡接口（状态 404）/u,
  },
  {
    fault: 'a clock that is 90 seconds ahead',
    by: 'clock',
    plant: () => ({ now: () => Date.now() + 90_000 }),
    says: /快了约 (?:89|90|91) 秒.*timedatectl set-ntp true/su,
  },
  {
    fault: 'a clock that is 20 seconds behind',
    by: 'clock',
    outcome: 'warn',
    plant: () => ({ now: () => Date.now() - 20_000 }),
    says: /慢了约 (?:19|20|21) 秒/u,
  },
  {
    fault: 'the wrong corp',
    by: 'wecom-app-secret',
    settings: set({ WECOM_CORP_ID: 'wwCORP00000000002' }),
    says: /40013.*WECOM_CORP_ID 不对/su,
  },
  {
    fault: 'the wrong app secret',
    by: 'wecom-app-secret',
    settings: set({ WECOM_APP_SECRET: 'anotherSecret0123456' }),
    says: /40001.*WECOM_APP_SECRET 不是这个应用的/su,
  },
  {
    fault: 'no app secret',
    by: 'wecom-app-secret-missing',
    outcome: 'warn',
    settings: set({ WECOM_APP_SECRET: '' }),
    says: /超过 5 秒的结果发不出去/u,
  },
  {
    fault: 'the wrong agent',
    by: 'wecom-app-agent',
    settings: set({ WECOM_APP_AGENT_ID: '1000003' }),
    says: /301002.*不是同一个应用的/su,
  },
  {
    fault: 'an address that is not trusted',
    by: 'wecom-app-agent',
    plant: does(({ platforms }) => platforms.wecomAgent.distrust('203.0.113.7')),
    says: /203\.0\.113\.7.*企业可信IP → 配置，填入 203\.0\.113\.7/su,
  },
  {
    fault: 'an app that is switched off',
    by: 'wecom-app-agent',
    plant: does(({ platforms }) => platforms.wecomAgent.changeAgent({ close: 1 })),
    says: /「核销助手」被停用/u,
  },
  {
    fault: 'an app that nobody can see',
    by: 'wecom-app-agent',
    plant: does(({ platforms }) => platforms.wecomAgent.changeAgent({ users: [], parties: [] })),
    says: /可见范围是空的/u,
  },
  {
    fault: 'the wrong DingTalk secret',
    by: 'dingtalk-credentials',
    settings: set({ DINGTALK_APP_SECRET: 'not the secret of it' }),
    says: /invalidClientIdOrSecret.*凭证与基础信息/su,
  },
  {
    fault: 'a DingTalk gateway that refuses',
    by: 'dingtalk-gateway',
    settings: ({ connections }) => ({ ...connections, DINGTALK_APP_SECRET: 'not the secret of it' }),
    says: /authFailed 鉴权失败.*重新复制/su,
  },
  {
    fault: 'the robot code of another robot',
    by: 'dingtalk-robot-code',
    settings: set({ DINGTALK_ROBOT_CODE: 'dingother' }),
    says: /invalidParameter\.robotCode\.auth/u,
  },
  {
    fault: 'the wrong Feishu secret',
    by: 'feishu-credentials',
    settings: set({ FEISHU_APP_SECRET: 'anotherFeishuSecret' }),
    says: /10014.*FEISHU_APP_SECRET 不是同一个应用的/su,
  },
  {
    fault: 'a Feishu gateway that refuses',
    by: 'feishu-gateway',
    settings: ({ connections }) => ({ ...connections, FEISHU_APP_SECRET: 'anotherFeishuSecret' }),
    says: /1000040345.*长连接接收事件/su,
  },
  {
    fault: 'too many Feishu connections',
    by: 'feishu-gateway',
    settings: ({ connections }) => connections,
    plant: does(({ feishu }) => feishu.misbehave('endpoint', 1000040350, 5)),
    says: /长连接太多了/u,
  },
  {
    fault: 'a Feishu app without the bot ability',
    by: 'feishu-bot',
    plant: does(({ feishu }) => feishu.setBotStatus(null)),
    says: /11205.*添加应用能力 → 机器人/su,
  },
  {
    fault: 'a Feishu bot that was switched off',
    by: 'feishu-bot',
    plant: does(({ feishu }) => feishu.setBotStatus(1)),
    says: /「核销助手」没有启用/u,
  },
  {
    fault: 'a proxy that does not lead a path on',
    by: 'public-address',
    plant: does(({ front }) =>
      front.behave(({ url = '' }, response) => {
        if (!url.startsWith('/feishu')) return url;
        response.writeHead(404).end();
        return null;
      }),
    ),
    says: /\/feishu：找不到（404）.*proxy_pass/su,
  },
  {
    fault: 'a service with other keys behind the public address',
    by: 'public-address',
    plant: does(async ({ front, serve }) =>
      front.leadTo((await serve({ WECOM_APP_AES_KEY: APP_KEYS.aesKey.replace('j', 'k') })).url),
    ),
    says: /\/wecom\/app：那里的程序不认这里的密钥.*\/dingtalk：收得到.*重启/su,
  },
  {
    fault: 'a query in which + becomes a blank',
    by: 'public-address',
    plant: does(({ front }) => front.behave(({ url = '' }) => url.replaceAll('%2B', '+'))),
    says: /参数在路上被改了（\+ 变成了空格）/u,
  },
  {
    fault: 'a proxy that drops the query',
    by: 'public-address',
    plant: does(({ front }) => front.behave(({ url = '' }) => url.replace(/\?.*/u, ''))),
    says: /\/wecom\/app：那里的程序不认这里的密钥.*\? 后面的参数/su,
  },
  {
    fault: 'a query that is encoded twice',
    by: 'public-address',
    plant: does(({ front }) => front.behave(({ url = '' }) => url.replaceAll('%', '%25'))),
    says: /参数在路上被改了/u,
  },
  {
    fault: 'another page at the public address',
    by: 'public-address',
    plant: does(({ front }) =>
      front.behave((_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome to nginx!</h1>');
        return null;
      }),
    ),
    says: /\/wecom\/app：回答的不是本程序.*\/dingtalk：回答的不是本程序/su,
  },
  {
    fault: 'a public address that leads elsewhere',
    by: 'public-address',
    plant: does(({ front }) =>
      front.behave((_, response) => {
        response.writeHead(301, { location: 'https://www.example.com/x' }).end();
        return null;
      }),
    ),
    says: /被转到 https:\/\/www\.example\.com（301）/u,
  },
  {
    fault: 'a service that the proxy does not reach',
    by: 'public-address',
    plant: does(({ front }) => front.leadTo('http://127.0.0.1:1')),
    says: /代理连不上本程序（502）/u,
  },
  {
    fault: 'callbacks without a public address',
    by: 'public-address',
    outcome: 'warn',
    settings: set({ PUBLIC_URL: '' }),
    says: /没有设置 PUBLIC_URL/u,
  },
  {
    fault: 'a certificate that has expired',
    by: 'certificate',
    plant: does(({ front }) => front.show(EXPIRED_TLS)),
    says: /证书已经过期.*certbot renew/su,
  },
  {
    fault: 'a certificate that expires soon',
    by: 'certificate',
    outcome: 'warn',
    plant: () => ({ now: () => Date.UTC(2126, 10, 1) }),
    says: /证书还有 2 天到期（2126-11-03）/u,
  },
  {
    fault: 'a certificate for another name',
    by: 'certificate',
    settings: set({ PUBLIC_URL: 'https://other.example' }),
    says: /证书不是 other\.example 的/u,
  },
  {
    fault: 'metrics that the world can see',
    by: 'metrics-not-public',
    plant: does(({ front }) =>
      front.behave(({ url = '', headers }) => {
        // As a proxy on the same machine that tells nothing of whom it serves.
        headers.host = 'localhost';
        return url;
      }),
    ),
    says: /公网上看得到 \/metrics \/readyz/u,
  },
  {
    fault: 'a robot that was removed from its group',
    by: 'robots',
    plant: does(({ robots, group }) => robots.revoke(group)),
    says: /钉钉群机器人 …9876：平台拒收（300005.*重新添加/su,
  },
  {
    fault: 'the wrong secret of a robot',
    by: 'robots',
    plant: ({ mapping, robot }) => ({
      mapping: async () => ({ ...mapping, notify: [{ ...robot, secret: 'SECwrong' }] }),
    }),
    says: /310000 sign not match.*加签/su,
  },
  {
    fault: 'a robot on a host that is not its platform’s',
    by: 'robots',
    plant: ({ mapping, robot }) => ({
      mapping: async () => ({
        ...mapping,
        notify: [{ ...robot, url: 'https://evil.example/robot/send?access_token=x' }],
      }),
    }),
    says: /地址不对（evil\.example）/u,
  },
];

describe('a fault outside is found by name:', () => {
  test.each(FAULTS)('$fault, by $by', async ({ by, outcome = 'fail', says, settings, plant }) => {
    const context = (await plant?.(outside)) ?? {};
    const report = await outside.look(settings?.(outside), context);
    const found = named(report, by);
    expect(`${found.outcome}: ${found.seen.zh} → ${found.todo?.zh ?? ''}`).toMatch(says);
    expect(found.outcome).toBe(outcome);
    expect(found.todo).not.toBeNull();
    expect(JSON.stringify(report)).not.toMatch(SECRETS);
    // Whatever is wrong, nothing is ever spent by looking.
    expect(outside.vendor.books.calls).toEqual([]);
  });
});

/** None of what is looked at with may be in what is told. */
const SECRETS = new RegExp(
  [
    ...['0123456789abcdef0123456789abcdef', 'ffffffffffffffff', 'appSecret0123456789', 'anotherSecret0123456'],
    ...['AppToken01', 'BotToken01', APP_KEYS.aesKey, 'this is a secret', 'not the secret of it', 'feishuAppSecret'],
    ...['anotherFeishuSecret', 'feishu encrypt key', 'feishuVerificationToken01', 'SECrobotsecret', 'robotkey9876'],
    'access_token=',
  ].join('|'),
  'u',
);

test('a good set-up by callbacks is green, and looking at it changes nothing', async () => {
  const report = await outside.look();
  expect(report.results.filter(({ outcome }) => outcome !== 'ok').map(({ name }) => name)).toEqual([
    // Only a message proves it, and there is none to ask.
    'wecom-gateway',
    'wecom-bot-callbacks',
    'dingtalk-gateway',
    'feishu-gateway',
  ]);
  expect(report.counts).toMatchObject({ warn: 0, fail: 0, skipped: 4 });
  expect(JSON.stringify(report)).not.toMatch(SECRETS);
  expect(outside.vendor.books.calls).toEqual([]);
  expect(outside.platforms.delivered).toEqual([]);
  expect(outside.shown).toHaveLength(1);
  expect(outside.service.heard.filter((kind) => kind !== 'ignored')).toEqual([]);
  expect(outside.tunnel.asked.every((host) => host === 'api.example:443')).toBe(true);
});

test('a good set-up by connections is green too, connects to nothing, and needs no public address', async () => {
  const report = await outside.look(
    {
      ...outside.connections,
      ...{ WECOM_APP_TOKEN: '', WECOM_APP_AES_KEY: '', WECOM_APP_SECRET: '', WECOM_APP_AGENT_ID: '' },
      ...{ WECOM_BOT_TOKEN: '', WECOM_BOT_AES_KEY: '', PUBLIC_URL: '' },
    },
    { sends: false },
  );
  expect(report.counts).toMatchObject({ warn: 0, fail: 0 });
  expect(named(report, 'dingtalk-gateway').outcome).toBe('ok');
  expect(named(report, 'feishu-gateway').outcome).toBe('ok');
  expect(named(report, 'public-address').outcome).toBe('skipped');
  expect(named(report, 'public-address').seen.zh).toContain('长连接');
  expect(outside.platforms.dingtalk.connected()).toBe(0);
  expect(outside.feishu.lines.open()).toBe(0);
  expect(outside.shown).toEqual([]);
});

test('without live settings nothing outside is asked', async () => {
  const report = await outside.look(Object.fromEntries(Object.keys(outside.env).map((name) => [name, ''])));
  expect(report.counts).toEqual({ ok: 0, warn: 0, fail: 0, skipped: report.results.length });
  expect(outside.vendor.books.looks).toEqual([]);
  expect(outside.shown).toEqual([]);
});
