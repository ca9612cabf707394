import { IndexedMapping } from '../../src/mapping/indexed-mapping.ts';
import { readParts } from '../../src/mapping/read-mapping.ts';
import type { Person, StaffBook } from '../../src/redemption/people.ts';
import type { Store } from '../../src/redemption/redemption.ts';

/** What the text of a mapping file says. */
export function indexed(text: string, robotHosts: readonly string[] = []): IndexedMapping {
  const bytes = Buffer.from(text);
  return IndexedMapping.of(bytes, readParts(bytes, 'mapping.json', robotHosts));
}

/** A mapping with these people, that nothing changes. */
export function bookOf(stores: readonly Store[], people: readonly Person[]): StaffBook {
  const staff = people.map(({ user, name, employeeId, storeCode, role }) => ({
    ...{ user, store: storeCode, role },
    ...(name !== null && { name }),
    ...(employeeId !== null && { employeeId }),
  }));
  const snapshot = indexed(JSON.stringify({ stores, staff }));
  return { snapshot: () => snapshot, change: async () => undefined };
}
