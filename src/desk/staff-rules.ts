import type { StaffMember } from '../redemption/ports.ts';
import type { Person, Place, StaffSnapshot } from '../redemption/people.ts';
import type { Store } from '../redemption/redemption.ts';
import { isSameUser, userKey } from '../redemption/user-id.ts';
import { OPERATOR } from './operator.ts';
import { createPermissions, mayManage, type Who } from './permissions.ts';

/** Why an entry is not changed. */
export type Refusal =
  /** It would be put into a store that is not this manager's. */
  | 'own-store'
  /** It is in a store that is not this manager's. */
  | 'elsewhere'
  | 'no-such-store'
  | 'not-bound'
  /** Only admins change what belongs to an admin. */
  | 'admin-entry'
  /** The store would have no manager any more. */
  | 'last-manager';

export type Judgement =
  | { readonly kind: 'change'; readonly before: Person | null; readonly after: Place | null }
  | { readonly kind: 'unchanged'; readonly member: Person }
  | { readonly kind: 'refused'; readonly why: Refusal };

export interface Wish {
  /** Who wants it. */
  readonly by: string;
  /** Whose entry. */
  readonly user: string;
}

export interface Wanted {
  readonly employeeId: number;
  readonly storeCode: string;
  /** Null leaves the name as it is. */
  readonly name: string | null;
}

/** Whether `by` may bind `user` so, and what comes of it. A role is kept within a store and never carried to another. */
export function judgeBinding(
  current: StaffSnapshot,
  admins: readonly string[],
  { by, user }: Wish,
  wanted: Wanted,
): Judgement {
  const before = current.person(user);
  return judgePlace(
    current,
    admins,
    { by, user },
    {
      name: wanted.name ?? before?.name ?? null,
      employeeId: wanted.employeeId,
      storeCode: wanted.storeCode,
      role: before?.storeCode === wanted.storeCode ? before.role : 'staff',
    },
  );
}

/**
 * Whether `by` may put `user` into exactly this place, or take them out (null), and what comes of it. A manager makes and
 * unmakes managers of the own store, and of no other.
 */
export function judgePlace(
  current: StaffSnapshot,
  admins: readonly string[],
  { by, user }: Wish,
  after: Place | null,
): Judgement {
  if (after === null) return judgeUnbinding(current, admins, { by, user });
  const manager = whoIn(current, admins, by);
  const before = current.person(user);
  if (storeIn(current, after.storeCode) === undefined) return refused('no-such-store');
  if (!mayManage(manager, after.storeCode)) return refused('own-store');
  if (before !== null && !mayManage(manager, before.storeCode)) return refused('elsewhere');
  if (isAdmin(admins, user) && manager.role !== 'admin') return refused('admin-entry');
  if (before !== null && samePlace(before, after)) return { kind: 'unchanged', member: before };
  const stays = before?.storeCode === after.storeCode && after.role === 'manager';
  if (!stays && locksOut(current, admins, before)) return refused('last-manager');
  return { kind: 'change', before, after };
}

/** Whether a change makes somebody a manager, ends that they are one, or makes them one of another store. */
export function changesRole(before: Place | null, after: Place | null): boolean {
  const managed = (place: Place | null) => (place?.role === 'manager' ? place.storeCode : null);
  return managed(before) !== managed(after);
}

/** Whether `by` may take `user` out of the mapping. */
export function judgeUnbinding(current: StaffSnapshot, admins: readonly string[], { by, user }: Wish): Judgement {
  const manager = whoIn(current, admins, by);
  const before = current.person(user);
  if (before === null) return refused('not-bound');
  if (!mayManage(manager, before.storeCode)) return refused('elsewhere');
  if (isAdmin(admins, user) && manager.role !== 'admin') return refused('admin-entry');
  if (locksOut(current, admins, before)) return refused('last-manager');
  return { kind: 'change', before, after: null };
}

/** Without admins, a store that loses its last manager is one that cannot be managed from a chat any more. */
function locksOut(current: StaffSnapshot, admins: readonly string[], leaving: Person | null): boolean {
  if (leaving?.role !== 'manager' || admins.length > 0) return false;
  return current.count({ storeCode: leaving.storeCode, role: 'manager' }) < 2;
}

/** All who may change entries of this store. */
export function managersOf(current: StaffSnapshot, admins: readonly string[], storeCode: string): string[] {
  const managers = current.people({ storeCode, role: 'manager' });
  const users = [...managers.map(({ user }) => user), ...admins];
  return [...new Map(users.map((user) => [userKey(user), user])).values()];
}

/** Whether this person manages all stores. */
export function isAdmin(admins: readonly string[], user: string): boolean {
  return admins.some((admin) => isSameUser(admin, user));
}

/** Who else goes by this employee id at the vendor. It may be the same person on another platform, or a mistake. */
export function holdersOf(current: StaffSnapshot, employeeId: number, user: string): Person[] {
  return current.people({ employeeId }).filter((person) => person.user !== user);
}

export function samePlace(one: Place | null, other: Place | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.name === other.name &&
    one.employeeId === other.employeeId &&
    one.storeCode === other.storeCode &&
    one.role === other.role
  );
}

export function whoIn(current: StaffSnapshot, admins: readonly string[], user: string): Who {
  // Who came in at this machine is an admin, and nobody whom the chat could ask: no store is left to them alone.
  const all = [...admins, OPERATOR];
  return createPermissions({ staff: { findStaff: (id) => memberIn(current, id) }, admins: all }).who(user);
}

export function storeIn({ stores }: StaffSnapshot, code: string): Store | undefined {
  return stores.find((store) => store.code === code);
}

function memberIn(current: StaffSnapshot, user: string): StaffMember | undefined {
  const person = current.person(user);
  const store = person === null ? undefined : storeIn(current, person.storeCode);
  if (person === null || store === undefined) return undefined;
  return { name: person.name ?? user, employeeId: person.employeeId, store, role: person.role };
}

function refused(why: Refusal): Judgement {
  return { kind: 'refused', why };
}
