import { describe, expect, test } from 'vitest';
import { noticeText } from '../../src/command/sentences.ts';
import type { Say } from '../../src/desk/notice.ts';
import { createTellTrouble, createTroubleNow, type TroubleTopic } from '../../src/desk/vendor-trouble.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { KnownOfTrouble, Telling, VendorTrouble } from '../../src/redemption/people.ts';
import type { RecordFilter } from '../../src/redemption/records.ts';
import type { Redemption } from '../../src/redemption/redemption.ts';
import { SUCCEEDED } from '../command/sentences/fixtures.ts';
import { bookOf } from '../mapping/indexed.ts';

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

const BOOK = bookOf(STORES, [
  manager('wecom:li', 'EW_N1'),
  manager('wecom:qian', 'EW_N2'),
  manager('wecom:zhang', 'EW_N1', 'staff'),
]);
const calendar = createCalendar('Asia/Shanghai');
const MINUTE_MS = 60_000;
const AT_TWO = Date.parse('2026-11-23T14:05:00+08:00');

/** As it is read then. */
const sayAt =
  (now: number): Say =>
  (notice) =>
    noticeText(notice, { calendar, now });

function told(trouble: VendorTrouble, admins: readonly string[], at = AT_TWO, forMs = 0): Telling[] {
  const tellings: Telling[] = [];
  createTellTrouble({
    book: BOOK,
    ledger: { tell: async (all) => void tellings.push(...all) },
    admins,
    addressOf: () => ({ channel: 'wecom-app', returnAddress: null }),
    say: sayAt(at),
    note: (write) => void write(),
    calendar,
    now: () => at,
  })(trouble, forMs);
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
  const keys = (at?: number) => told(KEY, ['dingtalk:boss'], at).map(({ key }) => key);
  expect(keys()).toEqual(keys());
  expect(keys(AT_TWO + 24 * 60 * MINUTE_MS)).not.toEqual(keys());
});

test('it says since when, also where it is told again the day after', () => {
  const [first] = told(KEY, ['dingtalk:boss'], AT_TWO);
  expect(first?.text).toContain('从 11-23 14:05 起核销不了');
  expect(first?.text).not.toContain('现在');
  const [next] = told(KEY, ['dingtalk:boss'], AT_TWO + 24 * 60 * MINUTE_MS, 24 * 60 * MINUTE_MS);
  expect(next?.text).toContain('从 11-23 14:05 起核销不了');
});

describe('told an hour later', () => {
  const HOUR_MS = 60 * MINUTE_MS;
  const NOTHING: KnownOfTrouble = { forMs: null, refusedMsAgo: null, wellMsAgo: null };

  interface Since {
    readonly known?: KnownOfTrouble;
    readonly redeemed?: readonly Partial<Redemption>[];
    readonly filters?: RecordFilter[];
  }

  async function tellLater(trouble: VendorTrouble, user: string, since: Since): Promise<string | null> {
    const { known = NOTHING, redeemed = [], filters = [] } = since;
    const topic: TroubleTopic = { kind: 'trouble', ...trouble, since: AT_TWO };
    const notice = await createTroubleNow({
      book: BOOK,
      admins: ['dingtalk:boss'],
      now: () => AT_TWO + HOUR_MS,
      known: () => known,
      ledger: {
        async findRecords(filter) {
          filters.push(filter);
          return { counts: [], newest: redeemed.map((row) => ({ redemption: { ...SUCCEEDED, ...row }, user: null })) };
        },
      },
    })(topic, user);
    return notice === null ? null : sayAt(AT_TWO + HOUR_MS)(notice);
  }

  test('it is still told while it lasts, and while no service knows better', async () => {
    for (const known of [
      NOTHING,
      { forMs: HOUR_MS, refusedMsAgo: MINUTE_MS, wellMsAgo: null },
      { ...NOTHING, wellMsAgo: 2 * HOUR_MS },
    ])
      expect(await tellLater(KEY, 'dingtalk:boss', { known })).toContain('从 11-23 14:05 起核销不了');
  });

  test('it says since when it has come back', async () => {
    const known = { forMs: 10 * MINUTE_MS, refusedMsAgo: MINUTE_MS, wellMsAgo: 20 * MINUTE_MS };
    expect(await tellLater(KEY, 'dingtalk:boss', { known })).toContain('从 11-23 14:55 起核销不了');
  });

  test('it is dropped once the vendor has answered well, here or to another service', async () => {
    const known = { ...NOTHING, wellMsAgo: MINUTE_MS };
    expect(await tellLater(KEY, 'dingtalk:boss', { known })).toBeNull();
    const filters: RecordFilter[] = [];
    expect(await tellLater(KEY, 'dingtalk:boss', { redeemed: [{ settledBy: null }], filters })).toBeNull();
    expect(filters).toEqual([{ span: { from: AT_TWO, to: Number.MAX_SAFE_INTEGER }, states: ['succeeded'] }]);
    const bySight = { settledBy: { how: 'hand', user: 'wecom:li', name: '李' } } as const;
    expect(await tellLater(KEY, 'dingtalk:boss', { redeemed: [bySight] })).not.toBeNull();
  });

  test('it is dropped where another service has redeemed since this one was last refused', async () => {
    const known = { forMs: HOUR_MS, refusedMsAgo: 50 * MINUTE_MS, wellMsAgo: null };
    const filters: RecordFilter[] = [];
    expect(await tellLater(KEY, 'dingtalk:boss', { known, redeemed: [{ settledBy: null }], filters })).toBeNull();
    expect(filters).toMatchObject([{ span: { from: AT_TWO + 10 * MINUTE_MS } }]);
  });

  test('instants are whole milliseconds, which is all that storage takes', async () => {
    const [first] = told(KEY, ['dingtalk:boss'], AT_TWO, 12.75);
    expect(first?.topic).toMatchObject({ since: AT_TWO - 13 });
    const filters: RecordFilter[] = [];
    const known = { forMs: 90.5, refusedMsAgo: 7.25, wellMsAgo: null };
    await tellLater(KEY, 'dingtalk:boss', { known, filters });
    expect(filters).toMatchObject([{ span: { from: AT_TWO + HOUR_MS - 8 } }]);
  });

  test('of one store only what came of that store counts, and it is not told to people who manage it no more', async () => {
    const filters: RecordFilter[] = [];
    expect(await tellLater({ trouble: 'store', store: 'EW_N2' }, 'wecom:qian', { filters })).toContain('解放路店');
    expect(filters).toMatchObject([{ storeCode: 'EW_N2' }]);
    expect(await tellLater({ trouble: 'store', store: 'EW_N2' }, 'wecom:li', {})).toBeNull();
  });
});
