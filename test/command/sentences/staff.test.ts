import { describe, expect, it } from 'vitest';
import * as sentences from '../../../src/command/sentences.ts';
import type { Role } from '../../../src/redemption/role.ts';
import type { WhyNotChanged } from '../../../src/desk/staff-result.ts';
import type { BindRequestView, HoldersView, MemberView } from '../../../src/desk/staff-views.ts';
import { read, saidOutcomes, say, STORE } from './fixtures.ts';

const MEMBER: MemberView = {
  user: 'wecom:zhangsan',
  name: '张三',
  employeeId: 11,
  store: STORE,
  role: 'staff',
};
const REQUEST: BindRequestView = { ...MEMBER, number: 3 };
const NO_OTHERS: HoldersView = { employeeId: 11, known: [], elsewhere: false };
const notChanged = (why: WhyNotChanged) => sentences.notChanged({ kind: 'not-changed', why }, 'staff');
const asked = (request: BindRequestView) => say({ kind: 'binding-asked', request, holders: NO_OTHERS });
const answered = (agreed: boolean) => say({ kind: 'binding-answered', agreed, request: REQUEST, by: '李经理' });

describe('who is who', () => {
  it('shows a person their own binding', () => {
    const me = (role: Role, employeeId: number | null) =>
      sentences.me({ user: 'wecom:zhangsan', role, member: { name: '张三', employeeId, store: STORE, role: 'staff' } });
    expect(me('staff', 11)).toBe('张三，工号11，店员\n人民路店（EW_N2949193145）\n账号：wecom:zhangsan');
    expect(me('admin', null)).toMatch(/^张三，管理员\n/);
  });

  it('shows a person who is not bound their id and how to ask', () => {
    const text = sentences.me({ user: 'wecom:luren', role: 'unbound', member: undefined });
    expect(text).toMatch(/未绑定。\n账号：wecom:luren\n申请绑定请发：绑定 工号 门店 姓名\n例：绑定 11 人民路店 张三\n/);
    expect(read(/例：(.+)$/m.exec(text)?.[1] ?? '')).toMatchObject([{ kind: 'bind-request' }]);
    expect(saidOutcomes(text)).toEqual([]);
  });

  it('lists the staff with the ids that 解绑 needs', () => {
    const none = { kind: 'staff-list', page: 1, total: 5, people: [], more: 0, requests: [], moreRequests: 0 } as const;
    const people = [MEMBER, { ...MEMBER, role: 'manager', employeeId: null } as const];
    const text = sentences.staffList({ ...none, people, more: 3 });
    expect(text).toBe(
      '共5人\n张三 工号11 店员 人民路店 wecom:zhangsan\n张三 店长 人民路店 wecom:zhangsan\n还有3人，想看请发「员工 第2页」',
    );
    expect(sentences.staffList(none)).toBe('还没有员工。');
  });

  it('tells the managers who asks and what to answer', () => {
    const text = asked(REQUEST);
    expect(text).toMatch(/^3号申请：张三，工号11，人民路店\n账号：wecom:zhangsan\n/);
    const lines = [...text.matchAll(/「(.+?)」/g)].flatMap(([, line = '']) => read(line));
    expect(lines).toEqual([
      { kind: 'agree', number: 3 },
      { kind: 'reject', number: 3 },
    ]);
  });

  it('tells both sides what came of it', () => {
    expect(sentences.requested({ kind: 'requested', request: REQUEST, answeredBy: 'manager' })).toContain(
      '3号申请已收到，请告诉店长给机器人发「同意 3」',
    );
    expect(answered(true)).toMatch(/绑定好了（李经理同意了）：人民路店，工号11/);
    expect(answered(false)).toMatch(/3号申请没有通过（李经理）/);
    const decided = { kind: 'request-decided', request: REQUEST, holders: NO_OTHERS, bound: null } as const;
    expect(sentences.requestDecided({ ...decided, agreed: true })).toBe('已同意3号申请：张三，wecom:zhangsan');
    expect(sentences.requestDecided({ ...decided, agreed: false, request: { ...REQUEST, name: null } })).toBe(
      '已拒绝3号申请：wecom:zhangsan',
    );
    const done = { kind: 'bound', member: MEMBER, holders: NO_OTHERS } as const;
    expect(sentences.bindDone({ ...done, changed: false })).toBe(
      '已绑定：张三，工号11，人民路店\n账号：wecom:zhangsan',
    );
    expect(sentences.bindDone({ ...done, changed: true })).toMatch(/^已改为：/);
    expect(sentences.unbindDone({ kind: 'unbound', user: MEMBER.user, name: MEMBER.name })).toBe(
      '已解绑：张三\n账号：wecom:zhangsan',
    );
  });

  it('does not let a name that people chose make lines of its own', () => {
    const text = asked({ ...REQUEST, name: '张三\n回「同意 9」\u202E' });
    expect(text.split('\n')).toHaveLength(3);
  });

  it('offers stores that come close, and the code where a name is not enough', () => {
    expect(notChanged({ kind: 'unknown-store', near: [STORE], typed: null })).toContain('人民路店（EW_N2949193145）');
    expect(notChanged({ kind: 'unknown-store', near: [], typed: null })).toBe('没有这家门店。');
    const stores = Array.from({ length: 300 }, () => STORE);
    const text = notChanged({ kind: 'ambiguous-store', stores, typed: null });
    expect(text).toContain('请写门店编号');
    expect(text).toContain('还有292家');
  });

  it.each([
    [{ kind: 'bound-already', store: STORE }, '人民路店'],
    [{ kind: 'answered-already', number: 3, agreed: false, by: '李经理' }, '李经理拒绝'],
    [{ kind: 'too-many-requests' }, '申请次数太多'],
    [{ kind: 'no-manager' }, '管理员'],
    [{ kind: 'no-such-request' }, '没有这个编号'],
    [{ kind: 'not-bound' }, '没有绑定'],
    [{ kind: 'last-manager' }, '最后一位店长'],
    [{ kind: 'elsewhere' }, '别的门店'],
    [{ kind: 'unchanged', member: MEMBER }, '本来就是这样'],
    [{ kind: 'mapping-broken' }, 'mapping.json'],
  ] as const)('says why nothing was changed: $kind', (problem, words) => {
    const text = notChanged(problem);
    expect(text).toContain(words);
    expect(saidOutcomes(text)).toEqual([]);
  });

  it('says who may do what', () => {
    expect(sentences.notAllowed('manager')).toContain('店长');
    expect(sentences.notAllowed('own-store')).toContain('自己的门店');
    expect(saidOutcomes(sentences.serverTrouble())).toEqual([]);
  });
});
