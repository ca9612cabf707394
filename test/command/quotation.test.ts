import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../src/command/parse.ts';
import { explain } from '../../src/command/sentences.ts';
import { CARD } from './examples.ts';

const DASHES = '- - - - - - - - - - - - - - -';
const THEIRS = `核销 ${CARD} 2`;
const OWN = '核销 A00001 3';

/** What runs, and what is told of the rest, by line. */
function read(...lines: string[]): string[] {
  return parseMessage(lines.join('\n'), ['核销助手']).lines.map(({ line, command }) => {
    if (command.kind === 'redeem') return `${line} ${command.card} ×${command.count} ${command.remark}`.trim();
    return `${line} ${command.kind === 'wrong' ? command.problem.kind : command.kind}`;
  });
}

describe('a quotation at the start that clearly ends', () => {
  const quotations: readonly (readonly string[])[] = [
    [`「张三：${THEIRS}」`, DASHES],
    ['「张三：', THEIRS, '谢谢」', DASHES],
    [`@核销助手 「张三：${THEIRS}」`, DASHES],
    [`『张三：${THEIRS}』`, '——————————'],
    ['“张三：', `${THEIRS}”`, '------'],
    [`「张三：「李四：${THEIRS}」`, DASHES, '好的」', DASHES],
    ['「张三 11-25 10:30:', THEIRS, '李四 10:31', '好的」', DASHES],
    [`「张三：${'字'.repeat(1_200)}`, `${THEIRS}」`, DASHES],
    ['这是一条引用/回复消息：', '"张三:', `${THEIRS}"`, '------'],
    ['这是一条引用/回复消息：', `"张三: ${THEIRS}"`, '------'],
    ['這是一則引用/回覆訊息：', '"張三:', `${THEIRS}"`, '------'],
    ['This is a quote/reply message:', '"Zhang San:', `${THEIRS}"`, '------'],
    ['This is a reply message:', THEIRS, '------'],
    [
      '这是一条引用/回复消息：',
      '"张三:',
      '这是一条引用/回复消息：',
      '"李四:',
      `${THEIRS}"`,
      '------',
      '好的"',
      '------',
    ],
    [`> ${THEIRS}`],
    ['＞ 张三：', `＞${THEIRS}`],
    ['| 张三：', `| ${THEIRS}`],
  ];

  it.each(quotations)('is no order: %s', (...quotation) => {
    expect(read(...quotation, '收到')).toEqual(['0 confirm']);
    expect(read(...quotation, '@核销助手 看下')).toEqual(['0 not-understood']);
  });

  it.each(quotations)('is followed by orders that run, with numbers of their own: %s', (...quotation) => {
    expect(read(...quotation, OWN)).toEqual(['0 A00001 ×3']);
    expect(read(...quotation, `@核销助手 ${OWN} 「生日」`, '核销 A00002 1')).toEqual([
      '0 A00001 ×3 「生日」',
      '1 A00002 ×1',
    ]);
  });

  it.each(quotations)('is told of when nothing follows: %s', (...quotation) => {
    expect(read(...quotation)).toEqual(['0 quotation']);
    expect(read(...quotation, '@核销助手')).toEqual(['0 quotation']);
  });

  it('does not count among the lines of a message', () => {
    const orders = Array.from({ length: 20 }, () => OWN);
    expect(read(`「张三：`, ...orders, '」', DASHES, ...orders)).toHaveLength(20);
  });
});

