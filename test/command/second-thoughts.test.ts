import { expect, test } from 'vitest';
import { parseMessage } from '../../src/command/parse.ts';

const C = '914095353294404024';

/** `2` is redeemed as it stands, `ask 2` is asked about, `no` runs nothing. */
function outcome(text: string): string[] {
  return parseMessage(text, ['核销助手']).lines.flatMap(({ command }) => {
    if (command.kind === 'redeem') return String(command.count);
    if (command.kind === 'uncertain') return `ask ${command.count}`;
    return command.kind === 'wrong' || command.kind === 'ambiguous' ? 'no' : [];
  });
}

test.each([
  ['2', '2'],
  ['两次', '2'],
  ['算了', 'no'],
  ['取消', 'no'],
  ['全部', 'no'],
  ['2个人', 'ask 2'],
  ['两个月', 'ask 1'],
  ['三个星期', 'ask 1'],
  ['两个半月', 'ask 1'],
  ['周三下午', 'ask 1'],
  ['谢谢', '1'],
  ['你好', '1'],
])('what stands on the next line is not overheard: %j', (next, means) => {
  expect(outcome(`核销 ${C}\n${next}`)).toEqual([means]);
});

test.each([
  ['2\n算了', ['no']],
  ['2\n取消', ['no']],
  ['2\n3', ['no']],
  ['1\n2，4号桌', ['no']],
  ['1\n周六2大人', ['ask 1']],
  ['谢谢\n取消', ['no']],
  ['备注：张三\n次数：2', ['2']],
  ['核销两次', ['2']],
  // A room, a table, or the end of a card that was wrapped.
  ['302', ['ask 302']],
  ['3号桌', ['ask 1']],
  [`核销 ${C}5 1\n全部取消`, ['no', 'no']],
  [`核销 ${C}5 1\n算了`, ['no', 'no']],
])('nor what stands further down: %j', (next, means) => {
  expect(outcome(`核销 ${C}\n${next}`)).toEqual(means);
});

test.each([
  '2，两位',
  '2，万先生',
  '2次，3号桌',
  '2 包厢8',
  '2 按摩60分钟',
  '2 (3号桌)',
  '2 舒缓护理',
  '2 双拼',
  '2 8点左右',
  '2 shoulder massage',
])('an ordinary remark is none: %j', (behind) => {
  expect(outcome(`核销 ${C} ${behind}`)).toEqual(['2']);
});

test.each(['11月25日', '来自美团', '以下是今天的核销', '麻烦核销后回复一下', 'Hi Sunny', '5"蛋糕', '【通知】'])(
  'nor is a heading of one’s own a quotation: %j',
  (heading) => {
    expect(outcome(`${heading}\n核销 ${C} 2`)).toEqual(['2']);
  },
);

test('also not behind a count, and not behind the last of several orders', () => {
  expect(outcome(`核销 ${C} 2\n改成3次`)).toEqual(['ask 2']);
  expect(outcome(`核销 ${C} 2\n核销 ${C} 1\n2`)).toEqual(['2', 'no']);
});

test.each([
  ['2:30pm', 'ask 1'],
  ['14:30 生日', 'ask 1'],
  ['1,500元', 'no'],
  ['3,4号桌', 'ask 1'],
  ['one hundred', 'no'],
  ['two adults one child', 'ask 2'],
  ['1 双份', 'ask 1'],
  ['2 其实是3', 'ask 2'],
  ['2 张三1李四1', 'ask 2'],
  ['2 反核销', 'ask 2'],
  ['2 等我消息', 'ask 2'],
  ['2 refunded', 'ask 2'],
  ['2 不同意', 'no'],
  ['2 18:30到', '2'],
  ['2 3号桌', '2'],
  ['2 张三 生日', '2'],
  ['2 尾号8888', '2'],
  ['2，谢谢', '2'],
])('a separator, a time, or a second thought behind a count: %j', (behind, means) => {
  expect(outcome(`核销 ${C} ${behind}`)).toEqual([means]);
});

test('a time behind a card in groups is no part of it', () => {
  const [line] = parseMessage('核销 9140 9535 3294 4040 14:30', []).lines;
  expect(line?.command).toMatchObject({ kind: 'uncertain', card: '9140953532944040', count: 1 });
  expect(outcome('核销 9140 9535 3294 4040 2,3')).toEqual(['no']);
});

test.each([
  `张三 10点30分\n核销 ${C} 2`,
  `“张三\n核销 ${C} 2\n谢谢”\n- - -\n好`,
  `引用 张三 的消息\n核销 ${C} 2`,
  `张三@微信：\n核销 ${C} 2`,
  `核销 ${C} 2\n------\n好的`,
])('other people’s words run nothing: %j', (text) => {
  expect(outcome(text)).toEqual(['no']);
});

test('orders of one’s own with a line between them run', () => {
  expect(outcome(`核销 ${C} 2\n----\n核销 ${C} 1`)).toEqual(['2', '1']);
});

test.each([
  ...['取消 2\n确认 全部', '确认 全部\n取消 2', '确认\n取消', '确认 1\n取消 这个', '确认 1\n确认 都不要'],
  ...['确认 1\n算了', '确认 全部\n算了', '算了\n确认', '确认\n先别', '确认\n不核了', '确认 1\n撤销'],
  ...['确认\n3次', '确认\n不对，3次', '3次\n确认', '确认\n1', '确认\n核销两次', '确认\n改成3次'],
  ...['确认 1\n确认 2\n算了', '确认 3次\n等一下'],
])('a yes beside a no, a count or a second thought says nothing, and is told so: %j', (text) => {
  const commands = parseMessage(text, []).lines.map(({ command }) => command);
  expect(commands.filter(({ kind }) => kind === 'confirm')).toEqual([]);
  expect(commands).toContainEqual({ kind: 'wrong', problem: { kind: 'talk' } });
});

test.each(['确认 1\n确认 2', '确认\n谢谢', '确认\n好的', `确认 1\n核销 ${C} 2`])(
  'but beside others it does: %j',
  (text) => {
    const [first] = parseMessage(text, []).lines;
    expect(first?.command.kind).toBe('confirm');
  },
);

test.each(['确认 全部取消', '取消两个'])('an order is not carried out above what may take it back: %j', (answer) => {
  expect(outcome(`核销 ${C} 2\n${answer}`)).toEqual(['no', 'no']);
});

test.each(['一共3次', '共 3次', '合计3次'])('a sum is no answer that counts: %j', (text) => {
  expect(parseMessage(text, []).lines).toEqual([{ line: 0, command: { kind: 'confirm', receipt: null, bare: true } }]);
});

test.each(['确认！', '确认谢谢', '确认 谢谢'])('a yes may be polite: %j', (text) => {
  expect(parseMessage(text, []).lines).toEqual([{ line: 0, command: { kind: 'confirm', receipt: null } }]);
});

test.each([
  ...['周六2大人', '周六2小孩', '周六2张', '周六2课时', '周五三大', '周一二大', '周二二大人', '周三三杯', '周三2小时'],
  ...['初2杯', '11月2张', '十一月二张', '2月3课时', '周一1 周二1', '周一1、周二2', '周六2 周日2', '每周2', '本周2'],
  ...['2026年11月2次', '2026年11月3位', '2026-11-3次', '2026.11.25次', '2，4号桌', '2，3桌'],
])('what may be a second count behind a day or a table is not overheard: %j', (behind) => {
  expect(['ask 1', 'no']).toContain(outcome(`核销 ${C} 1 ${behind}`)[0]);
});
