import { expect, test } from 'vitest';
import { createTellOverruled } from '../../src/desk/overruled.ts';
import type { Telling } from '../../src/redemption/people.ts';
import type { SettledBy } from '../../src/redemption/redemption.ts';
import { say, SUCCEEDED } from '../command/sentences/fixtures.ts';
import { bookOf } from '../mapping/indexed.ts';

const STORE = { code: 'EW_N1', name: '人民路店' };
const ELSEWHERE = { code: 'EW_N2', name: '解放路店' };
const person = (user: string, role: 'staff' | 'manager', storeCode = STORE.code) => ({
  user,
  role,
  storeCode,
  name: null,
  employeeId: null,
});

/** The people who are told that a redemption was something else than it had been settled as. */
function told(settledBy: SettledBy | null): Telling[] {
  const tellings: Telling[] = [];
  const tell = createTellOverruled({
    book: bookOf(
      [STORE, ELSEWHERE],
      [person('wecom:li', 'manager'), person('wecom:zhang', 'staff'), person('wecom:qian', 'manager', ELSEWHERE.code)],
    ),
    ledger: {
      tell: async (all) => {
        tellings.push(...all);
      },
    },
    admins: ['dingtalk:boss'],
    addressOf: () => ({ channel: 'wecom-app', returnAddress: null }),
    say,
    note: (write) => void write(),
  });
  tell({ ...SUCCEEDED, store: STORE, vendorMsg: '成功', settledBy });
  return tellings;
}

test('the managers of the store and all stores are told that a look was wrong', () => {
  const tellings = told({ how: 'overruled', was: 'refused', by: { how: 'look' } });
  expect(tellings.map(({ user }) => user)).toEqual(['wecom:li', 'dingtalk:boss']);
  for (const { text } of tellings) {
    expect(text).toMatch(/^核销成功（更正：之前按余次核对为失败，以这次为准）/u);
    expect(text).toContain(SUCCEEDED.receipt);
  }
  expect(new Set(tellings.map(({ key }) => key)).size).toBe(2);
});

test('and the manager who had settled it by hand, once', () => {
  const by = (user: string) => ({ how: 'hand', user, name: '钱经理' }) as const;
  const users = (user: string) => told({ how: 'overruled', was: 'refused', by: by(user) }).map((one) => one.user);
  expect(users('wecom:qian')).toEqual(['wecom:li', 'dingtalk:boss', 'wecom:qian']);
  expect(users('wecom:li')).toEqual(['wecom:li', 'dingtalk:boss']);
});

test('no person is told of what was settled as usual', () => {
  expect(told(null)).toEqual([]);
  expect(told({ how: 'look' })).toEqual([]);
});
