import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { GroupRobot } from '../../src/sandbox/robot-rules.ts';
import { addressOf, startSimulatedRobots, type Shown, type SimulatedRobots } from '../../src/sandbox/robots.ts';

const WECOM: GroupRobot = { platform: 'wecom', key: 'w1', group: '一店' };
const SIGNED: GroupRobot = { platform: 'dingtalk', key: 'd1', secret: 'SECd1', group: '二店' };
const KEYWORD: GroupRobot = { platform: 'dingtalk', key: 'd2', keyword: '核销', group: '三店' };
const FEISHU: GroupRobot = { platform: 'feishu', key: 'f1', secret: 's', keyword: '核销', group: '总部' };
const NOW = 1_760_000_000_000;

let robots: SimulatedRobots;
let shown: Shown[];
let clock: number;
afterEach(() => robots.close());

async function start(): Promise<void> {
  shown = [];
  clock = NOW;
  const all = [WECOM, SIGNED, KEYWORD, FEISHU];
  robots = await startSimulatedRobots({ robots: all, onShown: (each) => shown.push(each), now: () => clock });
}

const Answer = z.object({ errcode: z.number().optional(), code: z.number().optional() });

async function post(url: string, body: unknown, type = 'application/json'): Promise<number> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  const { errcode, code = errcode } = Answer.parse(await response.json());
  return code ?? Number.NaN;
}

const at = (robot: GroupRobot) => addressOf(robot, robots.url);
const wecom = (content: string) => ({ msgtype: 'markdown', markdown: { content } });
let serial = 0;
const dingtalk = (text: string, atUserIds: string[] = [], msgUuid = `u${++serial}`) => ({
  msgtype: 'markdown',
  markdown: { title: '标题', text },
  at: { atUserIds, isAtAll: false },
  msgUuid,
});
const dingtalkSign = (timestamp: number, secret = 'SECd1') =>
  `&timestamp=${timestamp}&sign=${encodeURIComponent(createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64'))}`;
const feishu = (text: string, seconds = NOW / 1000, secret = 's') => ({
  timestamp: String(seconds),
  sign: createHmac('sha256', `${seconds}\n${secret}`).digest('base64'),
  msg_type: 'text',
  content: { text },
});

