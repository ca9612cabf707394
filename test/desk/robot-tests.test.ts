import { expect, test } from 'vitest';
import { deskResult } from '../../src/command/sentences.ts';
import { createTestOwnRobots } from '../../src/desk/robot-tests.ts';
import type { Who } from '../../src/desk/permissions.ts';
import type { RobotTest } from '../../src/redemption/notices.ts';
import { READER } from '../command/sentences/fixtures.ts';

const STORE = { code: 'EW_1', name: '人民路店' };
const MANAGER: Who = {
  user: 'wecom:li',
  role: 'manager',
  member: { name: '李经理', employeeId: null, store: STORE, role: 'manager' },
};

/** Asks as `who`; resolves with which robots were tested for whom, what came of it, and how that is read. */
async function ask(who: Who, tests: readonly RobotTest[] = []) {
  const asked: unknown[] = [];
  const testRobots = createTestOwnRobots(async (places, name) => {
    asked.push([places, name]);
    return tests;
  });
  const result = await testRobots(who);
  return { result, answer: deskResult(result, { ...READER, role: who.role }), asked };
}

test('a manager tests the robots of the own store, an admin those of all stores too', async () => {
  expect((await ask(MANAGER)).asked).toEqual([[['EW_1'], '李经理']]);
  expect((await ask({ ...MANAGER, role: 'admin' })).asked).toEqual([[['EW_1', null], '李经理']]);
  expect((await ask({ user: 'wecom:boss', role: 'admin', member: undefined })).asked).toEqual([[[null], 'wecom:boss']]);
});

test('each robot’s answer is told, in the platform’s words where it refused', async () => {
  const { answer } = await ask(MANAGER, [
    { robot: 'wecom', outcome: 'arrived', answer: '0 ok' },
    { robot: 'dingtalk', outcome: 'refused', answer: '310000 keywords\nnot in content' },
    { robot: 'feishu', outcome: 'unheard', answer: 'ECONNREFUSED' },
    { robot: 'wecom', outcome: 'too-soon', answer: null },
  ]);
  expect(answer).toBe(
    [
      '1. 企业微信群机器人：已送达',
      '2. 钉钉群机器人：平台拒收「310000 keywords not in content」',
      '3. 飞书群机器人：平台没有回应，请稍后再试',
      '4. 企业微信群机器人：刚测试过，请一分钟后再试',
    ].join('\n'),
  );
});

test('where there is no robot the manager hears so', async () => {
  expect((await ask(MANAGER)).result).toEqual({ kind: 'robots-tested', tests: [] });
  expect((await ask(MANAGER)).answer).toBe('这里没有设置群通知，请联系管理员。');
});
