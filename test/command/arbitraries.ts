import fc from 'fast-check';
import { anyText } from '../support/any-text.ts';

const PIECES = [
  ...['核销', '消费', 'hx', 'HX', '@', '＠', '@核销助手', '@前台 小核', '核销助手', '帮助', '?', '？'],
  ...['914095353294404024', '9140', ' 9535', '-3294', ' 24', '24', 'A1B2C3', '0', '1', '2', '999', '1000', '.', '/'],
  ...[' ', '  ', '\u3000', '\u2005', '\u200B', '\uFEFF', '\u0301', '\uFF9E', '\u0001', '：', ':', '，', ',', '。'],
  ...[
    '次',
    '两',
    '两次',
    '半',
    '十',
    '二',
    '百',
    '零',
    'x',
    '×',
    '*',
    '-',
    '+',
    '次数',
    '张三',
    '给客户',
    '了吗',
    '取消',
    '😀',
  ],
];

/** Text that comes near a command much more often than chance would have it. */
export const mixedText: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...PIECES) }, anyText({ maxLength: 3 })), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(''));

/** The same, behind what most redemptions begin with. */
export const mixedCommand: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('核销', '核销 ', 'hx ', '核销 914095353294404024 ', '核销 9140 9535 3294 4040 24'), mixedText)
  .map(([start, rest]) => start + rest);

export const card: fc.Arbitrary<string> = fc.stringMatching(/^[A-Za-z0-9]{6,64}$/).filter((text) => /\d/.test(text));

const OTHER_PIECES = [
  ...[
    '查询',
    '余次',
    'cx',
    '核对',
    '确认',
    '取消',
    '记录',
    '统计',
    '我',
    '我是谁',
    '员工',
    '绑定',
    '解绑',
    '同意',
    '拒绝',
    '通知',
  ],
  ...[
    '合销',
    '核消',
    '查寻',
    '绑订',
    'R-7K3M9Q2A',
    'r7k3m9q2a',
    '7K3M9Q2A',
    '已核销',
    '未核销',
    '今天',
    '昨天',
    '全店',
  ],
  ...[
    '本周',
    '2026-11',
    '-20',
    '2026年',
    '11月',
    '20日',
    'wecom:',
    'dingtalk：',
    'zhangsan',
    'zhang@corp',
    'ﬁ①',
    '11',
    '3',
  ],
  ...[
    '人民路店',
    '张三',
    'Li',
    '测试',
    ' ',
    ' ',
    ' ',
    '@核销助手',
    '9140 9535 3294 4040 24',
    '914095353294404024',
    '一下',
  ],
];

/** Text that comes near one of the other commands. */
export const mixedOther: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...OTHER_PIECES) }, anyText({ maxLength: 2 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((pieces) => pieces.join(''));

/** A platform's user id as people may have to type it. */
export const userId: fc.Arbitrary<string> = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/);
