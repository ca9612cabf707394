import { describe, expect, it } from 'vitest';
import * as sentences from '../../../src/command/sentences.ts';
import type { RecordLine, RecordList } from '../../../src/desk/records.ts';
import type { Tally } from '../../../src/redemption/tally.ts';
import { AT, CARD, READER, RECEIPT } from './fixtures.ts';

const records = (of: RecordList['of'], lines: readonly RecordLine[], totals: Tally, more: number) =>
  sentences.records({ kind: 'records', of, lines, totals, page: 1, more, unanswered: 0 }, READER);
const TALLY: Tally = { succeeded: 11, times: 15, refused: 1, unknown: 2 };

describe('records', () => {
  const line: RecordLine = {
    at: AT,
    card: CARD,
    count: 999,
    state: 'unsent',
    who: '欧阳'.repeat(8),
    store: null,
    receipt: RECEIPT,
  };

  it('put totals on top and say how many are not shown', () => {
    const own = { ...line, count: 2, state: 'succeeded', who: null } as const;
    expect(records({ kind: 'mine', day: { kind: 'today' } }, [own], TALLY, 3)).toBe(
      `您今天：15次（11笔），失败1笔，未知2笔\n14:03 尾号4024 2次 成功 ${RECEIPT}\n还有3笔，想看请发「记录 今天 第2页」`,
    );
  });

  it.each([
    [{ kind: 'store', day: { kind: 'date', year: 2026, month: 11, day: 20 } }, '全店 2026-11-20 没有核销记录'],
    [{ kind: 'mine', day: { kind: 'date', year: null, month: 1, day: 2 } }, '您 01-02 没有核销记录'],
    [{ kind: 'card', card: CARD }, '没有查到尾号4024的核销记录，也可能不是您门店的'],
    [{ kind: 'receipt', receipt: RECEIPT }, `没有查到单号 ${RECEIPT}，也可能不是您门店的`],
  ] as const)('say whose they are, also when there are none', (of, said) => {
    expect(records(of, [], { ...TALLY, times: 0 }, 0)).toBe(said);
  });

  it('of fifteen long lines fit into a message of every platform', () => {
    const list = Array.from({ length: 15 }, () => line);
    const text = records({ kind: 'card', card: CARD }, list, TALLY, 1_000_000);
    expect(text.split('\n')).toHaveLength(17);
    expect(Buffer.byteLength(text)).toBeLessThan(2000);
  });

  it('are counted per person and in all', () => {
    const people = [{ ...TALLY, who: '张三', store: null, refused: 0, unknown: 0 }];
    const month = { kind: 'month-of', year: 2026, month: 11 } as const;
    expect(sentences.statistics({ kind: 'statistics', period: month, total: TALLY, people, page: 1, more: 2 })).toBe(
      '2026-11：共15次（11笔），失败1笔，未知2笔\n张三 15次（11笔）\n还有2人，想看请发「统计 2026-11 第2页」',
    );
    expect(
      sentences.statistics({
        kind: 'statistics',
        period: { kind: 'week' },
        total: TALLY,
        people: [],
        page: 1,
        more: 0,
      }),
    ).toBe('本周没有核销记录');
  });
});