describe('what cannot be told from other people’s words', () => {
  it.each([
    ['a quotation without its dashes', `「张三：${THEIRS}」`],
    ['an order right behind it', `「张三：你好」${OWN}`],
    ['an order on the next line', '「张三：你好」', OWN],
    ['lines of a quotation without its dashes', '「张三：', THEIRS, '谢谢」'],
    ['a quotation that is not closed', '「张三：', THEIRS, DASHES, OWN],
    ['a quoted end of a quotation', '「张三：好', '的」', DASHES, THEIRS, '」', DASHES, '收到'],
    ['a quoted end with a quoted beginning', '「张三：好」', DASHES, THEIRS, '「好」', DASHES, '收到'],
    ['an announced quotation without its dashes', '这是一条引用/回复消息：', '"张三:', `${THEIRS}"`, OWN],
    ['a quoted line of dashes', '这是一条引用/回复消息：', '"张三:', 'x"', '------', `${THEIRS}"`, '------', '好的'],
    ['a quotation behind other words', '收到', '「张三：看下', `${THEIRS}」`],
    ['a mention that the quotation follows without a blank', '@前台「张三：', THEIRS, '好」'],
    ['a name and a time', '张三 11-25 10:30:12', THEIRS],
    ['a name and a time of day', '张三 10:30', THEIRS],
    ['a name and half of a day', '张三 下午 3:30', THEIRS],
    ['an English time', 'Zhang San 10:30 AM', THEIRS],
    ['a name twice and a date', '张三(张三)  2026/11/25 10:30', THEIRS],
    ['a Chinese date', '张三 2026年11月25日 10:30', THEIRS],
    ['a time before a name', '2026-11-25 10:30:12 张三', THEIRS],
    ['a time in brackets', '[11-25 10:30] 张三：', THEIRS],
    ['a time before what was said', 'Nov 25, 10:30 - 张三: 看', THEIRS],
    ['a time on its own line', '张三', '10:30', THEIRS],
    ['how long ago it was', '张三 3分钟前', THEIRS],
    ['a name and a day', '张三 11-25', THEIRS],
    ['a name and yesterday', '张三 昨天', THEIRS],
    ['whom it is from', '转发自张三', THEIRS],
    ['a block of code', '```', THEIRS, '```'],
    ['an announced quotation that goes on', '引用「张三：', THEIRS, '谢谢」'],
    ['a date above it', '—————  2026-11-25  —————', '张三 10:30', THEIRS],
    ['a part of a chat', THEIRS, '李四 11-25 10:31', '收到'],
    ['a name and a colon', '张三:', THEIRS],
    ['the bot’s own name', '小核 10:30', THEIRS],
    ['what another person said first', '张三: 看一下', THEIRS, '李四: 收到'],
    ['the record of a chat', '张三和李四的聊天记录', THEIRS],
    ['the record of a chat in English', 'Chat History for 前台', THEIRS],
    ['what is said to be forwarded', '转发：', THEIRS],
    ['an original message', '-----Original Message-----', THEIRS],
    ['a letter', 'On Nov 25, 2026, Zhang San wrote:', THEIRS],
    ['what another person is said to have said', '张三 说：', THEIRS],
    ['a mark for quotations', '[引用]', THEIRS],
  ])('runs nothing and says so: %s', (_, ...lines) => {
    expect(read(...lines)).toEqual(['0 quotation']);
    expect(read(`@核销助手 ${lines[0] ?? ''}`, ...lines.slice(1))).toEqual(['0 quotation']);
  });

  it('is explained in words', () => {
    expect(explain({ kind: 'quotation' })).toMatch(/^未提交：引用、转发的聊天内容不会核销/u);
  });
});

describe('what is no quotation', () => {
  it.each([
    [[`核销 ${CARD} 2 「生日」`], [`0 ${CARD} ×2 「生日」`]],
    [[`核销 ${CARD} 2 「张三：生日」`], [`0 ${CARD} ×2 「张三:生日」`]],
    [[`核销 ${CARD} 2 张三 10:30`], [`0 ${CARD} ×2 张三 10:30`]],
    [
      [OWN, '------', OWN],
      ['0 A00001 ×3', '1 not-understood', '2 A00001 ×3'],
    ],
    [['你好', OWN], ['1 A00001 ×3']],
    [['您好：', OWN], ['1 A00001 ×3']],
    [
      ['今天核销的：', OWN],
      ['0 not-understood', '1 A00001 ×3'],
    ],
    [
      ['【通知】', OWN],
      ['0 not-understood', '1 A00001 ×3'],
    ],
    [['[微笑]', OWN], ['1 A00001 ×3']],
    [
      ['备注：', OWN],
      ['0 not-understood', '1 A00001 ×3'],
    ],
    [['张三 10:30'], ['0 not-understood']],
    [
      ['张三：你好', '李四：好'],
      ['0 not-understood', '1 not-understood'],
    ],
  ])('is read as ever: %j', (lines, means) => {
    expect(read(...lines)).toEqual(means);
  });
});
