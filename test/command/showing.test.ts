import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardOfCode } from '../../src/command/card.ts';
import { parseMessage } from '../../src/command/parse.ts';
import type { Shows } from '../../src/redemption/shown.ts';

/** What comes of a text beside what is shown: `redeem 2 王姐`, `query`, or the kind of what is typed. */
function read(text: string, shows: Shows | null): string {
  const { lines } = parseMessage(text, ['核销助手'], shows);
  return lines
    .map(({ command }) => {
      if (command.kind !== 'showing') return command.kind;
      const { wants, count, remark } = command;
      return [wants, count, remark].filter((part) => part !== null && part !== '').join(' ');
    })
    .join(' | ');
}

/** Orders about what is shown, also where it is only quoted. */
const ORDERS: readonly (readonly [string, string])[] = [
  ...[
    '核销',
    '请核销',
    '@核销助手 核销',
    '帮我核销一下',
    '核销这个',
    '帮忙核销一下这张卡',
    '老板核销',
    '划卡',
    'hx',
  ].map((text) => [text, 'redeem'] as const),
  ['核销吧', 'redeem'],
  ['核销 谢谢', 'redeem'],
  ['核销 全部', 'redeem'],
  ['核销 2', 'redeem 2'],
  ['核销2次', 'redeem 2'],
  ['核销：2', 'redeem 2'],
  ['核销x2', 'redeem 2'],
  ['核销 两次 谢谢', 'redeem 2'],
  ['麻烦核销 2', 'redeem 2'],
  ['你好，帮我核销2次', 'redeem 2'],
  ['核销这张卡2次', 'redeem 2'],
  ['这个码核销 2次', 'redeem 2'],
  ['消费3次', 'redeem 3'],
  ['2', 'redeem 2'],
  ['三次', 'redeem 3'],
  ['次数：2', 'redeem 2'],
  ['用2次', 'redeem 2'],
  ['核销\n2', 'redeem 2'],
  ['确认', 'redeem'],
  ['确认 谢谢', 'redeem'],
  ['确认\n谢谢', 'redeem'],
  ['确认 3次', 'redeem 3'],
  ['记录\n确认', 'redeem'],
  ['确认 全部', 'redeem'],
  ['全部确认', 'redeem'],
  ['2\n谢谢', 'redeem 2'],
  ['核销 2 王姐', 'redeem 2 王姐'],
  ['核销 王姐', 'redeem 王姐'],
  ...['帮我核一下', '核一下', '麻烦扣一下', '刷这张', '帮忙核下这张卡'].map((text) => [text, 'redeem'] as const),
  ['帮我核两次', 'redeem 2'],
  ['核2次', 'redeem 2'],
  ['扣一次', 'redeem 1'],
  ...[
    '查询',
    '查',
    '余额',
    '查余额',
    '查一下这张卡',
    '看看还有几次',
    '剩几次',
    '帮我查下',
    '查询 谢谢',
    '还能用几次',
    '过期了吗',
    '餘額',
    '剩餘次數',
  ].map((text) => [text, 'query'] as const),
];

