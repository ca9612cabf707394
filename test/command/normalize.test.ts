import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeLine } from '../../src/command/normalize.ts';
import { mixedText } from './arbitraries.ts';

describe('normalising a line', () => {
  it.each([
    ['names that contain one another', ['小核', '小核 助手', '小核 助手 二号'], '@小核 助手 二号 帮助', '帮助'],
    ['several mentions of a name with blanks', ['小 核'], '@小 核 @小 核 帮助@小 核 @小 核', '帮助'],
    ['names with characters that mean something elsewhere', ['核销(*.+?^$[1]|\\)'], '@核销(*.+?^$[1]|\\)帮助', '帮助'],
    ['names set with full-width characters and odd blanks', ['＠Ｂｏｔ\u3000１号'], '@Bot 1号 帮助', '帮助'],
    ['names with an @ inside', ['小核@人民路'], '帮助 @小核@人民路', '帮助'],
    ['empty names', ['', ' ', '@'], '@张三 帮助', '帮助'],
    ['words that only begin like a name', ['Bot'], '@Bottom 帮助', '帮助'],
    ['a lone @', [], '@ 帮助 @', '帮助'],
    ['a line of mentions only', ['小 核'], '@张三 @小 核 ', ''],
  ])('copes with %s', (_, botNames, line, expected) => {
    expect(normalizeLine(line, botNames)).toBe(expected);
  });

  it('leaves a mention in the middle where it is', () => {
    expect(normalizeLine('a @小核 b', ['小核'])).toBe('a @小核 b');
  });

  it('makes every blank of Unicode a plain one', () => {
    const blanks = '\t\u00A0\u1680\u2000\u2003\u2005\u2009\u202F\u205F\u3000\u0085';
    for (const blank of blanks) expect(normalizeLine(`a${blank}b`, [])).toBe('a b');
  });

  it('drops invisible marks', () => {
    const marks = '\u200B\u200C\u200D\u200E\u200F\u2060\uFEFF\u00AD\u202A\u202E\u2066\u2069\u061C\uFE0F\u034F';
    for (const mark of marks) expect(normalizeLine(`a${mark}b`, [])).toBe('ab');
  });

  it('leaves nothing that could not be sent', () => {
    expect(normalizeLine('a\uD83Db\u0000c', [])).toBe('a\uFFFDb c');
  });

  it('changes nothing the second time, for any text and names', () => {
    fc.assert(
      fc.property(mixedText, fc.array(mixedText, { maxLength: 4 }), (line, botNames) => {
        const once = normalizeLine(line, botNames);
        expect(normalizeLine(once, botNames)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });
});
