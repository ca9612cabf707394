import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import type { LateWay } from '../../src/chat/late-way.ts';
import { createLog } from '../../src/log.ts';
import type { Bot } from '../../src/platforms/bot.ts';
import { createBots, joinBots, type BotsSettings } from '../../src/platforms/bots.ts';
import { createPlatformHttp } from '../../src/platforms/http.ts';
import { BOT_SETTINGS } from '../../src/platforms/settings.ts';
import { PLATFORMS } from '../../src/redemption/user-id.ts';
import { realTime } from '../../src/time/real.ts';
import { nothingFetched } from '../support/not-fetched.ts';
import { APP_KEYS, BOT_KEYS, DINGTALK_SECRET } from '../support/service.ts';
import { APP_SECRET } from '../support/platforms.ts';

const http = createPlatformHttp();
afterAll(() => http.close());

const { receiveId: corpId, ...appKeys } = APP_KEYS;
const wecomApp = { ...appKeys, corpId, agentId: 1000002, secret: APP_SECRET };
const wecomBot = { ...BOT_KEYS, corpId };
const dingtalk: NonNullable<BotsSettings['dingtalk']> = {
  ...{ appSecret: DINGTALK_SECRET, clientId: null, mode: 'http', apiUrl: 'https://api.dingtalk.com' },
  ...{ robotCode: 'dingappkey1', corpId: null, webhookHosts: [] },
};
const dingtalkStream = { ...dingtalk, clientId: 'dingappkey1', mode: 'stream' as const };
const wecomSocketBot = { corpId, botId: 'aibBOT01', secret: 's', url: 'wss://wecom.invalid' };
const wecomApiUrl = 'https://qyapi.weixin.qq.com';
const feishu = {
  appId: 'cli_a1b2c3d4e5f60718',
  appSecret: 'secret',
  apiUrl: 'https://open.feishu.cn',
  callbacks: null,
};
const ALL: BotsSettings = { wecomApp, wecomBot, wecomSocketBot: null, dingtalk, feishu, wecomApiUrl };
const BY_CONNECTION: BotsSettings = { ...ALL, wecomBot: null, wecomSocketBot, dingtalk: dingtalkStream };
const OFF: BotsSettings = { ...ALL, wecomApp: null, wecomBot: null, dingtalk: null, feishu: null };

const create = (settings: BotsSettings) =>
  createBots(settings, {
    http,
    download: nothingFetched,
    now: Date.now,
    time: realTime,
    randomBytes,
    log: createLog({ level: 'silent' }),
  });

test('the bots that are on are those whose settings are there, each reached in the way that its settings name', () => {
  const { all } = create(ALL);
  const ways = [...all, ...create(BY_CONNECTION).all].map(({ webhook, socket }) => webhook?.path ?? socket?.name);
  expect(new Set(ways)).toEqual(
    new Set(Object.values(BOT_SETTINGS).flatMap(({ bots }) => bots.map(({ name }) => name))),
  );
  expect(new Set(all.map(({ platform }) => platform))).toEqual(new Set(PLATFORMS));
  expect(new Set(all.map(({ channel }) => channel)).size).toBe(all.length);
  expect(all.map(({ account }) => account)).toEqual([`${corpId}:1000002`, null, 'dingappkey1', feishu.appId]);
  expect(globSync('src/platforms/*/*/bot.ts'), 'one folder a bot').toHaveLength(all.length);
  expect(create({ ...ALL, wecomApp: null }).all).toHaveLength(all.length - 1);
  expect(create(OFF).all).toEqual([]);
});

