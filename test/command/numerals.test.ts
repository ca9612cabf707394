import { describe, expect, it } from 'vitest';
import { readNumeral } from '../../src/command/numerals.ts';

const DIGITS = '零一二三四五六七八九';

/** As schoolbooks write it. */
function write(n: number): string {
  const [hundreds, tens, ones] = [Math.floor(n / 100), Math.floor(n / 10) % 10, n % 10];
  const digit = (value: number) => DIGITS.charAt(value);
  let text = hundreds > 0 ? `${digit(hundreds)}百` : '';
  if (tens > 0) text += `${tens === 1 && hundreds === 0 ? '' : digit(tens)}十`;
  else if (hundreds > 0 && ones > 0) text += '零';
  return ones > 0 ? text + digit(ones) : text;
}

describe('numbers', () => {
  it('are read from 1 to 999, in digits and in Chinese', () => {
    for (let n = 1; n <= 999; n++) expect([readNumeral(String(n)), readNumeral(write(n))]).toEqual([n, n]);
  });

  it.each([
    ['两', 2],
    ['兩', 2],
    ['两百', 200],
    ['二百〇五', 205],
    ['一百十二', 112],
    ['一十', 10],
    ['贰', 2],
    ['壹佰零伍', 105],
    ['叁拾', 30],
    ['柒', 7],
    ['廿', 20],
    ['廿三', 23],
    ['卅', 30],
    ['俩', 2],
    ['仨', 3],
    ['②', 2],
    ['⑵', 2],
    ['⒉', 2],
    ['㈡', 2],
    ['㊁', 2],
    ['❷', 2],
    ['➋', 2],
    ['⓶', 2],
    ['⓴', 20],
    ['㉒', 22],
    ['Ⅱ', 2],
    ['ⅻ', 12],
    ['2\u20E3', 2],
    ['🔟', 10],
    ['２', 2],
    ['٢', 2],
    ['१२', 12],
    ['𝟐', 2],
    ['𝟚𝟘', 20],
    ['two', 2],
    ['Twice', 2],
  ])('are read as people also write them: %s', (text, n) => {
    expect(readNumeral(text)).toBe(n);
  });

  it.each(
    [
      '',
      '0',
      '00',
      '02',
      '1000',
      '9'.repeat(400),
      '-1',
      '1.5',
      '２2',
      '2٢',
      '२٢',
      '²',
      '2²',
      '½',
      '⓪',
      '①②',
      'Ⅿ',
    ].concat([
      '零',
      '一百二',
      '一二',
      '两十',
      '百',
      '百二',
      '十十',
      '一零十',
      '一百零',
      '一百零十',
      '一千',
      '半',
      '几',
      '俩百',
      '十仨',
      '二廿',
    ]),
  )('are not guessed: %j', (text) => {
    expect(readNumeral(text)).toBeNull();
  });
});
