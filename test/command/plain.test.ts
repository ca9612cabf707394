import { describe, expect, test } from 'vitest';
import { cardLabel, cardTail, maskName, plainLine, shortName, vendorWords } from '../../src/command/sentences/words.ts';
import { inert } from '../../src/command/plain.ts';
import { HOSTILE, MARKUP } from '../notices/fixtures.ts';

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

describe('what comes from outside is plain text on every platform', () => {
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

/** What is a link for some client, and what of it must not be left as it is. */
const LINKS: readonly (readonly [text: string, link: string])[] = [
  ['例.com', '例.com'],
  ['请看商店.cn谢谢', '商店.cn'],
  ['余额不足，充值到商店.cn。', '商店.cn'],
  ['点例子.com/a?b=1领奖', '.com'],
  ['www.例子.cn', '.cn'],
  ['商店.中国', '.中国'],
  ['evil.公司', '.公司'],
  ['充值中心.网址', '.网址'],
  ['例１.com', '.com'],
  ['ｅｖｉｌ.ｃｏｍ', '.ｃｏｍ'],
  ['пример.рф', '.рф'],
  ['例え.みんな', '.みんな'],
  ['예.한국', '.한국'],
  ['उदाहरण.भारत', '.भारत'],
  ['cafe\u0301.fr', '.fr'],
  ['i❤.ws', '.ws'],
  ['💩.la', '.la'],
  ['xn--fsq.com', '.com'],
  ['商店.xn--fiqs8s', '.xn'],
  ['例-.com', '.com'],
  ['店_.com', '.com'],
  ['a.例.cn', '.cn'],
  ['A.B.cn', '.cn'],
  ['请到10.0.0.1:8080/x登录', '10.0'],
  ['例：https://例.com', '://'],
  ['请mailto:a', 'mailto:'],
];
/** What looks a little like one. */
const NO_LINKS = [
  ...['2.5折', '3.14', '10.5元', 'No.3', 'No.A1', 'v1.2.3', 'U.S.A.', 'A.B', '2026.11.25', '1.2.3', '第3.5期', '.5'],
  ...['余额不足.请充值', '好的.谢谢', 'OK.谢谢', '张.三', '次数：2.', '请稍候...', '稍等…好', '例 . com', '共3次.'],
  ...['时间12:30', '比例1:2', '（例）. 说明', '例。com', '次卡A-1.', '尾号4024'],
];

describe('a host in any script is no link, and what is none stays as it is', () => {
  test.each(LINKS)('%j', (text, link) => {
    expect(text).toContain(link);
    for (const shown of [plainLine(text), inert(text), inert(`核销失败「${text}」\n尾号4024`)])
      expect(shown).not.toContain(link);
    expect(inert(text).normalize('NFKC')).toBe(text.normalize('NFKC'));
    expect(inert(inert(text))).toBe(inert(text));
  });

  test.each(NO_LINKS)('%j', (text) => {
    expect(plainLine(text)).toBe(text);
    expect(inert(text)).toBe(text);
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
      '未提交：您的账号未绑定。\n账号：wecom:zhang.san_1@shop-2',
      '账号：dingtalk:manager01.x，feishu:ou_1.a',
      '账号：dingtalk:$:LWCP_v1:$a/b+c=.de',
      '11-20 记录：2.5，EW_N1（R-7K3M9Q2A）：10:15 & 更多…',
    ])
      expect(inert(text)).toBe(text);
  });
});
