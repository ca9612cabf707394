import type { Place, StaffBook, StaffSnapshot } from '../redemption/people.ts';
import { isSameUser } from '../redemption/user-id.ts';
import type { LiveMapping } from './live-mapping.ts';
import type { Mapping } from './mapping.ts';

type Entry = Mapping['staff'][number];

/** The mapping as a book of people: its other fields, its order and what was edited by hand stay as they are. */
export function createStaffBook(mapping: Pick<LiveMapping, 'current' | 'update'>): StaffBook {
  return {
    snapshot: () => toSnapshot(mapping.current()),
    change: (user, decide) =>
      mapping.update((document) => {
        const place = decide(toSnapshot(document));
        return place === 'leave' ? document : { ...document, staff: withPlace(document.staff, user, place) };
      }),
  };
}

function toSnapshot({ stores, staff }: Mapping): StaffSnapshot {
  return {
    stores: stores.map(({ code, name }) => ({ code, name: name?.trim() || code })),
    people: staff.map(({ user, name, employeeId = null, store, role = 'staff' }) => ({
      user,
      name: name?.trim() || null,
      employeeId,
      storeCode: store,
      role,
    })),
  };
}

function withPlace(staff: readonly Entry[], user: string, place: Place | null): Entry[] {
  if (place === null) return staff.filter((entry) => !isSameUser(entry.user, user));
  const known = staff.some((entry) => isSameUser(entry.user, user));
  if (!known) return [...staff, toEntry({ user }, place)];
  return staff.map((entry) => (isSameUser(entry.user, user) ? toEntry(entry, place) : entry));
}

/** Fields keep their order; one that has no value is left out. */
function toEntry(before: { readonly user: string }, { name, employeeId, storeCode, role }: Place): Entry {
  const entry: Entry = {
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
