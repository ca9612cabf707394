import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskName, maskPhone, plainLine, shortName, vendorWords } from '../../../src/command/sentences/words.ts';
import type { State } from '../../../src/redemption/redemption.ts';
import { PHONE } from './fixtures.ts';

describe('masking', () => {
  it.each([
    ['王小明', '王**'],
    ['王', '王**'],
    [' 王\n小明', '王**'],
    ['𠮷田', '𠮷**'],
    ['王**', '王**'],
    ['', ''],
  ])('leaves of the name %j %j', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });

  it.each([
    [PHONE, '138****1234'],
    ['138 1234 1234', '138****1234'],
    ['+86 138-1234-1234', '138****1234'],
    ['１３８１２３４１２３４', '138****1234'],
    ['138****1234', '138****1234'],
    ['62345678', '****5678'],
    ['12345', '****'],
    ['无', ''],
    ['', ''],
  ])('leaves of the phone %j %j', (phone, masked) => {
    expect(maskPhone(phone)).toBe(masked);
  });

  it('never leaves more than seven digits of any phone', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[\d -]{0,24}$/), (phone) => {
        expect(maskPhone(phone).replace(/\D/g, '').length).toBeLessThanOrEqual(7);
      }),
    );
  });
});

describe('names', () => {
  it('are whole up to 32 characters, and never end in half of one', () => {
    const family = '👨‍👩‍👧‍👦';
    for (const name of ['欧阳'.repeat(16), `${'娜'.repeat(31)}${family}`, family.repeat(32)])
      expect(shortName(name)).toBe(plainLine(name));
    expect(shortName('娜'.repeat(33))).toBe(`${'娜'.repeat(32)}…`);
    const cut = shortName(`${'娜'.repeat(30)}e\u0301🇨🇳尾巴`);
    expect(cut).toBe(`${'娜'.repeat(30)}e\u0301🇨🇳…`);
  });
});

describe('the vendor’s words', () => {
  const said = (state: State, vendorMsg: string) => vendorWords({ state, vendorMsg, card: '914095353294404024' });

  it.each(['成功', '核销成功', ' 核销成功！', 'SUCCESS', 'success', 'OK', 'ok.', '操作成功', '消费成功', '成功。'])(
    'are left out of a success where they are %j',
    (msg) => {
      expect(said('succeeded', msg)).toBe('');
    },
  );

  it.each(['失败', '核销失败', 'FAILED', 'fail', '核销失败。'])(
    'are left out of a refusal where they are %j',
    (msg) => {
      expect(said('refused', msg)).toBe('');
    },
  );

  it.each([
    ['succeeded', '核销成功，赠送积分5'],
    ['succeeded', '失败'],
    ['succeeded', '不成功'],
    ['succeeded', '部分成功'],
    ['refused', '成功'],
    ['refused', '核销失败：次卡不存在'],
  ] as const)('stand in a text for %s where they say %j', (state, msg) => {
    expect(said(state, msg)).toBe(`「${msg}」`);
  });
});
