import { describe, expect, it } from 'vitest';
import { correctedWords } from '../../../src/command/sentences/redemption.ts';
import * as sentences from '../../../src/command/sentences.ts';
import { REFUSED, saidOutcomes, SUCCEEDED, UNKNOWN, UNSENT } from './fixtures.ts';

describe('the reply to a redemption whose card was looked at', () => {
  it('says what is left after a success, and after nothing else', () => {
    expect(sentences.outcome(SUCCEEDED, { remaining: 8 })).toMatch(/^核销成功，剩余8次\n尾号4024/);
    expect(sentences.outcome(SUCCEEDED, { remaining: 0 })).toContain('剩余0次');
    expect(sentences.outcome(SUCCEEDED, { remaining: null })).toBe(sentences.outcome(SUCCEEDED));
    for (const other of [REFUSED, UNKNOWN, UNSENT]) {
      expect(sentences.outcome(other, { remaining: 8 })).toBe(sentences.outcome(other));
    }
  });

  it('says of what is left whether that was seen or computed', () => {
    expect(sentences.outcome(SUCCEEDED, { remaining: 8, computed: true })).toMatch(/^核销成功，剩余8次（推算）\n/);
    expect(sentences.outcome(SUCCEEDED, { remaining: null, computed: true })).toBe(sentences.outcome(SUCCEEDED));
    expect(sentences.outcome(UNKNOWN, { remaining: 8, computed: true })).toBe(sentences.outcome(UNKNOWN));
  });

  it('says how an unknown outcome was settled', () => {
    const times = (before: number, now: number) => ({ settled: { kind: 'times', before, now } }) as const;
    expect(sentences.outcome(SUCCEEDED, times(10, 8))).toMatch(
      /^核销成功（按余次核对：10 → 8，是推断，不是核销系统的答复）\n/,
    );
    const refused = sentences.outcome(REFUSED, times(10, 10));
    expect(refused).toMatch(
      /^核销失败（按余次核对：一直是10，是推断，不是核销系统的答复）：看来没有扣，重新核销前请再查一次余次\n/,
    );
    expect(saidOutcomes(refused)).toEqual(['核销失败']);
    const hand = { settled: { kind: 'hand', by: '李经理' } } as const;
    expect(sentences.outcome(SUCCEEDED, hand)).toContain('核销成功（李经理人工核对）');
    expect(sentences.outcome(REFUSED, hand)).toContain('核销失败（李经理人工核对）：次数没有扣，可重新核销');
    const list = { settled: { kind: 'list', by: '李经理' } } as const;
    expect(sentences.outcome(SUCCEEDED, list)).toContain('核销成功（李经理按后台清单核对）');
    expect(sentences.outcome(REFUSED, list)).toContain(
      '核销失败（李经理按后台清单核对）：清单里没有这一笔，看来没有扣，重新核销前请再查一次余次',
    );
    expect(correctedWords({ name: '李经理', state: 'refused', file: 'a.csv' })).toBe(
      '更正：之前李经理按后台清单核对为失败，现在',
    );
  });

  it('says that it is a correction where the vendor’s own answer comes after all', () => {
    const overruled = (was: 'refused' | 'succeeded', by: string | null) =>
      ({ settled: { kind: 'overruled', was, by } }) as const;
    const told = sentences.outcome(SUCCEEDED, { ...overruled('refused', null), remaining: 8, computed: true });
    expect(told).toMatch(/^核销成功.*（更正：之前按余次核对为失败，以这次为准），剩余8次（推算）\n/);
    expect(saidOutcomes(told)).toEqual(['核销成功']);
    expect(sentences.outcome(REFUSED, overruled('succeeded', '李经理'))).toMatch(
      /^核销失败（更正：之前李经理人工核对为成功，以这次为准）\n/,
    );
    expect(sentences.outcome(UNSENT, overruled('succeeded', null))).toMatch(/^未提交：.*（更正：之前按余次核对为成功/);
    expect(sentences.outcome(UNKNOWN, overruled('refused', null))).toMatch(/^结果未知：.*（更正：之前按余次核对为失败/);
  });

  it('says what the card lacked when it was not submitted for that', () => {
    const few = sentences.outcome(UNSENT, { blocked: { kind: 'too-few', remaining: 1 } });
    expect(few).toMatch(/^未提交：只剩1次，次数不够\n/);
    const expired = sentences.outcome(UNSENT, { blocked: { kind: 'expired', validUntil: '2026-11-01' } });
    expect(expired).toMatch(/^未提交：卡已过期，有效期至 2026-11-01\n/);
  });
});
