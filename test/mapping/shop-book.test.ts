import { expect, test } from 'vitest';
import type { ListEdit } from '../../src/mapping/list-text.ts';
import { indexed } from './indexed.ts';

const STAFF = '{"user":"wecom:wang","store":"EW_1"}';
/** Ways to write the same mapping; `…` is where its stores are. */
const LAYOUTS = {
  'on one line': `{"stores":[…],"staff":[${STAFF}],"x":{"stores":[{}]}}`,
  'with the stores behind the staff': `{\n  "staff": [\n    ${STAFF}\n  ],\n  "stores": […]\n}\n`,
  'as Windows ends lines': `\uFEFF{\r\n\t"stores": […],\r\n\t"staff": [ ]\r\n}\r\n`,
};
const [ONE, TWO] = ['{"code":"EW_1","name":"人民路店 ] \\" ,"}', '{"code":"EW_2"}'];

test.each(Object.entries(LAYOUTS))(
  'a list of stores %s is kept to the byte, but for the entry that is changed',
  (_, layout) => {
    const text = (...stores: string[]) => layout.replace('…', () => stores.join(','));
    const mapping = indexed(text(ONE, TWO));
    const edited = (edit: Omit<ListEdit, 'list' | 'isThere'>) =>
      mapping.textWith({ list: 'stores', isThere: true, ...edit }).toString();
    const entry = { code: 'EW_2', name: '新' };
    expect(edited({ row: 1, entry })).toBe(text(ONE, JSON.stringify(entry)));
    expect(edited({ row: 1, entry: null })).toBe(text(ONE));
    expect(edited({ row: 0, entry: null })).toBe(text(TWO));
    expect(edited({ row: null, entry: { code: 'EW_3' } })).toBe(text(ONE, TWO, '{"code":"EW_3"}'));
  },
);

test('changes of people that are not read again yet are kept', () => {
  const mapping = indexed(LAYOUTS['on one line'].replace('…', () => `${ONE},${TWO}`));
  const place = { name: '李', employeeId: null, storeCode: 'EW_1', role: 'staff' } as const;
  const edit = { list: 'stores', isThere: true, row: 1, entry: { code: 'EW_2', name: '新' } } as const;
  const text = mapping.withPlace('wecom:li', place).textWith(edit).toString();
  expect(indexed(text).person('wecom:li')).toMatchObject(place);
  expect(indexed(text).stores[1]).toEqual({ code: 'EW_2', name: '新' });
});

test('a list that is not there yet becomes the last field', () => {
  const entry = { id: 'wecom:wr1', store: 'EW_1' };
  const edit = { list: 'conversations', isThere: false, row: null, entry } as const;
  for (const layout of Object.values(LAYOUTS)) {
    const text = layout.replace('…', () => `${ONE},${TWO}`);
    const edited = indexed(text).textWith(edit).toString();
    expect(indexed(edited).rest.conversations).toEqual([entry]);
    expect(edited.startsWith(text.slice(0, text.lastIndexOf(']') + 1))).toBe(true);
  }
});

test('people are found by name, account and id, also where they are escaped or were just changed', async () => {
  const staff = Array.from({ length: 3_000 }, (_, n) => ({
    user: `wecom:u${n}`,
    name: `员工${n}`,
    employeeId: n,
    store: 'EW_1',
  }));
  const escaped = '{"user":"wecom:esc","name":"\\u5f20\\u4e09","store":"EW_1"}';
  const json = JSON.stringify({ stores: [{ code: 'EW_1' }], staff }).replace(']}', `,${escaped}]}`);
  const place = { name: '张五', employeeId: null, storeCode: 'EW_1', role: 'staff' } as const;
  const at = json.lastIndexOf(escaped);
  expect(at).toBeGreaterThan(0);
  const mapping = indexed(json).withPlace('wecom:u7', place).withPlace('wecom:new', place).withPlace('wecom:u8', null);
  const users = async (wanted: string, atMost = 10) =>
    (await mapping.search({}, wanted, atMost)).map(({ user }) => user);
  expect(await users('张')).toEqual(['wecom:u7', 'wecom:esc', 'wecom:new']);
  expect(await users('U2999')).toEqual(['wecom:u2999']);
  expect(await users('员工8')).not.toContain('wecom:u8');
  expect(await users('2500')).toContain('wecom:u2500');
  expect(await users('wecom', 5)).toHaveLength(5);
});
