import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCalendar } from '../../src/redemption/calendar.ts';
import type { RecordedRedemption } from '../../src/redemption/records.ts';
import type { Redemption } from '../../src/redemption/redemption.ts';
import { csv, jsonl } from '../../src/tools/export-formats.ts';
import { SUCCEEDED } from '../command/sentences/fixtures.ts';
import { readCsv } from '../support/csv.ts';
import { anyText } from '../support/any-text.ts';

const calendar = createCalendar('Asia/Shanghai');

function recorded(change: Partial<Redemption> = {}, user: string | null = 'wecom:zhangsan'): RecordedRedemption {
  const redemption: Redemption = {
    ...SUCCEEDED,
    store: { code: 'EW_N1', name: '人民路店' },
    vendorMsg: '成功',
    remainingBefore: 10,
    claimedAt: Date.parse('2026-11-22T16:00:05.250Z'),
    settledAt: Date.parse('2026-11-22T16:00:06Z'),
    ...change,
  };
  return { redemption, user, name: user === null ? null : '张三' };
}

/** One record by column, as a person reads it who opens the file. */
function throughCsv(record: RecordedRedemption, fullCards = false): Record<string, string> {
  const { head, line } = csv({ calendar, fullCards, headings: 'en' });
  const [names = [], cells = [], ...more] = readCsv(head.slice(1) + line(record));
  expect(more).toEqual([]);
  return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
}