test('who did not write first is written to where a bot of their platform can, and hears it with their next message elsewhere', () => {
  const silentApp = { ...wecomApp, agentId: null, secret: null };
  const wecom = (settings: BotsSettings) => create(settings).addressOf('wecom:zhangsan');
  const byApp = { channel: 'wecom-app', returnAddress: { user: 'zhangsan', agentId: '1000002' } };
  expect(wecom(ALL)).toEqual(byApp);
  expect(wecom({ ...ALL, wecomApp: silentApp })).toEqual({ channel: 'wecom-bot', returnAddress: null });
  expect(wecom({ ...ALL, wecomApp: silentApp, wecomBot: null })).toEqual({ channel: 'wecom-app', returnAddress: null });
  expect(wecom({ ...BY_CONNECTION, wecomApp: silentApp })).toEqual({
    channel: 'wecom-bot',
    returnAddress: { user: 'zhangsan', chatId: null },
  });
  expect(wecom(OFF).returnAddress).toBeNull();
  for (const settings of [ALL, OFF])
    expect(create(settings).addressOf('dingtalk:staff001')).toEqual({ channel: 'dingtalk', returnAddress: null });
});

test('the DingTalk robot is reached by a connection, and writes first, where its client id is there', () => {
  const withId = { ...dingtalk, clientId: 'dingappkey1' };
  const only = (settings: Partial<typeof dingtalk>) => create({ ...OFF, dingtalk: { ...withId, ...settings } });
  const address = { sessionWebhook: null, expiresAt: null, staffId: 'staff001', group: false };
  for (const mode of ['http', 'stream'] as const) {
    const bots = only({ mode });
    const [bot] = bots.all;
    expect([bot?.webhook?.path, bot?.socket?.name]).toEqual(
      mode === 'http' ? ['/dingtalk', undefined] : [undefined, 'DingTalk Stream'],
    );
    expect(bots.addressOf('dingtalk:staff001')).toMatchObject({ channel: 'dingtalk', returnAddress: address });
  }
});

function botWith(change: Partial<Bot>): Bot {
  const [first] = create(ALL).all;
  if (first === undefined) throw new Error('no bot');
  return { ...first, ...change };
}
const way = (isOpen?: () => boolean, isRuledOut = () => false): LateWay => ({
  waitMs: () => 0,
  send: async () => ({ kind: 'hold' }),
  ...(isOpen === undefined ? {} : { isOpen, isRuledOut }),
});

test('of several bots that can write first those are preferred that are open in this process', () => {
  const open = { app: false, bot: false };
  const firstAddress = (id: string) => ({ id });
  const { addressOf, firstAddresses, closedChannels } = joinBots([
    botWith({ channel: 'app', late: way(() => open.app), firstAddress }),
    botWith({ channel: 'mute', late: way(), firstAddress: () => null }),
    botWith({ channel: 'bot', late: way(() => open.bot), firstAddress }),
    botWith({ channel: 'other', platform: 'dingtalk', late: way(), firstAddress }),
  ]);
  const channels = () => firstAddresses('wecom:zhangsan').map(({ channel }) => channel);
  // What waits for a bot that is closed here goes out where it is open.
  expect([channels(), closedChannels()]).toEqual([
    ['app', 'bot'],
    ['app', 'bot'],
  ]);
  expect(addressOf('wecom:zhangsan')).toEqual({ channel: 'app', returnAddress: { id: 'zhangsan' } });
  open.bot = true;
  expect([channels(), closedChannels()]).toEqual([['bot', 'app'], ['app']]);
  expect(addressOf('wecom:zhangsan')).toEqual({ channel: 'bot', returnAddress: { id: 'zhangsan' } });
  open.app = true;
  expect([channels(), closedChannels()]).toEqual([['app', 'bot'], []]);
  expect(firstAddresses('elsewhere:zhangsan')).toEqual([]);
});

test('what is due by a bot whose platform takes no connection does not wait, and other bots are tried before', () => {
  const firstAddress = (id: string) => ({ id });
  const isClosed = () => false;
  const { firstAddresses, closedChannels } = joinBots([
    botWith({ channel: 'bot', late: way(isClosed, () => true), firstAddress }),
    botWith({ channel: 'closed', late: way(isClosed), firstAddress }),
    botWith({ channel: 'app', late: way(), firstAddress }),
  ]);
  expect(closedChannels()).toEqual(['closed']);
  expect(firstAddresses('wecom:zhangsan').map(({ channel }) => channel)).toEqual(['app', 'closed', 'bot']);
});

