import { expect, test } from 'vitest';
import { isInForce } from '../../src/setup/draft-bots.ts';
import type { WayId } from '../../src/setup/ways.ts';
import { DINGTALK_CLIENT_ID } from '../support/service.ts';
import { APP, BOT, configOf, DINGTALK, FEISHU, OTHER_KEYS } from './listening-at.ts';

const STREAM = { ...DINGTALK, DINGTALK_CLIENT_ID, DINGTALK_MODE: 'stream' };
const SOCKET_BOT = { WECOM_BOT_ID: 'aibBOT01', WECOM_BOT_SECRET: 'secret-of-the-bot' };
const FEISHU_CONNECTION = { FEISHU_APP_ID: FEISHU.FEISHU_APP_ID, FEISHU_APP_SECRET: FEISHU.FEISHU_APP_SECRET };

test.each<[WayId, Record<string, string>]>([
  ['wecom-connection', SOCKET_BOT],
  ['wecom-bot-callbacks', BOT],
  ['wecom-app-callbacks', APP],
  ['dingtalk-connection', STREAM],
  ['dingtalk-callbacks', DINGTALK],
  ['feishu-connection', FEISHU_CONNECTION],
  ['feishu-callbacks', FEISHU],
])('the bot of %s that the live service has is in force, and no other service has it', (way, channels) => {
  expect(isInForce(way, configOf(channels), configOf(channels))).toBe(true);
  expect(isInForce(way, configOf(channels), null)).toBe(false);
});

test.each<[WayId, Record<string, string>, Record<string, string>]>([
  ['wecom-connection', SOCKET_BOT, { WECOM_BOT_SECRET: 'another-secret' }],
  ['dingtalk-connection', STREAM, { DINGTALK_APP_SECRET: 'another secret' }],
  ['feishu-connection', FEISHU_CONNECTION, { FEISHU_APP_SECRET: 'anotherSecret0123456789' }],
])('the one connection of %s is not opened a second time with another secret', (way, channels, change) => {
  expect(isInForce(way, configOf({ ...channels, ...change }), configOf(channels))).toBe(true);
});

test.each<[WayId, Record<string, string>, Record<string, string>]>([
  ['wecom-connection', SOCKET_BOT, { WECOM_BOT_ID: 'aibBOT02' }],
  ['wecom-bot-callbacks', BOT, { WECOM_BOT_TOKEN: OTHER_KEYS.token }],
  ['wecom-bot-callbacks', BOT, { WECOM_BOT_AES_KEY: OTHER_KEYS.aesKey }],
  ['wecom-app-callbacks', APP, { WECOM_APP_AES_KEY: OTHER_KEYS.aesKey }],
  ['dingtalk-connection', STREAM, { DINGTALK_CLIENT_ID: 'dinganother' }],
  ['dingtalk-callbacks', DINGTALK, { DINGTALK_APP_SECRET: 'another secret' }],
  ['feishu-callbacks', FEISHU, { FEISHU_ENCRYPT_KEY: 'another key' }],
  ['feishu-callbacks', FEISHU, { FEISHU_VERIFICATION_TOKEN: 'anotherToken0123456789' }],
  ['feishu-connection', FEISHU_CONNECTION, { FEISHU_APP_ID: 'cli_another000000000' }],
])('%s with other keys is another bot, and listened to', (way, channels, change) => {
  expect(isInForce(way, configOf({ ...channels, ...change }), configOf(channels))).toBe(false);
});

test('a way of the same platform that the live service does not use is listened to', () => {
  expect(isInForce('feishu-callbacks', configOf(FEISHU), configOf(FEISHU_CONNECTION))).toBe(false);
  expect(isInForce('dingtalk-callbacks', configOf(DINGTALK), configOf(STREAM))).toBe(false);
});
