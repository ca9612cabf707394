import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainAsMarkdown } from '../../src/platforms/markdown.ts';

describe('plainAsMarkdown', () => {
  it.each([
    '核销成功：尾号 4024，2次（剩余3次），人民路店 R-7K3M9Q2A',
    '未绑定 wecom:zhang_san.01@shop-2',
    'EW_N2949193145',
    'R&D (旗舰) 50% off! https://example.com/a?b=1&c=2',
    '2.5',
  ])('leaves ordinary text alone: %s', (text) => {
    expect(plainAsMarkdown(text)).toBe(text);
  });

  it.each([
    ['**成功**', '＊＊成功＊＊'],
    ['`x`', '｀x｀'],
    ['# 标题', '＃ 标题'],
    ['> 引用', '＞ 引用'],
    ['<@all><think>', '＜@all＞＜think＞'],
    ['![图](https://x.example/1.png)', '!［图］(https://x.example/1.png)'],
    ['_斜体_', '＿斜体＿'],
    ['账号：wecom:wo_a__b_ _x_', '账号：`wecom:wo_a__b_` ＿x＿'],
    ['账号：dingtalk:$:LWCP_v1:$ab_', '账号：`dingtalk:$:LWCP_v1:$ab_`'],
    ['~~删~~', '～～删～～'],
    ['a|b', 'a｜b'],
    ['\\*', '＼＊'],
    ['&lt;', '＆lt;'],
    ['- 项', '－ 项'],
    ['---', '－--'],
    ['===', '＝=='],
    ['+ 项', '＋ 项'],
    ['7. 项', '7． 项'],
    ['7) 项', '7） 项'],
    ['    代码', '代码'],
  ])('makes %s harmless', (text, shown) => {
    expect(plainAsMarkdown(text)).toBe(shown);
  });

  it('keeps line breaks where a bare one would become a blank', () => {
    expect(plainAsMarkdown('核销成功\n人民路店\n')).toBe('核销成功  \n人民路店  \n');
  });

  it('shows the same text: only widths and blanks at the ends of lines differ', () => {
    const normal = (text: string) => text.split('\n').map((line) => line.trim().normalize('NFKC').trim());
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('a1核 \n*_`#<>[]()|~&;-+=.!\\')) }), (text) => {
        expect(normal(plainAsMarkdown(text))).toEqual(normal(text));
      }),
    );
  });
});
