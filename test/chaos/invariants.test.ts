import { describe, expect, test } from 'vitest';
import type { Delivery, Evidence, Told } from './evidence.ts';
import { checkInvariants } from './invariants.ts';
import type { PlannedMessage } from './plan.ts';
import type { LedgerRow } from './rows.ts';

// One message that went well; every test below tells one lie about it.
const RECEIPT = 'R-23456789';
const CARD = '914000000000000001';

const message: PlannedMessage = {
  id: '000001',
  channel: 'dingtalk',
  user: 'staff001',
  atMs: 0,
  lines: [{ tag: 'taga', line: 0, card: CARD, count: 2 }],
  attempts: 3,
  doubled: false,
  hangUpMs: null,
  retryMs: 100,
  againAfterMs: null,
  polls: 0,
  sessionLasts: true,
};
const delivery: Delivery = {
  message: '000001',
  transport: 'webhook',
  sentAt: 1_000,
  endedAt: 1_100,
  taken: true,
  hungUp: false,
  run: 0,
};
const told: Told = {
  channel: 'dingtalk',
  way: 'response',
  message: '000001',
  bubble: 'response 0',
  text: `核销成功\n尾号0001，2次，人民路店，${RECEIPT}\n@staff001`,
  acknowledged: true,
  sentAt: 1_000,
  at: 1_100,
  run: 0,
};
const row: LedgerRow = {
  receipt: RECEIPT,
  state: 'succeeded',
  reason: null,
  card: CARD,
  count: 2,
  remark: 'taga',
  line: 0,
  claimedAt: 1_010,
  settledAt: 1_090,
  channel: 'dingtalk',
  message: '000001',
  replyState: 'answered',
  replyDue: null,
};
const consumption = {
  card: CARD,
  count: 2,
  remark: `taga ${RECEIPT}`,
  store: 'EW_N2949193145',
  employeeId: null,
  at: 1_050,
};
const call = { params: { cardNo: CARD, remark: `taga ${RECEIPT}` }, refused: null, at: 1_050 };
const run = { startedAt: 0, endedAt: 2_000, end: 'kill', exitCode: null } as const;
const finalRun = { startedAt: 2_500, endedAt: 9_000, end: 'term', exitCode: 0 } as const;

const truth: Evidence = {
  messages: [message],
  runs: [run, finalRun],
  deliveries: [delivery],
  told: [told],
  complaints: [],
  books: { consumptions: [consumption], calls: [call], balances: {} },
  rows: [row],
};

const broken = (change: Partial<Evidence>): string[] => {
  const names = checkInvariants({ ...truth, ...change }).map(({ invariant }) => invariant);
  return [...new Set(names)];
};
const changedRow = (change: Partial<LedgerRow>) => ({ rows: [{ ...row, ...change }] });
const late = (change: Partial<Told>): Told => ({ ...told, way: 'late', bubble: 'late 0', at: 1_500, ...change });

test('the truth is not complained about', () => {
  expect(broken({})).toEqual([]);
});

