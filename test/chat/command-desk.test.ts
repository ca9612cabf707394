import { expect, test } from 'vitest';
import type { DeskCommand } from '../../src/command/command.ts';
import { createCommandDesk } from '../../src/chat/command-desk.ts';
import type { Desk } from '../../src/desk/desk.ts';
import type { DeskResult } from '../../src/desk/result.ts';
import { createLog } from '../../src/log.ts';
import { newMessage } from '../ledger/fixtures.ts';
import { AT, READER, RECEIPT, SUCCEEDED } from '../command/sentences/fixtures.ts';

/** What a person reads whose command comes to this. */
function say(
  result: () => DeskResult,
  user: string | null = 'wecom:zhangsan',
  command: DeskCommand = { kind: 'me' },
): Promise<string> {
  const desk: Desk = { carryOut: async () => result() };
  const commands = createCommandDesk({
    desk,
    roleOf: (id) => (id === 'wecom:boss' ? 'admin' : 'staff'),
    links: { keep: (_user, said) => said },
    calendar: READER.calendar,
    now: () => READER.now,
    log: createLog({ level: 'silent' }),
  });
  const about = { channel: 'wecom-bot', signedAt: READER.now, typedAt: null } as const;
  return commands.carryOut(command, { ...newMessage({ user }), ...about });
}

test('what the desk returns is said in words, with days and times as they are read now', async () => {
  const redemption = { ...SUCCEEDED, claimedAt: AT };
  const text = await say(() => ({ kind: 'record', redemption, who: '张三' }));
  expect(text).toBe(`核销成功\n尾号4024，2次，人民路店，${RECEIPT}\n11-20 14:03 张三`);
});

test('and as it concerns the person who reads it', async () => {
  const broken = (): DeskResult => ({ kind: 'not-changed', why: { kind: 'mapping-broken' } });
  expect(await say(broken)).toContain('请管理员检查');
  expect(await say(broken, 'wecom:boss')).not.toContain('请管理员检查');
  expect(await say(() => ({ kind: 'no-user' }), null)).toContain('没有您的员工账号');
});

test('where it fails, or has no words, the person is told that it is not known whether it was done', async () => {
  const fail = () => {
    throw new Error('disk full');
  };
  expect(await say(fail)).toContain('不确定这条办成了没有');
  expect(await say(() => ({ kind: 'statistics' }) as DeskResult)).toContain('不确定这条办成了没有');
});

test('where records cannot be read, the person is told so, for nothing can have been done', async () => {
  const fail = () => {
    throw new Error('disk full');
  };
  for (const command of [
    { kind: 'statistics', period: { kind: 'month' } },
    { kind: 'records', of: { kind: 'mine', day: { kind: 'today' } } },
  ] as const) {
    expect(await say(fail, 'wecom:boss', command)).toBe('暂时查不了，请过一会儿再发。');
  }
});
