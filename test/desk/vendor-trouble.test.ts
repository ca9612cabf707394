import { expect, test } from 'vitest';
import { createTellTrouble, type VendorTrouble } from '../../src/desk/vendor-trouble.ts';
import type { Telling } from '../../src/redemption/people.ts';

const STORES = [
  { code: 'EW_N1', name: '人民路店' },
  { code: 'EW_N2', name: '解放路店' },
];
const manager = (user: string, storeCode: string, role: 'staff' | 'manager' = 'manager') => ({
  user,
  role,
  storeCode,
  name: null,
  employeeId: null,
});

function told(trouble: VendorTrouble, admins: readonly string[], today = '2026-11-23'): Telling[] {
  const tellings: Telling[] = [];
  createTellTrouble({
    book: {
      snapshot: () => ({
        stores: STORES,
        people: [
          manager('wecom:li', 'EW_N1'),
          manager('wecom:qian', 'EW_N2'),
          manager('wecom:zhang', 'EW_N1', 'staff'),
        ],
      }),
      change: async () => undefined,
    },
    ledger: { tell: async (all) => void tellings.push(...all) },
    admins,
    addressOf: () => ({ channel: 'wecom-app', returnAddress: null }),
    note: (write) => void write(),
    today: () => today,
  })(trouble);
  return tellings;
}

const users = (tellings: readonly Telling[]) => tellings.map(({ user }) => user);
const KEY: VendorTrouble = { trouble: 'signature', store: null };

test('of what concerns all stores those who manage all are told, and where there are none every manager', () => {
  expect(users(told(KEY, ['dingtalk:boss']))).toEqual(['dingtalk:boss']);
  expect(users(told(KEY, []))).toEqual(['wecom:li', 'wecom:qian']);
});

test('of what concerns one store its managers are told too, and which store it is', () => {
  const tellings = told({ trouble: 'store', store: 'EW_N2' }, ['dingtalk:boss']);
  expect(users(tellings)).toEqual(['wecom:qian', 'dingtalk:boss']);
  for (const { text } of tellings) expect(text).toContain('解放路店');
});

test('the same is told once a day', () => {
  const keys = (today?: string) => told(KEY, ['dingtalk:boss'], today).map(({ key }) => key);
  expect(keys()).toEqual(keys());
  expect(keys('2026-11-24')).not.toEqual(keys());
});