test.each([
  ['wecom-app', 'wecom:zhangsan', { user: 'zhangsan', agentId: '1000002', messageId: 'M1' }, null],
  [
    'wecom-bot',
    'wecom:zhangsan',
    { responseUrl: null, user: 'zhangsan', chatId: null, stream: 'M1' },
    { responseUrl: null, user: 'zhangsan', chatId: 'wrGROUP', stream: 'M1' },
  ],
  [
    'dingtalk',
    'dingtalk:staff001',
    {
      ...{ sessionWebhook: 'https://oapi.dingtalk.com/x', expiresAt: 1, staffId: 'staff001' },
      ...{ group: false, conversation: 'cid1', robotCode: 'dingappkey1' },
    },
    {
      ...{ sessionWebhook: null, expiresAt: null, staffId: 'staff001' },
      ...{ group: true, conversation: 'cid1', robotCode: 'dingappkey1' },
    },
  ],
  [
    'feishu',
    'feishu:ou_1',
    { kind: 'message', id: 'e1', messageId: 'om_1', chatId: 'oc_1', openId: 'ou_1', group: false },
    { kind: 'message', id: 'e1', messageId: 'om_1', chatId: 'oc_1', openId: 'ou_1', group: true },
  ],
])(
  '%s knows the one person of a message of theirs, and not of a group, as the one that it writes to first',
  (...row) => {
    const [channel, user, single, group] = row;
    const { lateWay, firstAddresses } = create({ ...BY_CONNECTION, feishu });
    const receiverOf = lateWay({ channel, account: '' })?.receiverOf;
    const first = firstAddresses(user).find((address) => address.channel === channel)?.returnAddress;
    expect(receiverOf?.(first)).toBe(user.slice(user.indexOf(':') + 1));
    expect(receiverOf?.(single)).toBe(receiverOf?.(first));
    if (group !== null) expect(receiverOf?.(group)).not.toBe(receiverOf?.(first));
    expect(receiverOf?.(null)).toBeNull();
  },
);

test('Feishu’s bot is reached by one way, and writes to anyone first, each time as something new', () => {
  const [bot] = create({ ...OFF, feishu }).all;
  expect([bot?.webhook, bot?.socket?.name]).toEqual([undefined, 'Feishu']);
  const callbacks = { encryptKey: 'key', verificationToken: 'token' };
  const [other] = create({ ...OFF, feishu: { ...feishu, callbacks } }).all;
  expect([other?.webhook?.path, other?.socket, other?.channel]).toEqual(['/feishu', undefined, bot?.channel]);
  const address = () => create(ALL).addressOf('feishu:ou_1');
  expect(address()).toMatchObject({ channel: 'feishu', returnAddress: { kind: 'first', openId: 'ou_1' } });
  expect(address()).not.toEqual(address());
});

test('late replies go by the bot that received the message, or by another of its channel where that one is there no more', () => {
  const [one, two, other] = [way(), way(), way()];
  const { lateWay } = joinBots([
    botWith({ channel: 'app', account: 'a', late: one }),
    botWith({ channel: 'app', account: 'b', late: two }),
    botWith({ channel: 'bot', account: null, late: other }),
    botWith({ channel: 'mute', account: 'a', late: null }),
  ]);
  expect(lateWay({ channel: 'app', account: 'b' })).toBe(two);
  expect(lateWay({ channel: 'app', account: '' })).toBe(one);
  expect(lateWay({ channel: 'bot', account: 'any' })).toBe(other);
  expect(lateWay({ channel: 'mute', account: 'a' })).toBeUndefined();
  expect(lateWay({ channel: 'none', account: 'a' })).toBeUndefined();
});

test('the AI bot is the same channel by its connection as by callbacks, and is named by its id there', () => {
  const [byCallbacks, byConnection] = [ALL, BY_CONNECTION].map((settings) => create(settings).all[1]);
  expect(byConnection?.channel).toBe(byCallbacks?.channel);
  expect(byConnection?.socket?.lease).toContain('aibBOT01');
  expect(create(BY_CONNECTION).closedChannels(), 'it is not connected yet').toEqual(['wecom-bot']);
});
