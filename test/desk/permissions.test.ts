import { describe, expect, test } from 'vitest';
import { DESK_ENTRIES, leastRole } from '../../src/command/catalogue.ts';
import type { DeskCommand } from '../../src/command/command.ts';
import { createPermissions, mayGive, mayManage } from '../../src/desk/permissions.ts';
import type { StaffMember } from '../../src/redemption/ports.ts';
import { ROLES, type Role } from '../../src/redemption/role.ts';

const STORES = { own: { code: 'EW_N1', name: '人民路店' }, other: { code: 'EW_N2', name: '解放路店' } };
const member = (role: StaffMember['role']): StaffMember => ({ name: '某人', employeeId: 11, store: STORES.own, role });

const permissions = createPermissions({
  staff: {
    findStaff: (user) =>
      new Map([
        ['wecom:staff', member('staff')],
        ['wecom:manager', member('manager')],
        ['wecom:admin-in-store', member('staff')],
      ]).get(user),
  },
  admins: ['wecom:admin', 'wecom:admin-in-store'],
});

test('admins of WeCom are known ignoring case, opaque ones and those of other platforms exactly', () => {
  const opaque = 'wecom:woAJ2GCAAAXtWyujaWJHDDGi0mACAAAA';
  const admins = ['wecom:Boss', opaque, 'dingtalk:Boss'];
  const known = createPermissions({ staff: { findStaff: () => undefined }, admins });
  for (const user of ['wecom:boss', 'wecom:BOSS', opaque, 'dingtalk:Boss']) expect(known.roleOf(user)).toBe('admin');
  for (const user of [opaque.toLowerCase(), 'dingtalk:boss', 'wecom:boss2']) expect(known.roleOf(user)).toBe('unbound');
});

const today = { kind: 'today' } as const;
const binding = { employeeId: 11, store: '人民路店', name: null };

/** Every command there is, in each form that differs in who may give it, and the roles that may. */
const COMMANDS: readonly (readonly [DeskCommand, readonly Role[]])[] = [
  [{ kind: 'me' }, ['unbound', 'staff', 'manager', 'admin']],
  [{ kind: 'bind-request', ...binding }, ['unbound', 'staff', 'manager', 'admin']],
  [{ kind: 'query', card: '123456' }, ['staff', 'manager', 'admin']],
  [{ kind: 'confirm', receipt: null }, ['staff', 'manager', 'admin']],
  [{ kind: 'cancel', receipt: null }, ['staff', 'manager', 'admin']],
  [{ kind: 'undo', receipt: null, card: null }, ['staff', 'manager', 'admin']],
  [{ kind: 'check', receipt: 'R-7K3M9Q2A', verdict: null }, ['staff', 'manager', 'admin']],
  [{ kind: 'check', receipt: 'R-7K3M9Q2A', verdict: 'consumed' }, ['manager', 'admin']],
  [{ kind: 'check', receipt: 'R-7K3M9Q2A', verdict: 'not-consumed' }, ['manager', 'admin']],
  [{ kind: 'records', of: { kind: 'mine', day: today } }, ['staff', 'manager', 'admin']],
  [{ kind: 'records', of: { kind: 'card', card: '123456' } }, ['staff', 'manager', 'admin']],
  [{ kind: 'records', of: { kind: 'receipt', receipt: 'R-7K3M9Q2A' } }, ['staff', 'manager', 'admin']],
  [{ kind: 'records', of: { kind: 'store', day: today } }, ['manager', 'admin']],
  [{ kind: 'statistics', period: today }, ['manager', 'admin']],
  [{ kind: 'staff-list' }, ['manager', 'admin']],
  [{ kind: 'bind', user: 'wecom:x', ...binding }, ['manager', 'admin']],
  [{ kind: 'unbind', user: 'wecom:x' }, ['manager', 'admin']],
  [{ kind: 'agree', number: 1 }, ['manager', 'admin']],
  [{ kind: 'reject', number: 1 }, ['manager', 'admin']],
  [{ kind: 'notify-test' }, ['manager', 'admin']],
  [{ kind: 'console' }, ['staff', 'manager', 'admin']],
  [{ kind: 'sign-out' }, ['staff', 'manager', 'admin']],
];

const cases = COMMANDS.flatMap(([command, roles]) =>
  ROLES.map((role) => ({
    role,
    may: roles.includes(role) ? 'may' : 'may not',
    command,
    text: JSON.stringify(command),
  })),
);

describe('who may give which command', () => {
  test.each(cases)('$role $may give $text', ({ role, may, command }) => {
    expect(mayGive(role, command)).toBe(may === 'may');
  });

  test('the table above holds every command', () => {
    expect(new Set(COMMANDS.map(([{ kind }]) => kind))).toEqual(new Set(DESK_ENTRIES.map(({ kind }) => kind)));
    for (const [command, roles] of COMMANDS) expect(leastRole(command)).toBe(roles[0]);
  });
});

describe('whose stores', () => {
  test.each([
    { user: 'wecom:stranger', role: 'unbound', own: false, other: false },
    { user: 'wecom:staff', role: 'staff', own: false, other: false },
    { user: 'wecom:manager', role: 'manager', own: true, other: false },
    { user: 'wecom:admin', role: 'admin', own: true, other: true },
    { user: 'wecom:admin-in-store', role: 'admin', own: true, other: true },
    { user: 'dingtalk:manager', role: 'unbound', own: false, other: false },
    { user: 'dingtalk:admin', role: 'unbound', own: false, other: false },
  ])('$user is $role: manages own store $own, another $other', ({ user, role, own, other }) => {
    const who = permissions.who(user);
    expect(permissions.roleOf(user)).toBe(role);
    expect(mayManage(who, STORES.own.code)).toBe(own);
    expect(mayManage(who, STORES.other.code)).toBe(other);
  });
});