describe('complains when', () => {
  test('a line was consumed twice', () => {
    const books = { ...truth.books, consumptions: [consumption, consumption] };
    expect(broken({ books })).toEqual(['once']);
  });

  test('a line was consumed once under each of two receipts', () => {
    const other = { ...row, receipt: 'R-ZZZZZZZZ' };
    const again = { ...consumption, remark: 'taga R-ZZZZZZZZ' };
    const second = late({ text: told.text.replace(RECEIPT, 'R-ZZZZZZZZ') });
    const books = { ...truth.books, consumptions: [consumption, again] };
    expect(broken({ books, rows: [row, other], told: [told, second] })).toEqual(['once']);
  });

  test('something was consumed that is on no record', () => {
    const stray = { ...consumption, remark: 'tagz R-ZZZZZZZZ' };
    const books = { ...truth.books, consumptions: [consumption, stray] };
    expect(broken({ books })).toEqual(['on-record']);
  });

  test('another count was consumed than is on record', () => {
    const books = { ...truth.books, consumptions: [{ ...consumption, count: 3 }] };
    expect(broken({ books })).toEqual(['on-record']);
  });

  test.each(['unsent', 'refused'] as const)('a consumed line is on record as %s', (state) => {
    expect(broken(changedRow({ state }))).toEqual(['no-false-no']);
  });

  test('a line is on record as unsent although the vendor was called and refused', () => {
    const books = { consumptions: [], calls: [{ ...call, refused: '剩余次数不足' }], balances: {} };
    const unclear = { ...told, text: told.text.replace('核销成功', '结果未知') };
    expect(broken({ books, told: [unclear], ...changedRow({ state: 'unsent' }) })).toEqual(['no-false-no']);
  });

  test('a line that was not consumed is on record as succeeded', () => {
    const books = { ...truth.books, consumptions: [] };
    const unclear = { ...told, text: told.text.replace('核销成功', '结果未知') };
    expect(broken({ books, told: [unclear] })).toEqual(['no-false-yes']);
  });

  test.each(['webhook', 'connection'] as const)('a message by %s was taken and is not on record', (transport) => {
    const books = { consumptions: [], calls: [], balances: {} };
    const deliveries = [{ ...delivery, transport }];
    expect(broken({ rows: [], told: [], books, deliveries })).toEqual(['accepted-is-stored']);
    expect(broken({ rows: [], told: [], books, deliveries: [{ ...delivery, transport, taken: false }] })).toEqual([]);
  });

  test('a platform complains of what came over a connection', () => {
    expect(broken({ complaints: ['DingTalk: not a reply'] })).toEqual(['by-the-protocol']);
  });

  test.each(['open', 'answered', 'sent', 'given-up'] as const)(
    'no person was told of a reply that is %s',
    (replyState) => {
      expect(broken({ told: [], ...changedRow({ replyState }) })).toEqual(['told']);
    },
  );

  test.each(['queued', 'sending', 'held'] as const)('but not of one that is still %s', (replyState) => {
    expect(broken({ told: [], ...changedRow({ replyState }) })).toEqual([]);
  });

  test('a reply was told in the response and once more late', () => {
    expect(broken({ told: [told, late({})] })).toEqual(['told-once']);
  });

  test('a reply was told late twice by a service that was not killed', () => {
    const runs = [{ ...run, end: 'term', exitCode: 0 } as const, finalRun];
    const twice = [late({}), late({ bubble: 'late 1', at: 3_000, run: 1 })];
    expect(broken({ runs, told: twice })).toEqual(['told-once']);
    expect(broken({ told: twice })).toEqual([]);
  });

  test('a reply was told again although the platform had confirmed it', () => {
    const pushed = late({ bubble: 'push 1' });
    expect(broken({ told: [late({}), pushed] })).toEqual(['told-once']);
    expect(broken({ told: [late({ acknowledged: false }), pushed] })).toEqual([]);
  });

  test('Feishu showed the same twice, even where the service was killed in between', () => {
    const again = late({ bubble: 'late 1', at: 3_000, run: 1 });
    const feishu = (second: Partial<Told>) => ({
      messages: [{ ...message, channel: 'feishu' } as const],
      rows: [{ ...row, channel: 'feishu' }],
      told: [late({ channel: 'feishu' }), { ...again, channel: 'feishu', ...second } as const],
    });
    expect(broken(feishu({}))).toEqual(['told-once']);
    expect(broken(feishu({ text: `${told.text}\n以下是之前的` }))).toEqual([]);
    expect(broken({ told: [late({}), again] })).toEqual([]);
  });

  test('a held reply was told in the responses to two other messages', () => {
    const elsewhere = [
      { ...told, message: 'm8' },
      { ...told, message: 'm9', bubble: 'response 1', at: told.at + 1 },
    ];
    expect(broken({ told: elsewhere })).toEqual(['told-once']);
  });

  test('a reply was told again where no delivery asked for it in between', () => {
    const between = { sentAt: 1_300, taken: false };
    const wecom = (change: Partial<Delivery>, channel: 'wecom-app' | 'wecom-bot' | 'dingtalk' = 'wecom-bot') => ({
      messages: [{ ...message, channel }],
      deliveries: [delivery, { ...delivery, transport: 'connection' as const, ...between, ...change }],
      rows: [{ ...row, channel }],
      told: [told, late({ bubble: 'push 1' })].map((telling) => ({ ...telling, channel })),
    });
    expect(broken(wecom({}))).toEqual([]);
    expect(broken(wecom({ transport: 'webhook' }, 'wecom-app'))).toEqual([]);
    expect(broken(wecom({ sentAt: 1_050 }))).toEqual(['told-once']);
    expect(broken(wecom({ sentAt: 1_600 }))).toEqual(['told-once']);
    expect(broken(wecom({ message: '000002' }))).toEqual(['told-once']);
    expect(broken(wecom({ taken: true }))).toEqual(['told-once']);
    expect(broken(wecom({ run: null }))).toEqual(['told-once']);
    expect(broken(wecom({}, 'dingtalk'))).toEqual(['told-once']);
  });

  test('deliveries of one message may all be told', () => {
    expect(broken({ told: [told, { ...told, bubble: 'response 1', at: told.at + 1 }] })).toEqual([]);
  });

  test('a row is pending in the end', () => {
    expect(broken(changedRow({ state: 'pending', settledAt: null }))).toEqual(['settled']);
  });

  test.each([
    ['核销失败「余额不足」', true],
    ['未提交', true],
    ['核销成功', false],
  ])('a reply says %s where the vendor knows better', (words, consumed) => {
    const books = { consumptions: consumed ? [consumption] : [], calls: [call], balances: {} };
    const claiming = { ...told, text: told.text.replace('核销成功', words) };
    expect(broken({ books, told: [claiming], ...changedRow({ state: 'unknown' }) })).toEqual(['no-false-word']);
  });

  test.each([
    ['exits with another code', { ...finalRun, exitCode: 1 }],
    ['has to be killed', { ...finalRun, end: 'stuck', exitCode: null } as const],
    ['ends by itself', { ...finalRun, end: 'crash', exitCode: 1 } as const],
  ])('a service that is asked to stop %s', (_how, last) => {
    expect(broken({ runs: [run, last] })).toEqual(['clean-end']);
  });

  test('a service that was asked to stop left a redemption in the middle', () => {
    const runs = [{ ...run, end: 'term', exitCode: 0 } as const, finalRun];
    const left = changedRow({ state: 'unknown', reason: 'interrupted' });
    expect(broken({ runs, ...left })).toEqual(['clean-end']);
    expect(broken(left)).toEqual([]);
  });
});

describe('an answer that the platform hung up on', () => {
  const hungUp = { ...delivery, taken: false, hungUp: true };

  test('may have crossed with it', () => {
    expect(broken({ told: [], deliveries: [hungUp] })).toEqual([]);
  });

  test('is missed when it came long after', () => {
    expect(broken({ told: [], deliveries: [hungUp], ...changedRow({ settledAt: 1_900 }) })).toEqual(['told']);
  });
});
