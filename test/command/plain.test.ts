import { describe, expect, test } from 'vitest';
import { cardLabel, cardTail, maskName, plainLine, shortName, vendorWords } from '../../src/command/sentences/words.ts';
import { inert } from '../../src/command/plain.ts';
import { HOSTILE, MARKUP } from '../notify/fixtures.ts';

const MORE = [
  '<a href="https://evil.example">领奖</a>',
  '<A HREF=//evil.example>领奖</A>',
  'www.evil.cn',
  'evil.中国',
  'javascript:alert(1)',
  'weixin://dl/business',
  '&#60;a href=x&#62;',
  '@全体成员',
  'wecom:evil.cn',
];

describe('what comes from outside is plain text, whichever platform shows it', () => {
  test.each([...HOSTILE, ...MORE])('%j', (hostile) => {
    const card = '914095353294404024';
    const shown = [
      vendorWords({ vendorMsg: hostile, card }),
      vendorWords({ vendorMsg: `余额不足 ${hostile} 请充值`, card }),
      cardLabel(hostile, card).replace(`，${cardTail(card)}`, ''),
      shortName(hostile),
      plainLine(hostile),
      maskName(hostile).replace('**', ''),
    ];
    for (const text of shown) expect(text.replaceAll('…', '')).not.toMatch(MARKUP);
  });

  test('ordinary names and words stay as they are', () => {
    for (const name of ['人民路店', 'A-1店（旗舰）', '王小明', '次卡2.5折', 'EW_N2949193145', '10次/年 100%'])
      expect(plainLine(name)).toBe(name);
    expect(vendorWords({ vendorMsg: '次卡不存在（1001）：请核对!', card: '9140' })).toBe(
      '「次卡不存在（1001）：请核对!」',
    );
  });
});

describe('a whole reply has neither links nor mentions', () => {
  test.each([...HOSTILE, ...MORE.filter((text) => text !== 'wecom:evil.cn')])('%j', (hostile) => {
    for (const text of [hostile, `核销失败「${hostile}」\n尾号4024`]) {
      expect(inert(text)).not.toMatch(/[<>@]|:\/\/|\b[a-z0-9-]+\.[a-z]{2}|&#?\w+;|\b(?:mailto|dtmd|javascript):/iu);
      expect(inert(inert(text))).toBe(inert(text));
    }
  });

  test('user ids can be copied, and our own words stay as they are', () => {
    for (const text of [
      '未提交：您的账号未绑定，请把这条消息转发给店长。\n账号：wecom:zhang.san_1@shop-2',
      '账号：dingtalk:manager01.x，feishu:ou_1.a',
      '11-20 记录：2.5，EW_N1（R-7K3M9Q2A）：10:15 & 更多…',
    ])
      expect(inert(text)).toBe(text);
  });
});
