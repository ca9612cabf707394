import { expect, test } from 'vitest';
import type { DeskCommand } from '../../src/command/command.ts';
import { deskResult } from '../../src/command/sentences.ts';
import { createDesk, type DeskParts } from '../../src/desk/desk.ts';
import { createPermissions } from '../../src/desk/permissions.ts';
import type { StaffMember } from '../../src/redemption/ports.ts';
import { READER } from '../command/sentences/fixtures.ts';

const MEMBER: StaffMember = {
  name: '张三',
  employeeId: 11,
  store: { code: 'EW_N1', name: '人民路店' },
  role: 'staff',
};
const unused = () => {
  throw new Error('not asked for');
};

/** What one command comes to, and what the parts of the desk were asked. */
async function carryOut(command: DeskCommand, user: string | null) {
  const asked: unknown[] = [];
  const parts: DeskParts = {
    permissions: createPermissions({
      staff: { findStaff: (id) => (id === 'wecom:zhangsan' ? MEMBER : undefined) },
      admins: ['wecom:boss'],
    }),
    cards: {
      query: unused,
      check: { find: unused, look: unused, settle: unused },
      questions: {
        confirm: unused,
        open: unused,
        async cancel({ receipt }, speaker) {
          asked.push(receipt, speaker);
          return { kind: 'no-effect', said: 'cancel', why: { kind: 'none-open' } };
        },
      },
    },
    people: { me: (who) => ({ kind: 'me', who }), list: unused, requests: unused, bind: unused, unbind: unused },
    requests: { ask: unused, decide: unused },
    waitingRequest: async () => 2,
    records: unused,
    statistics: unused,
    robotTests: unused,
    undo: unused,
    consoleLink: { offer: unused, signOut: unused },
  };
  const origin = { user, channel: 'wecom-bot', account: 'bot', conversation: null, returnAddress: { url: 'x' } };
  return { result: await createDesk(parts).carryOut(command, origin), asked };
}

test('who may not give a command, and why, comes out as data, and nothing was done', async () => {
  const cancel = { kind: 'cancel', receipt: null } as const;
  expect(await carryOut(cancel, null)).toEqual({ result: { kind: 'no-user' }, asked: [] });
  const stranger = { result: { kind: 'stranger', user: 'wecom:luren', request: 2 }, asked: [] };
  expect(await carryOut(cancel, 'wecom:luren')).toEqual(stranger);
  const refused = { result: { kind: 'not-allowed', needed: 'manager' }, asked: [] };
  expect(await carryOut({ kind: 'staff-list' }, 'wecom:zhangsan')).toEqual(refused);
});

test('a person who has asked to be bound is told that the request waits, and not to ask again', async () => {
  for (const command of [{ kind: 'me' }, { kind: 'query', card: 'AAA111' }] as const) {
    const { result } = await carryOut(command, 'wecom:luren');
    const text = deskResult(result, READER);
    expect(text).toMatch(/^您的账号未绑定，2号申请在等店长处理。\n账号：wecom:luren\n/u);
    expect(text).not.toContain('申请绑定');
  }
});

test('a courtesy is answered as one, whoever says it', async () => {
  const fine = { kind: 'confirm', receipt: null, bare: 'courtesy' } as const;
  for (const user of ['wecom:luren', null]) {
    const { result } = await carryOut(fine, user);
    expect(deskResult(result, READER)).toBe('好的！');
  }
});

test('who is who at that moment goes in with the command', async () => {
  const me = (await carryOut({ kind: 'me' }, 'wecom:zhangsan')).result;
  expect(me).toEqual({ kind: 'me', who: { user: 'wecom:zhangsan', role: 'staff', member: MEMBER } });
  expect((await carryOut({ kind: 'me' }, 'wecom:boss')).result).toMatchObject({ who: { role: 'admin' } });
});

test('a question is answered by the person, where they speak', async () => {
  const { asked } = await carryOut({ kind: 'cancel', receipt: 'R-7K3M9Q2A' }, 'wecom:zhangsan');
  const speaker = { user: 'wecom:zhangsan', channel: 'wecom-bot', account: 'bot', conversation: null };
  expect(asked).toEqual(['R-7K3M9Q2A', speaker]);
});

test('where a part fails, the desk says so to its caller', async () => {
  await expect(carryOut({ kind: 'staff-list' }, 'wecom:boss')).rejects.toThrow('not asked for');
});