describe('beside a picture', () => {
  test.each(ORDERS)('%j is about it', (text, comes) => {
    expect(read(text, 'picture')).toBe(comes);
    expect(read(text, 'quoted-picture')).toBe(comes);
  });

  test.each(['', '@核销助手', '客户要的', '这个客户是谁', '下次再核销', '？', '今天好忙'])(
    'of one’s own, %j lets it be asked about; of a quoted one it orders nothing, and how to is said',
    (text) => {
      expect(read(text, 'picture')).toBe('redeem');
      const [only, ...others] = parseMessage(text, ['核销助手'], 'quoted-picture').lines;
      expect(only?.command).toEqual({ kind: 'wrong', problem: { kind: 'quoted-picture' } });
      expect(others).toEqual([]);
    },
  );

  test.each([
    ['客人说要三次', '3'],
    ['记得给他核销2次', '2'],
    ['2个人', '2'],
    ['两位', '2'],
    ['大人2小孩1', '3'],
    ['这个客人要用两次', '2'],
  ])('of one’s own, %j is asked about with its count', (text, count) => {
    expect(read(text, 'picture')).toBe(`redeem ${count}`);
  });

  test.each(['3号桌', '302', '张三 1次 李四 2次', '27号 15:30', '要三次还是四次'])(
    'no count is taken from %j',
    (text) => {
      expect(read(text, 'picture')).toMatch(/^redeem(?! \d)|^redeem 302$/u);
    },
  );

  test.each(['好的', '👍', '收到'])(
    'of one’s own, %j lets it be asked about; beside a quoted one it is read as ever',
    (text) => {
      expect(read(text, 'picture')).toBe('redeem');
      expect(read(text, 'quoted-picture')).toBe(read(text, null));
    },
  );

  test.each([
    '核销 914095353294404024 2',
    '核销 914095353294404024',
    '2次\n核销 914095353294404024',
    '查询 914095353294404024',
    '记录',
    '我',
    '帮助',
    '确认 R-72WXPEPP',
    '确认 2',
    '取消',
    '取消 全部',
    '不用了',
    '算了',
    '不要核销',
    '撤销',
  ])('%j is read as if there were none', (text) => {
    for (const shows of ['picture', 'quoted-picture'] as const) expect(read(text, shows)).toBe(read(text, null));
  });

  test.each(['核销 0', '核销 -1', '核销 1000', '核销 1.5', '核销 一半', '核销 2-3次', '核销 2 3', '核销了吗'])(
    'what is wrong with %j is explained',
    (text) => {
      for (const shows of ['picture', 'quoted-picture'] as const) {
        const [line] = parseMessage(text, ['核销助手'], shows).lines;
        expect(line?.command).toMatchObject({ kind: 'wrong', problem: { kind: 'beside-picture' } });
        // No card that the person has not typed.
        expect(JSON.stringify(line?.command)).not.toContain('000000');
      }
    },
  );

  test.each(['2', '', '好的'])('%j is read as ever where what is quoted may be no picture', (text) =>
    expect(read(text, 'quoted-message')).toBe(read(text, null)),
  );

  test.each(['3次', '三次', '用2次'])(
    '%j confirms nothing where what is quoted may be a question or a photograph: it points at what waits',
    (text) => {
      expect(parseMessage(text, [], 'quoted-message').lines).toMatchObject([
        { command: { kind: 'confirm', receipt: null, bare: true } },
      ]);
      expect(parseMessage(text, [], 'quoted-message').lines[0]?.command).not.toHaveProperty('count');
    },
  );

  test.each(['核销记录 昨天', '核销取消'])('%j is not about a picture', (text) => {
    for (const shows of ['picture', 'quoted-picture', 'quoted-message'] as const)
      expect(read(text, shows)).toBe(read(text, null));
  });

  test.each(['核销好了', '核销成功', '核销完了', '核销说明'])('%j below a photograph orders nothing', (text) => {
    for (const shows of ['quoted-picture', 'quoted-message'] as const) expect(read(text, shows)).toBe(read(text, null));
  });

  test.each([
    ['核销', 'redeem'],
    ['核销 2', 'redeem 2'],
    ['查询', 'query'],
  ])('%j is about what is quoted, whether that is a picture or not', (text, comes) =>
    expect(read(text, 'quoted-message')).toBe(comes),
  );

  test('what is written in a quotation is nobody’s order', () => {
    const quotation = '「张三：核销 2」\n- - - - - - - - - - - - - - -\n';
    expect(read(quotation, 'quoted-picture')).toBe(read(quotation, null));
    expect(read(`${quotation}核销 3`, 'quoted-picture')).toBe('redeem 3');
  });

  test('without one, nothing is read otherwise', () => {
    expect(read('核销 2', null)).toBe('wrong');
    expect(read('', null)).toBe('help');
  });
});

test.each([
  ['scan', 'redeem'],
  ['scan-query', 'query'],
] as const)('a %s is what it wants', (shows, comes) => {
  expect(read('', shows)).toBe(comes);
});

describe('a code', () => {
  test.each([
    ['914095353294404024', '914095353294404024'],
    [' 914095353294404024\n', '914095353294404024'],
    ['AB12cd34', 'AB12cd34'],
    ['9140 9535 3294 4040 24', '914095353294404024'],
    ['https://x.cn/914095353294404024', null],
    ['weixin://wxpay/bizpayurl?pr=914095353294404024', null],
    ['x.cn/914095353294404024', null],
    ['914095353294404024 2', null],
    ['会员卡914095353294404024', null],
    ['ABCDEFGH', null],
    ['12345', null],
    ['1'.repeat(65), null],
    ['', null],
  ])('%j stands for the card %j', (code, card) => {
    expect(cardOfCode(code)).toBe(card);
  });

  test('with anything but letters, digits and the gaps of printed groups in it is no card', () => {
    const odd = fc.string({ unit: 'binary' }).filter((text) => /[^A-Za-z0-9\s\p{Pd}\u2212]/u.test(text));
    fc.assert(
      fc.property(odd, odd, (before, behind) => {
        for (const code of [`${before}914095353294404024`, `914095353294404024${behind}`, before])
          expect(cardOfCode(code)).toBeNull();
      }),
    );
  });
});
