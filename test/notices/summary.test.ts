import { describe, expect, test } from 'vitest';
import { latestSummary } from '../../src/notices/daily.ts';
import { ROBOTS } from '../../src/platforms/robots.ts';
import { summarise, type SummaryQuestion } from '../../src/notices/summary.ts';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { StoreRecords, StoreSpan, RecordCount } from '../../src/redemption/records.ts';
import { STORE, UNKNOWN } from './fixtures.ts';

const calendar = createCalendar('Asia/Shanghai');
const at = (text: string) => Date.parse(`${text}+08:00`);
const OTHER = { code: 'EW_2', name: '解放路店' };

describe('the latest summary', () => {
  test.each([
    ['22:00', '2026-11-23T22:00', '2026-11-23', '2026-11-23T22:00'],
    ['22:00', '2026-11-23T21:59:59', '2026-11-22', '2026-11-22T22:00'],
    ['22:00', '2026-11-24T08:00', '2026-11-23', '2026-11-23T22:00'],
    ['07:00', '2026-11-23T07:00', '2026-11-22', '2026-11-23T07:00'],
    ['07:00', '2026-11-23T06:59', '2026-11-21', '2026-11-22T07:00'],
    ['00:00', '2026-12-01T00:00', '2026-11-30', '2026-12-01T00:00'],
    ['12:00', '2026-11-23T12:00', '2026-11-23', '2026-11-23T12:00'],
  ])('due at %s is, at %s, that of %s', (time, now, day, due) => {
    expect(latestSummary(calendar, time, at(now))).toEqual({ day, at: at(due) });
  });
});

/** Answers as a ledger with these rows would. */
function ledger(
  rows: readonly (RecordCount & { readonly claimedAt: number })[],
  unknowns: StoreRecords['unknown'] = [],
) {
  const asked: StoreSpan[] = [];
  return {
    asked,
    findStoreRecords: async (question: StoreSpan): Promise<StoreRecords> => {
      asked.push(question);
      const { storeCodes, from, to } = question;
      return {
        counts: rows.filter(
          ({ store, claimedAt }) => storeCodes.includes(store?.code ?? '') && claimedAt >= from && claimedAt < to,
        ),
        unknown: unknowns.slice(0, question.unknowns),
        unknownBefore: question.unknowns === 0 ? 0 : 2,
      };
    },
  };
}

const row = (change: Partial<RecordCount & { claimedAt: number }>) => ({
  store: STORE,
  user: 'wecom:zhangsan',
  state: 'succeeded' as const,
  lines: 1,
  times: 2,
  claimedAt: at('2026-11-23T10:00'),
  ...change,
});

function sumUp(counted: ReturnType<typeof ledger>, change: Partial<SummaryQuestion> = {}, time = '22:00') {
  const manner = {
    nameOf: (user: string) => ({ 'wecom:zhangsan': '张三', 'wecom:li': '李经理' })[user] ?? user,
    whenOf: String,
    decorate: (title: string) => title,
  };
  const question = { day: '2026-11-23', stores: [STORE], all: false, platform: ROBOTS.wecom, bare: false };
  return summarise({ ledger: counted, calendar, time, manner }, { ...question, ...change });
}

describe('a summary', () => {
  test('of one store has a line per person, and what is still unknown', async () => {
    const unknown = { redemption: { ...UNKNOWN, claimedAt: at('2026-11-23T09:05') }, user: 'wecom:li' };
    const rows = [
      row({ lines: 3, times: 5 }),
      row({ state: 'refused' }),
      row({ user: 'wecom:li', lines: 4, times: 4 }),
      row({ user: 'wecom:li', state: 'unknown' }),
      row({ user: 'wecom:wu', state: 'unsent' }),
    ];
    const { title, lines, alarming } = await sumUp(ledger(rows, [unknown]));
    expect(title).toBe('核销日报 2026-11-23 人民路店');
    expect(lines).toEqual([
      '合计9次（7笔），失败1笔，未知1笔',
      '李经理 4次（4笔），未知1笔',
      '张三 5次（3笔），失败1笔',
      '待核对 R-7K3M9Q2A，李经理，尾号4024，2次，09:05',
      '更早还有2条待核对',
    ]);
    expect(alarming).toBe(true);
  });

  test('of all stores is one table with a total', async () => {
    const stores = [OTHER, STORE, { code: 'EW_3', name: '中山路店' }];
    const rows = [row({ lines: 3, times: 5 }), row({ store: OTHER, state: 'refused' })];
    const { title, lines } = await sumUp(ledger(rows), { stores, all: true });
    expect(title).toBe('核销日报 2026-11-23 全部门店');
    expect(lines.slice(0, 5)).toEqual([
      '合计5次（3笔），失败1笔',
      '门店｜条数｜次数｜失败｜未知',
      '人民路店｜3｜5｜0｜0',
      '解放路店｜0｜0｜1｜0',
      '其余1家当天没有核销',
    ]);
  });

  test('of a quiet day says so', async () => {
    expect((await sumUp(ledger([]))).lines[0]).toBe('当天没有核销');
    expect((await sumUp(ledger([]), { stores: [STORE, OTHER] })).lines[0]).toBe('当天没有核销');
  });

  test('is about its whole day, and mentions what came after the last one', async () => {
    const rows = [
      row({ claimedAt: at('2026-11-22T21:59') }),
      row({ claimedAt: at('2026-11-22T22:00'), times: 7 }),
      row({ claimedAt: at('2026-11-23T00:00') }),
      row({ claimedAt: at('2026-11-23T23:59:59') }),
      row({ claimedAt: at('2026-11-24T00:00') }),
    ];
    const { lines } = await sumUp(ledger(rows));
    expect(lines[0]).toBe('合计4次（2笔）');
    expect(lines.at(-1)).toBe('前一天 22:00 以后：7次（1笔）');
    const morning = await sumUp(ledger(rows), {}, '07:00');
    expect(morning.lines.filter((line) => line.startsWith('前一天'))).toEqual([]);
  });

  test('of a great many stores asks in portions and is cut to one message', async () => {
    const stores = Array.from({ length: 1_000 }, (_, index) => ({ code: `EW_${index}`, name: `第${index}店` }));
    const counted = ledger(stores.map((store, index) => row({ store, lines: index + 1 })));
    const text = await sumUp(counted, { stores, all: true });
    expect(ROBOTS.wecom.fits(text)).toBe(true);
    expect(text.lines[0]).toContain('（500500笔）');
    expect(text.lines[2]).toContain('第999店');
    expect(text.lines.at(-1)).toMatch(/^…还有\d+行没有显示$/u);
    expect(Math.max(...counted.asked.map(({ storeCodes }) => storeCodes.length))).toBe(100);
  });

  test('without words from outside is a total', async () => {
    const { title, lines } = await sumUp(ledger([row({})]), { bare: true, all: true });
    expect(title.trim()).toBe('核销日报 2026-11-23');
    expect(lines[0]).toBe('合计2次（1笔）');
    expect(lines.join()).not.toMatch(/人民路|张三/u);
  });
});