describe('CSV', () => {
  test('begins with the mark by which Excel knows UTF-8, and has the columns that docs/operating.md names', () => {
    const { head } = csv({ calendar, fullCards: false, headings: 'en' });
    expect(Buffer.from(head).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(throughCsv(recorded())).toEqual({
      time: '2026-11-23 00:00:05',
      receipt: 'R-7K3M9Q2A',
      outcome: 'succeeded',
      reason: '',
      card: "'****4024",
      realCard: '',
      count: '2',
      remaining: '8',
      store: "'EW_N1",
      storeName: "'人民路店",
      user: "'wecom:zhangsan",
      userName: "'张三",
      employeeId: '11',
      remark: '',
      vendorMsg: "'成功",
      settled: '2026-11-23 00:00:06',
      settledBy: '',
    });
  });

  test('has Chinese headings unless English ones are asked for, over the same cells', () => {
    const [zh = [], en = []] = (['zh', 'en'] as const).map((headings) => {
      const { head, line } = csv({ calendar, fullCards: false, headings });
      return readCsv(head.slice(1) + line(recorded()));
    });
    expect(zh[0]).toEqual(
      '时间 单号 结果 原因 卡号 实际卡号 次数 剩余次数 门店编号 门店 账号 姓名 工号 备注 核销系统答复 出结果时间 核对方式'.split(
        ' ',
      ),
    );
    const differs = zh[1]?.filter((cell, at) => cell !== en[1]?.[at]);
    expect(differs).toEqual(['成功']);
  });

  test('below Chinese headings says outcome, reason and who settled it in the words of the chat', () => {
    const { line } = csv({ calendar, fullCards: false, headings: 'zh' });
    const row = (change: Partial<Redemption>) => readCsv(line(recorded(change)))[0] ?? [];
    const refused = row({ state: 'unsent', reason: 'too-many-lines' });
    expect([refused[2], refused[3]]).toEqual(['未提交', '您这一分钟发得太多，次数没有扣，请过一分钟再发']);
    const unknown = row({ state: 'unknown', reason: 'timeout' });
    expect([unknown[2], unknown[3]]).toEqual(['结果未知', '核销系统没有按时答复']);
    const by = (settledBy: Redemption['settledBy']) => row({ settledBy }).at(-1);
    expect(by({ how: 'hand', user: 'wecom:li', name: '李经理' })).toBe("'李经理");
    expect(by({ how: 'look' })).toBe('按余次核对');
    expect(by(null)).toBe('');
  });

  test('guards the name of a person like any text', () => {
    expect(throughCsv({ ...recorded(), name: '=1+1' })['userName']).toBe("'=1+1");
    expect(throughCsv({ ...recorded(), name: null })['userName']).toBe('');
  });

  test.each([
    ...['=1+1', '=HYPERLINK("http://x.example","看")', ' =1+1', '\u00a0=1', '\u200b=1', '\ufeff=1', '\u202e=1'],
    ...['＝1+1', '﹦1+1', '⁼1', '+86 138', '＋1', '﹢1', '-2', '－2', '﹣2', '−2', '@SUM(A1)', '＠SUM', '﹫SUM', '%1'],
    ...['\t=1', '\r=1', '\n=1', '\tx', '\rx', '\nx', '(12)', '（12）', '.5', '．5', '$5', '￥5', '€5', '5%', '12,5'],
    ...['0012', '914095353294404024', '1e5', '1E5', '１２', '٣', '1/2', '1-2', '12:30', 'Mar-1', 'Mrz 1', '3月5日'],
    ...[
      '11月2日',
      '2026年',
      '下午3点',
      '今天',
      'TRUE',
      'true',
      'WAHR',
      '#N/A',
      '#REF!',
      '|cmd',
      '!A1',
      '"=1',
      "'=1",
      "'",
    ],
    ...['靠窗，说"谢谢", 两位', 'a=1', '第一行\r\n=1', 'x;=1', 'x\t=1', '生日 \u{1F382}', '\0'],
  ])('a remark %j is a text, and comes out again as it was', (remark) => {
    const record = recorded({ remark, vendorMsg: remark, store: { code: remark, name: remark } }, remark);
    const cells = throughCsv(record);
    for (const column of ['remark', 'vendorMsg', 'store', 'storeName', 'user'])
      expect(cells[column]).toBe(`'${remark}`);
  });

  test('the file gives every text back without its first character', () => {
    fc.assert(
      fc.property(anyText({ minLength: 1 }), (remark) => {
        expect(throughCsv(recorded({ remark }))['remark']).toBe(`'${remark}`);
      }),
    );
  });

  test('numbers and times of our own stay what they are, and who settled is a text', () => {
    const by = { how: 'hand', user: '=wecom:lisi', name: '李四' } as const;
    const cells = throughCsv(recorded({ settledBy: by, count: 2, employeeId: 7 }));
    expect(cells).toMatchObject({
      time: '2026-11-23 00:00:05',
      count: '2',
      employeeId: '7',
      settledBy: "'=wecom:lisi",
    });
    expect(throughCsv(recorded({ settledBy: { how: 'look' } }))).toMatchObject({ settledBy: "'look" });
  });

  test('shows whole cards only when asked, and then so that Excel keeps their digits', () => {
    const card = { card: '914095353294404024', realCard: '00123456789012345678' };
    expect(throughCsv(recorded(card))).toMatchObject({ card: "'****4024", realCard: "'****5678" });
    expect(throughCsv(recorded(card), true)).toMatchObject({
      card: "'914095353294404024",
      realCard: "'00123456789012345678",
    });
  });
});

describe('JSON lines', () => {
  test('change nothing, say null where there is nothing, and give instants in UTC', () => {
    const { head, line } = jsonl({ calendar, fullCards: true });
    const record = recorded({
      remark: '=1+1\n"x"',
      settledAt: null,
      state: 'unknown',
      reason: 'timeout',
      vendorMsg: null,
    });
    const text = head + line(record);
    expect(text.split('\n')).toHaveLength(2);
    expect(JSON.parse(text)).toEqual({
      time: '2026-11-22T16:00:05.250Z',
      receipt: 'R-7K3M9Q2A',
      outcome: 'unknown',
      reason: 'timeout',
      card: '914095353294404024',
      realCard: null,
      count: 2,
      remaining: null,
      store: 'EW_N1',
      storeName: '人民路店',
      user: 'wecom:zhangsan',
      userName: '张三',
      employeeId: 11,
      remark: '=1+1\n"x"',
      vendorMsg: null,
      settled: null,
      settledBy: null,
    });
  });

  test('say who settled an unknown by hand, and show no whole card unasked', () => {
    const { line } = jsonl({ calendar, fullCards: false });
    const by = { how: 'hand', user: 'wecom:lisi', name: '李四' } as const;
    expect(JSON.parse(line(recorded({ settledBy: by })))).toMatchObject({ settledBy: 'wecom:lisi', card: '****4024' });
    expect(JSON.parse(line(recorded({ settledBy: { how: 'look' } })))).toMatchObject({ settledBy: 'look' });
  });
});
