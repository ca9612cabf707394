import type { PeopleFilter, Person, Place } from '../redemption/people.ts';
import type { StaffEntry } from './mapping.ts';

/** Whether an entry is one of those that are meant. */
export function fits(entry: StaffEntry, { storeCode, role, employeeId }: PeopleFilter): boolean {
  return (
    (storeCode === undefined || entry.store === storeCode) &&
    (role === undefined || (entry.role ?? 'staff') === role) &&
    (employeeId === undefined || entry.employeeId === employeeId)
  );
}

/** An entry as the use cases know it. */
export function toPerson({ user, name, employeeId, store, role = 'staff' }: StaffEntry): Person {
  return { user, name: name?.trim() || null, employeeId: employeeId ?? null, storeCode: store, role };
}

/** Fields keep their order; one that has no value is left out. */
export function toEntry(before: { readonly user: string }, { name, employeeId, storeCode, role }: Place): StaffEntry {
  const entry: StaffEntry = {
    ...before,
    name: name ?? undefined,
    employeeId: employeeId ?? undefined,
    store: storeCode,
    role,
  };
  if (name === null) delete entry.name;
  if (employeeId === null) delete entry.employeeId;
  return entry;
}
