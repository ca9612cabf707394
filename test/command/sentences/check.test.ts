import { describe, expect, it } from 'vitest';
import * as sentences from '../../../src/command/sentences.ts';
import type { Checked } from '../../../src/desk/check.ts';
import { AT, read, READER, RECEIPT, saidOutcomes, SUCCEEDED, UNKNOWN } from './fixtures.ts';

const OPEN: Checked = {
  kind: 'checked',
  redemption: { ...UNKNOWN, claimedAt: AT, remainingBefore: 10 },
  who: '张三',
  remaining: 8,
  maySettle: true,
};

describe('checking', () => {
  it.each([
    [8, '少了2，可能已经扣了'],
    [10, '没有变，可能没有扣'],
    [7, '和这一笔对不上'],
  ])('shows what is left now (%i) and claims no more than it suggests', (now, hint) => {
    const text = sentences.checked({ ...OPEN, remaining: now }, READER);
    expect(text).toContain(`剩余次数：核销前10，现在${now}，${hint}`);
    expect(saidOutcomes(text)).toEqual(['结果未知']);
  });

  it('tells the lines that settle it to a manager only', () => {
    const lines = [...sentences.checked(OPEN, READER).matchAll(/「(核对.+?)」/g)].flatMap(([, line = '']) =>
      read(line),
    );
    expect(lines).toEqual([
      { kind: 'check', receipt: RECEIPT, verdict: 'consumed' },
      { kind: 'check', receipt: RECEIPT, verdict: 'not-consumed' },
    ]);
    expect(sentences.checked({ ...OPEN, maySettle: false }, READER)).not.toContain('已核销');
  });

  it('needs no hint where the outcome is known', () => {
    const known = { ...OPEN, redemption: { ...SUCCEEDED, claimedAt: AT } };
    expect(sentences.checked(known, READER)).toBe(`${sentences.outcome(SUCCEEDED)}\n11-20 14:03 张三`);
  });

  it('does without what could not be looked up', () => {
    expect(sentences.checked({ ...OPEN, remaining: null }, READER)).toContain('剩余次数没查到');
    const notSeenBefore = { ...OPEN, redemption: UNKNOWN };
    expect(sentences.checked(notSeenBefore, READER)).toContain('现在剩余8次，核销前没查到');
  });

  it('says why it comes to nothing', () => {
    expect(sentences.noSuchReceipt()).toBe('没有找到这个单号。');
    expect(saidOutcomes(sentences.notUnknown({ kind: 'not-unknown', state: 'refused' }))).toEqual(['核销失败']);
    expect(saidOutcomes(sentences.notUnknown({ kind: 'not-unknown', state: 'pending' }))).toEqual([]);
  });
});
