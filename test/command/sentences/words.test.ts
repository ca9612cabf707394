import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskName, maskPhone } from '../../../src/command/sentences/words.ts';
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