describe('a simulated robot', () => {
  test.each<[string, (at: (robot: GroupRobot) => string) => [string, unknown, string?], number]>([
    ['WeCom', (at) => [at(WECOM), wecom('核销 <@li>')], 0],
    ['WeCom, an unknown robot', (at) => [`${at(WECOM)}x`, wecom('a')], 93000],
    ['WeCom, 4096 bytes', (at) => [at(WECOM), wecom('x'.repeat(4096))], 0],
    ['WeCom, 4098 bytes', (at) => [at(WECOM), wecom('次'.repeat(1366))], 45002],
    ['WeCom, nothing said', (at) => [at(WECOM), wecom('')], 44004],
    ['WeCom, another shape', (at) => [at(WECOM), { msgtype: 'markdown', content: 'a' }], 40058],
    ['WeCom, not JSON', (at) => [at(WECOM), wecom('a'), 'text/plain'], 40058],
    ['DingTalk, signed', (at) => [at(SIGNED) + dingtalkSign(NOW), dingtalk('a')], 0],
    ['DingTalk, unsigned', (at) => [at(SIGNED), dingtalk('a')], 310000],
    ['DingTalk, another secret', (at) => [at(SIGNED) + dingtalkSign(NOW, 'SECx'), dingtalk('a')], 310000],
    ['DingTalk, signed long ago', (at) => [at(SIGNED) + dingtalkSign(NOW - 3_600_001), dingtalk('a')], 310000],
    ['DingTalk, signed twice over', (at) => [at(SIGNED) + dingtalkSign(NOW).repeat(2), dingtalk('a')], 310000],
    ['DingTalk, with its word', (at) => [at(KEYWORD), dingtalk('核销失败')], 0],
    ['DingTalk, without its word', (at) => [at(KEYWORD), dingtalk('失败')], 310000],
    ['DingTalk, an unknown robot', (at) => [`${at(KEYWORD)}x`, dingtalk('核销')], 300005],
    ['DingTalk, calling who is not named', (at) => [at(KEYWORD), dingtalk('核销', ['li'])], 40035],
    ['DingTalk, over 20,000 bytes', (at) => [at(KEYWORD), dingtalk(`核销${'x'.repeat(20_000)}`)], 460101],
    ['DingTalk, not JSON', (at) => [at(KEYWORD), dingtalk('核销'), 'text/plain'], 43004],
    ['Feishu', (at) => [at(FEISHU), feishu('核销')], 0],
    ['Feishu, without its word', (at) => [at(FEISHU), feishu('失败')], 19024],
    ['Feishu, another secret', (at) => [at(FEISHU), feishu('核销', NOW / 1000, 'x')], 19021],
    ['Feishu, signed in milliseconds', (at) => [at(FEISHU), feishu('核销', NOW)], 19021],
    ['Feishu, over 20 KB', (at) => [at(FEISHU), feishu(`核销${'x'.repeat(20_480)}`)], 9499],
    ['Feishu, an unknown robot', (at) => [`${at(FEISHU)}x`, feishu('核销')], 19001],
  ])('%s', async (_what, request, errcode) => {
    await start();
    const [url, body, type] = request(at);
    expect(await post(url, body, type)).toBe(errcode);
    expect(shown).toHaveLength(errcode === 0 ? 1 : 0);
  });

  test('of WeCom takes 20 messages in any minute', async () => {
    await start();
    for (let sent = 0; sent < 20; sent += 1) expect(await post(at(WECOM), wecom('a'))).toBe(0);
    expect(await post(at(WECOM), wecom('a'))).toBe(45009);
    expect(robots.throttled(WECOM)).toBe(1);
    clock += 60_001;
    expect(await post(at(WECOM), wecom('a'))).toBe(0);
  });

  test('of DingTalk is muted for ten minutes after the 21st message of a minute', async () => {
    await start();
    const send = () => post(at(KEYWORD), dingtalk('核销'));
    for (let sent = 0; sent < 20; sent += 1) expect(await send()).toBe(0);
    expect(await send()).toBe(130101);
    clock += 9 * 60_000;
    expect(await send()).toBe(410100);
    clock += 2 * 60_000;
    expect(await send()).toBe(0);
  });

  test('of Feishu takes five messages a second and a hundred a minute', async () => {
    await start();
    const send = () => post(at(FEISHU), feishu('核销'));
    for (let sent = 0; sent < 5; sent += 1) expect(await send()).toBe(0);
    expect(await send()).toBe(11232);
    clock += 1_000;
    for (let sent = 6; sent < 100; sent += 1) {
      clock += 300;
      expect(await send()).toBe(0);
    }
    clock += 300;
    expect(await send()).toBe(11232);
  });

  test('of DingTalk shows a message that comes again with the same number once', async () => {
    await start();
    for (let tries = 0; tries < 3; tries += 1) {
      expect(await post(at(KEYWORD), dingtalk('核销', [], 'same'))).toBe(0);
    }
    expect(shown).toHaveLength(1);
  });

  test('is where the real one would be, but on this machine', async () => {
    await start();
    expect(addressOf(WECOM)).toBe('https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=w1');
    expect(robots.locate(addressOf(SIGNED))).toBe(at(SIGNED));
  });

  test('can be revoked, fail, lose its answer, or say what it is told to', async () => {
    await start();
    robots.trouble(WECOM, 45009);
    expect(await post(at(WECOM), wecom('a'))).toBe(45009);
    robots.trouble(WECOM, 'reset-after');
    await expect(post(at(WECOM), wecom('a'))).rejects.toThrow();
    expect(shown).toMatchObject([{ acknowledged: false }]);
    robots.trouble(WECOM, 'html-500');
    expect((await fetch(at(WECOM), { method: 'POST' })).status).toBe(500);
    robots.trouble(WECOM, null);
    robots.revoke(WECOM);
    expect(await post(at(WECOM), wecom('a'))).toBe(93000);
  });
});
