import { leastRole } from '../command/catalogue.ts';
import type { DeskCommand } from '../command/command.ts';
import type { Directory, StaffMember } from '../redemption/ports.ts';
import { isAtLeast, type Role } from '../redemption/role.ts';
import { userKey } from '../redemption/user-id.ts';

/** The person who typed something. */
export interface Who {
  /** Platform and id, such as `wecom:zhangsan`. */
  readonly user: string;
  readonly role: Role;
  /** Their entry in the mapping; an admin may have none, and then has no store to redeem for. */
  readonly member: StaffMember | undefined;
}

export interface PermissionsParts {
  readonly staff: Pick<Directory, 'findStaff'>;
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

/** Whether a person of this role may give this command at all; of which store is for its handler to check. */
export function mayGive(role: Role, command: DeskCommand): boolean {
  return isAtLeast(role, leastRole(command));
}
