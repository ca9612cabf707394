import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import type { Bot } from '../../src/platforms/bot.ts';
import { createBots, joinBots, type BotsSettings } from '../../src/platforms/bots.ts';
import { createPlatformHttp } from '../../src/platforms/http.ts';
import { BOT_SETTINGS } from '../../src/platforms/settings.ts';
import { PLATFORMS } from '../../src/redemption/user-id.ts';
import { realTime } from '../../src/time/real.ts';
import { APP_KEYS, BOT_KEYS, DINGTALK_SECRET } from '../support/service.ts';
import { APP_SECRET } from '../support/platforms.ts';

const http = createPlatformHttp();
afterAll(() => http.close());

const { receiveId: corpId, ...appKeys } = APP_KEYS;
const wecomApp = { ...appKeys, corpId, agentId: 1000002, secret: APP_SECRET };
const wecomBot = { ...BOT_KEYS, corpId };
const dingtalk = { appSecret: DINGTALK_SECRET, robotCode: 'dingappkey1', corpId: null, webhookHosts: [] };
const feishu = {
  appId: 'cli_a1b2c3d4e5f60718',
  appSecret: 'secret',
  apiUrl: 'https://open.feishu.cn',
  callbacks: null,
};
const ALL: BotsSettings = { wecomApp, wecomBot, dingtalk, feishu, wecomApiUrl: 'https://qyapi.weixin.qq.com' };
const OFF: BotsSettings = { ...ALL, wecomApp: null, wecomBot: null, dingtalk: null, feishu: null };

const create = (settings: BotsSettings) =>
  createBots(settings, { http, now: Date.now, time: realTime, randomBytes, log: createLog({ level: 'silent' }) });

test('every bot has the same files, and so has every platform that has bots', () => {
  const folders = globSync('src/platforms/*/*/bot.ts').map((file) => dirname(file));
  expect(folders).toHaveLength(create(ALL).all.length);
  for (const folder of folders) {
    const files = globSync(`${folder}/*.ts`).map((file) => basename(file));
    expect([folder, files]).toEqual([
      folder,
      expect.arrayContaining(['bot.ts', 'late.ts', 'read.ts', 'render.ts', 'verify.ts']),
    ]);
  }
  for (const platform of new Set(folders.map((folder) => dirname(folder)))) {
    const files = globSync(`${platform}/*.ts`).map((file) => basename(file));
    expect([platform, files]).toEqual([platform, expect.arrayContaining(['bots.ts', 'settings.ts'])]);
  }
});

test('the bots that are on are those whose settings are there, each at the address that its settings name', () => {
  const { all } = create(ALL);
  expect(all.map(({ webhook, socket }) => webhook?.path ?? socket?.name)).toEqual(
    Object.values(BOT_SETTINGS).flatMap(({ bots }) => bots.map(({ name }) => name)),
  );
  expect(new Set(all.map(({ platform }) => platform))).toEqual(new Set(PLATFORMS));
  expect(new Set(all.map(({ channel }) => channel)).size).toBe(all.length);
  expect(all.map(({ account }) => account)).toEqual([`${corpId}:1000002`, null, 'dingappkey1', feishu.appId]);
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
  expect(wecom(OFF).returnAddress).toBeNull();
  for (const settings of [ALL, OFF])
    expect(create(settings).addressOf('dingtalk:staff001')).toEqual({ channel: 'dingtalk', returnAddress: null });
});

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
  const bot = (channel: string, account: string | null, late: Bot['late'] = null): Bot => {
    const [first] = create(ALL).all;
    if (first === undefined) throw new Error('no bot');
    return { ...first, channel, account, late };
  };
  const way = () => ({ waitMs: () => 0, send: async () => ({ kind: 'hold' }) as const });
  const [one, two, other] = [way(), way(), way()];
  const { lateWay } = joinBots([bot('app', 'a', one), bot('app', 'b', two), bot('bot', null, other), bot('mute', 'a')]);
  expect(lateWay({ channel: 'app', account: 'b' })).toBe(two);
  expect(lateWay({ channel: 'app', account: '' })).toBe(one);
  expect(lateWay({ channel: 'bot', account: 'any' })).toBe(other);
  expect(lateWay({ channel: 'mute', account: 'a' })).toBeUndefined();
  expect(lateWay({ channel: 'none', account: 'a' })).toBeUndefined();
});
