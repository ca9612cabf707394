import { describe, expect, it } from 'vitest';
import * as sentences from '../../../src/command/sentences.ts';
import type { WhyNotShown } from '../../../src/desk/query.ts';
import { CARD, CARD_FOUND, LAST, READER } from './fixtures.ts';

describe('the detail of a card', () => {
  it('begins with what is left and masks the member', () => {
    expect(sentences.card(CARD_FOUND, READER)).toBe(
      '剩余8次，有效期至 2026-12-31\n足疗次卡，尾号4024\n顾客 王** 138****1234\n本店上次 11-20 14:03 张三 2次 成功 人民路店',
    );
  });

  it('tells of all stores only to those who may know of them', () => {
    const admin = { ...READER, role: 'admin' } as const;
    expect(sentences.card(CARD_FOUND, admin)).toContain('\n上次 11-20');
    expect(sentences.card({ ...CARD_FOUND, last: null }, admin)).toMatch(/没有查到这张卡的核销记录$/u);
  });

  it('does without what the vendor left out', () => {
    const nothing = { cardName: null, remaining: null, validUntil: null, memberName: null, memberPhone: null };
    const text = sentences.card({ ...CARD_FOUND, ...nothing, expired: true, last: null }, READER);
    expect(text).toBe('剩余次数不明，已过期\n尾号4024\n没有查到这张卡的核销记录，也可能不是您门店的');
  });

  it('does not name another store and its people', () => {
    const text = sentences.card({ ...CARD_FOUND, last: { ...LAST, who: null, store: null } }, READER);
    expect(text).toContain('上次 11-20 14:03 别的门店 2次 成功');
  });

  it('says why there is none, and still what our ledger knows', () => {
    const notShown = (why: WhyNotShown) =>
      sentences.cardNotShown({ kind: 'card-not-shown', card: CARD, why, last: LAST }, READER);
    const refused = notShown({ kind: 'refused', vendorMsg: `卡号${CARD}不存在` });
    expect(refused).toMatch(/^查不到这张卡「卡号尾号4024不存在」\n尾号4024\n本店上次 11-20/);
    for (const kind of ['no-answer', 'off'] as const) {
      expect(notShown({ kind })).toContain('上次 11-20 14:03 张三');
    }
  });
});
