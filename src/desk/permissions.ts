import type { OtherCommand } from '../command/command.ts';
import type { StaffDirectory, StaffMember } from '../redemption/ports.ts';
import { userKey } from '../redemption/user-id.ts';

/** Each may do whatever those before it may. */
export const ROLES = ['unbound', 'staff', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Somebody who typed something. */
export interface Who {
  /** Platform and id, such as `wecom:zhangsan`. */
  readonly user: string;
  readonly role: Role;
  /** Their entry in the mapping; an admin may have none, and then has no store to redeem for. */
  readonly member: StaffMember | undefined;
}

export interface PermissionsParts {
  readonly staff: Pick<StaffDirectory, 'findStaff'>;
  /** Managers of all stores, with or without an entry in the mapping. */
  readonly admins: readonly string[];
}

export interface Permissions {
  who(user: string): Who;
  roleOf(user: string): Role;
}

/** Who is what at this moment. */
export function createPermissions({ staff, admins }: PermissionsParts): Permissions {
  const isAdmin = new Set(admins.map(userKey));

  function who(user: string): Who {
    const member = staff.findStaff(user);
    return { user, role: isAdmin.has(userKey(user)) ? 'admin' : (member?.role ?? 'unbound'), member };
  }
  return { who, roleOf: (user) => who(user).role };
}

/** Whether this person may see and change what belongs to a store: a manager that of the own store, an admin all. */
export function mayManage({ role, member }: Who, storeCode: string): boolean {
  return role === 'admin' || (role === 'manager' && member?.store.code === storeCode);
}

/** Whether somebody of this role may give this command at all; of which store is for its handler to check. */
export function mayGive(role: Role, command: OtherCommand): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(leastRole(command));
}

/** The least role that a command takes. */
export function leastRole(command: OtherCommand): Role {
  switch (command.kind) {
    case 'me':
    case 'bind-request':
      return 'unbound';
    case 'query':
    case 'confirm':
    case 'cancel':
      return 'staff';
    case 'check':
      return command.verdict === null ? 'staff' : 'manager';
    case 'records':
      return command.of.kind === 'store' ? 'manager' : 'staff';
    case 'statistics':
    case 'staff-list':
    case 'bind':
    case 'unbind':
    case 'agree':
    case 'reject':
    case 'notify-test':
      return 'manager';
  }
}
