import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToBytes } from '../../src/chat/text.ts';

const mark = '（没完）';

describe('cutToBytes', () => {
  it('leaves a text that fits as it is, to the last byte', () => {
    expect(cutToBytes('核销成功', 12, mark)).toBe('核销成功');
  });

  it('cuts behind a line and says that it did', () => {
    const lines = ['第一行', '第二行', '第三行', '第四行'];
    const limit = Buffer.byteLength(`第一行\n第二行\n${mark}`);
    expect(cutToBytes(lines.join('\n'), limit, mark)).toBe(`第一行\n第二行\n${mark}`);
    expect(cutToBytes(lines.join('\n'), limit - 1, mark)).toBe(`第一行\n${mark}`);
  });

  it('cuts inside a line only when not even the first one fits', () => {
    expect(cutToBytes('核'.repeat(100), 30 + Buffer.byteLength(mark), mark)).toBe('核'.repeat(10) + mark);
  });

  it('never cuts a joined emoji in two', () => {
    const family = '👨‍👩‍👧‍👦';
    const limit = Buffer.byteLength(family) * 2 - 1 + Buffer.byteLength(mark);
    expect(cutToBytes(family.repeat(9), limit, mark)).toBe(family + mark);
  });

  it('drops the mark where the limit has no room for it', () => {
    expect(cutToBytes('核销成功', 7, mark)).toBe('核销');
  });

  it('mends lone surrogates', () => {
    expect(cutToBytes('a\ud83d', 100, mark)).toBe('a\ufffd');
  });

  it('always stays within the limit, well formed, and begins as the text does', () => {
    const text = fc
      .array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 20 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 300 }), (whole, limit) => {
        const cut = cutToBytes(whole, limit, mark);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        expect(cut.isWellFormed()).toBe(true);
        const kept = cut.replace(/\n?（没完）$/, '');
        expect(whole.startsWith(kept)).toBe(true);
      }),
    );
  });
});
