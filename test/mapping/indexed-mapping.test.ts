import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Mapping, StaffEntry } from '../../src/mapping/mapping.ts';
import type { PeopleFilter, Place } from '../../src/redemption/people.ts';
import { isSameUser } from '../../src/redemption/user-id.ts';
import { indexed } from './indexed.ts';

const STORES = [{ code: 'EW_1', name: '人民路店' }, { code: 'EW_2' }];
const LI: Place = { name: null, employeeId: null, storeCode: 'EW_1', role: 'staff' };
const LINE = '{"user":"wecom:li","store":"EW_1","role":"staff"}';

/** Ways to write the same list, which has `{…}` for its entries. */
const LAYOUTS = {
  'on one line': '{"stores":[{"code":"EW_1"}],"staff":[{…},{…}]}',
  'with a line for each person': '{"staff": [\n  {…},\n  {…}\n],\n"stores": [{"code":"EW_1"}]}\n',
  'as Windows ends lines':
    '\uFEFF{\r\n\t"stores": [{"code":"EW_1"}],\r\n\t"staff": [\r\n\t\t{…},\r\n\t\t{…}\r\n\t]\r\n}\r\n',
  'with commas first': '{"stores":[{"code":"EW_1"}]\n,"staff":[ {…}\n  , {…}\n  ]}',
  'behind what looks like it':
    '{"x":{"staff":[{"a":"}]"}]},"staff\\"":["{"],"stores":[{"code":"EW_1"}],"staff":[{…},{…}]}',
  'under an escaped name': '{"stores":[{"code":"EW_1"}],"\\u0073taff" : [{…},{…}]}',
};

describe.each(Object.entries(LAYOUTS))('a list of staff %s', (_, layout) => {
  const people = ['{"user":"wecom:wang","store":"EW_1"}', '{"user":"wecom:zhao","store":"EW_1","note":"} ] \\" ,"}'];
  const text = layout.replace('{…}', () => people[0] ?? '').replace('{…}', () => people[1] ?? '');
  const [, between = ''] = layout.split('{…}');
  const content = (mapping: ReturnType<typeof indexed>) => Buffer.concat(mapping.content()).toString();

  test('is kept to the byte, but for the entry that is changed', () => {
    const mapping = indexed(text);
    expect(content(mapping)).toBe(text);
    const changed = '{"user":"wecom:wang","store":"EW_1","role":"staff"}';
    expect(content(mapping.withPlace('wecom:wang', LI))).toBe(text.replace(people[0] ?? '', () => changed));
  });

  test('gets an entry as its neighbours stand, and loses it again', () => {
    const mapping = indexed(text).withPlace('wecom:li', LI);
    const gap = between.replace(',', '');
    expect(content(mapping)).toBe(text.replace(people[1] ?? '', () => `${people[1]},${gap}${LINE}`));
    expect(content(mapping.withPlace('wecom:li', null))).toBe(text);
  });

  test('is a list without its first entry, its last and all of them', () => {
    const users = (mapping: ReturnType<typeof indexed>) => {
      const read = indexed(content(mapping));
      expect(read.people({})).toEqual(mapping.people({}));
      return read.people({}).map(({ user }) => user);
    };
    const mapping = indexed(text);
    expect(users(mapping.withPlace('wecom:wang', null))).toEqual(['wecom:zhao']);
    expect(users(mapping.withPlace('wecom:zhao', null))).toEqual(['wecom:wang']);
    const none = mapping.withPlace('wecom:zhao', null).withPlace('wecom:wang', null);
    expect(users(none)).toEqual([]);
    expect(users(none.withPlace('wecom:li', LI).withPlace('wecom:wang', LI))).toEqual(['wecom:li', 'wecom:wang']);
  });
});

test('an empty list gets its entries as JSON.stringify with an indent of 2 would write them', () => {
  const text = (staff: object[]) => JSON.stringify({ stores: STORES, staff, conversations: [] }, null, 2);
  const mapping = indexed(text([])).withPlace('wecom:li', LI).withPlace('wecom:wang', LI);
  const staff = ['wecom:li', 'wecom:wang'].map((user) => ({ user, store: 'EW_1', role: 'staff' }));
  expect(Buffer.concat(mapping.content()).toString()).toBe(text(staff));
  const [, ...others] = staff;
  expect(Buffer.concat(mapping.withPlace('wecom:li', null).content()).toString()).toBe(text(others));
});

const user = fc.constantFrom('wecom:a', 'wecom:A', 'wecom:b', 'dingtalk:a', 'dingtalk:A', 'feishu:ou_1');
const place = fc.record({
  name: fc.constantFrom(null, '张三', '"quoted"'),
  employeeId: fc.constantFrom(null, 0, 7),
  storeCode: fc.constantFrom('EW_1', 'EW_2'),
  role: fc.constantFrom('staff' as const, 'manager' as const),
});
const changes = fc.array(fc.tuple(user, fc.option(place)), { maxLength: 12 });

const FILTERS: readonly PeopleFilter[] = [
  {},
  { storeCode: 'EW_1' },
  { storeCode: 'EW_9' },
  { employeeId: 7 },
  { employeeId: 0 },
  { role: 'staff' },
  { role: 'manager', storeCode: 'EW_2' },
];

test('after any changes it answers and reads as if the list had been changed as a whole', () => {
  fc.assert(
    fc.property(changes, changes, fc.constantFrom(undefined, 2), (begin, more, indent) => {
      const textOf = (staff: StaffEntry[]) => JSON.stringify({ stores: STORES, staff } satisfies Mapping, null, indent);
      let staff: StaffEntry[] = begin.reduce(change, []);
      let mapping = indexed(textOf(staff));
      for (const [who, where] of more) {
        mapping = mapping.withPlace(who, where);
        staff = change(staff, [who, where]);
        const fresh = indexed(textOf(staff));
        expect(JSON.parse(Buffer.concat(mapping.content()).toString())).toEqual(JSON.parse(textOf(staff)));
        for (const filter of FILTERS) {
          expect(mapping.people(filter)).toEqual(fresh.people(filter));
          expect(mapping.count(filter)).toBe(fresh.people(filter).length);
          for (const from of [0, 1, 3])
            expect(mapping.people(filter, 2, from)).toEqual(fresh.people(filter).slice(from, from + 2));
        }
        for (const { user: each } of staff) expect(mapping.findStaff(each)).toEqual(fresh.findStaff(each));
        expect(mapping.person(who)).toEqual(fresh.person(who));
      }
    }),
  );
});

/** The list with one person at another place, or without. */
function change(staff: StaffEntry[], [who, where]: readonly [string, Place | null]): StaffEntry[] {
  const others = staff.filter((entry) => !isSameUser(entry.user, who));
  if (where === null) return others;
  const { name, employeeId, storeCode, role } = where;
  const at = staff.findIndex((entry) => isSameUser(entry.user, who));
  const entry: StaffEntry = {
    user: staff[at]?.user ?? who,
    ...(name !== null && { name }),
    ...(employeeId !== null && { employeeId }),
    ...{ store: storeCode, role },
  };
  return at < 0 ? [...staff, entry] : staff.with(at, entry);
}
