import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import type { Mapping } from '../../../src/mapping/mapping.ts';
import { MappingError } from '../../../src/mapping/mapping-error.ts';
import { createPlatformHttp } from '../../../src/platforms/http.ts';
import { addressOf, startSimulatedRobots, type Shown } from '../../../src/sandbox/robots.ts';
import type { GroupRobot } from '../../../src/sandbox/robot-rules.ts';
import type { CheckContext } from '../../../src/setup/checks/check.ts';
import { ROBOT_CHECKS } from '../../../src/setup/checks/robots.ts';
import { runChecks } from '../../../src/setup/checks/run.ts';
import { contextWith } from './context-with.ts';

const LIVE = { LIANTUOFU_APP_ID: 'app', LIANTUOFU_KEY: 'key-of-the-vendor', DINGTALK_APP_SECRET: 'secret-of-dingtalk' };
const WECOM: GroupRobot = { platform: 'wecom', key: 'aaaa-wecomkey1', group: '群' };
const FEISHU: GroupRobot = { platform: 'feishu', key: 'bbbb-feishukey2', secret: 'feishusecret', group: '群' };
const DINGTALK: GroupRobot = { platform: 'dingtalk', key: 'cccc-dingkey3', secret: 'SECdingsecret', group: '群' };

async function start(...groups: GroupRobot[]) {
  const shown: Shown[] = [];
  const robots = await startSimulatedRobots({ robots: groups, onShown: (message) => shown.push(message) });
  const http = createPlatformHttp();
  onTestFinished(async () => {
    await http.close();
    await robots.close();
  });
  const entry = (robot: GroupRobot) => ({
    robot: robot.platform,
    url: addressOf(robot, robots.url),
    ...(robot.secret !== undefined && { secret: robot.secret }),
  });
  async function look(notify: readonly ReturnType<typeof entry>[], context: Partial<CheckContext> = {}) {
    const config = readConfig({ ...LIVE, ROBOT_HOSTS: new URL(robots.url).host });
    const mapping: Mapping = { stores: [{ code: 'EW_N1', notify: [...notify] }], staff: [], notify: [...notify] };
    const { results } = await runChecks(
      ROBOT_CHECKS,
      contextWith({ ...{ config, http, now: Date.now, sends: true, mapping: async () => mapping }, ...context }),
    );
    const [found] = results;
    if (found === undefined) throw new Error('no check of robots');
    expect(JSON.stringify(found)).not.toMatch(/aaaa-|bbbb-|cccc-|feishusecret|SECding|wrong-one/u);
    return found;
  }
  return { robots, shown, entry, look };
}

test('each robot says one test line, also where several places name it', async () => {
  const { shown, entry, look } = await start(WECOM, FEISHU, DINGTALK);
  const found = await look([WECOM, FEISHU, DINGTALK].map(entry));
  expect(found.outcome).toBe('ok');
  expect(found.seen.zh).toMatch(/企业微信群机器人 …key1.*飞书群机器人 …key2.*钉钉群机器人 …key3/u);
  expect(shown.map(({ robot }) => robot.platform).toSorted()).toEqual(['dingtalk', 'feishu', 'wecom']);
  expect(shown.every(({ text }) => text.includes('核销通知测试') && text.includes('自检'))).toBe(true);
});

test('nothing is sent unless it is wanted, and nothing by the sandbox’s robots', async () => {
  const { shown, entry, look } = await start(WECOM);
  const found = await look([entry(WECOM)], { sends: false });
  expect(found).toMatchObject({ outcome: 'ok' });
  expect(found.todo?.zh).toContain('npm run doctor -- --send');
  expect((await look([entry(WECOM)], { config: readConfig({}) })).outcome).toBe('skipped');
  expect(shown).toEqual([]);
});

test.each([
  ['a WeCom robot that was removed', WECOM, WECOM, { ...WECOM, key: 'aaaa-other1' }, /93000.*重新添加/u],
  ['a Feishu robot that was removed', FEISHU, FEISHU, { ...FEISHU, key: 'bbbb-other' }, /19001.*重新添加/u],
  ['the wrong secret at Feishu', FEISHU, { ...FEISHU, secret: 'wrong-one' }, null, /19021.*签名校验/u],
  ['a keyword at Feishu', { ...FEISHU, keyword: '日报' }, FEISHU, null, /19024.*自定义关键词/u],
  ['the wrong secret at DingTalk', DINGTALK, { ...DINGTALK, secret: 'SECwrong-one' }, null, /310000.*加签/u],
  ['a keyword at DingTalk', { ...DINGTALK, keyword: '日报' }, DINGTALK, null, /310000.*自定义关键词/u],
] as const)('%s is told with what to do', async (_, there, here, other, words) => {
  const { entry, look } = await start(there);
  const found = await look([entry(other ?? here)]);
  expect(found.outcome).toBe('fail');
  expect(`${found.seen.zh} ${found.todo?.zh ?? ''}`).toMatch(words);
});

test('an IP rule is told by the words of the code', async () => {
  const { robots, entry, look } = await start(DINGTALK, FEISHU);
  robots.trouble(FEISHU, 19022);
  expect((await look([entry(FEISHU)])).todo?.zh).toContain('IP 白名单');
  robots.trouble(DINGTALK, 310000);
  expect((await look([entry(DINGTALK)])).todo?.zh).toContain('IP地址');
});

test('too many messages and silence are warnings', async () => {
  const { robots, entry, look } = await start(WECOM);
  robots.trouble(WECOM, 45009);
  expect(await look([entry(WECOM)])).toMatchObject({ outcome: 'warn' });
  robots.trouble(WECOM, 'html-500');
  expect(await look([entry(WECOM)])).toMatchObject({ outcome: 'warn' });
});

test('a broken mapping, none, and one without robots are skipped', async () => {
  const { look } = await start(WECOM);
  expect((await look([])).outcome).toBe('skipped');
  expect((await look([], { mapping: async () => null })).outcome).toBe('skipped');
  expect((await look([], { mapping: async () => new MappingError('mapping.json', ['broken']) })).outcome).toBe(
    'skipped',
  );
});
