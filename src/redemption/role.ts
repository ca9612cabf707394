/**
 * What a person is to the bot; each may do everything that those before it may. `admin` is a person whom `ADMINS`
 * names.
 */
export const ROLES = ['unbound', 'staff', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whether `role` may do what takes `least`. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
