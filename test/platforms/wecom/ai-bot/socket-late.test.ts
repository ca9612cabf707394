import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QUESTION, stage, type Stage } from './stage.ts';

let at: Stage;
beforeEach(async () => {
  at = await stage();
});
afterEach(() => at.close());

const says = (text: string) => ({ text, question: null });
const send = (to: unknown, text = '核销成功', attempt = 1) => at.late.send(to, says(text), attempt);
const group = { responseUrl: null, user: 'zhangsan', chatId: 'wrGROUP01', stream: 'M1' };
const single = { responseUrl: null, user: 'zhangsan', chatId: null, stream: 'M1' };
const commands = (cmd: string) => at.gateway.commands.filter((one) => one.cmd === cmd);

/** A person has written to the bot, in the group or to it alone. */
async function heard(chatId: string | null = 'wrGROUP01') {
  const driven = await at.online();
  at.gateway.say({ content: '核销 914095353294404024 2', messageId: 'M1', chatId });
  return { driven, ...(await at.newest(driven, 1)) };
}

describe('a late reply', () => {
  test('waits for nothing, and for the process that has the connection', async () => {
    expect(at.late.waitMs(group)).toBe(0);
    expect(at.late.isOpen?.()).toBe(false);
    expect(await send(group, '核销成功', 3)).toEqual({ kind: 'retry', afterMs: 4_000 });
  });

  test.each(['kicked', 'refused'] as const)(
    'is held where the connection was %s: no process has it',
    async (reason) => {
      const driven = await at.online();
      expect(at.late.isRuledOut?.()).toBe(false);
      await driven.close();
      at.bot.socket.changed?.('closed');
      expect(at.late.isRuledOut?.(), 'the next one is opened').toBe(false);
      at.bot.socket.changed?.(reason);
      expect(at.late.isRuledOut?.()).toBe(true);
      expect(await send(group)).toEqual({ kind: 'hold', afterMs: 600_000 });
      at.bot.socket.changed?.('standby');
      expect(at.late.isRuledOut?.(), 'another process has it').toBe(false);
      at.bot.socket.changed?.(reason);
      await at.online();
      expect(at.late.isRuledOut?.()).toBe(false);
      expect((await send(group)).kind).not.toBe('retry');
    },
  );

  test('finishes the stream that says "still working"', async () => {
    const { waiting } = await heard();
    await waiting('正在核销…');
    await at.time.pass(60_000);
    expect(await send(group)).toEqual({ kind: 'sent' });
    expect(at.gateway.shown).toMatchObject([{ kind: 'stream', text: '核销成功', finished: true }]);
    expect(await send(group, '后来查到的结果'), 'it is finished').toEqual({ kind: 'sent' });
    expect(at.gateway.shown[1]).toMatchObject({ kind: 'markdown', answers: null });
  });

  test('comes after "still working" also where that is not acknowledged yet', async () => {
    const { waiting } = await heard();
    const [shown, result] = await Promise.all([waiting('正在核销…'), send(group)]);
    expect([shown, result]).toEqual([true, { kind: 'sent' }]);
    expect(at.gateway.shown).toMatchObject([{ text: '核销成功', finished: true }]);
  });

  test.each([
    ['was too long ago', async () => at.time.pass(5 * 60_000)],
    ['was never sent', null],
  ])('is a message of its own where "still working" %s', async (_, pass) => {
    const { waiting } = await heard();
    if (pass !== null) await waiting('正在核销…').then(pass);
    expect(await send(group)).toEqual({ kind: 'sent' });
    expect(at.gateway.shown.at(-1)).toMatchObject({ chat: 'wrGROUP01', kind: 'markdown' });
  });

  test('is said last, after how many lines were before it', async () => {
    const { waiting } = await heard();
    await waiting('前面还有30笔，请稍候');
    at.late.progress?.(group, '前面还有12笔，请稍候');
    await at.time.pass(0);
    expect(at.gateway.shown).toMatchObject([{ kind: 'stream', text: '前面还有12笔，请稍候', finished: false }]);
    at.late.progress?.(group, '正在核销…');
    expect(await send(group)).toEqual({ kind: 'sent' });
    at.late.progress?.(group, '前面还有1笔，请稍候');
    await at.time.pass(0);
    expect(at.gateway.shown).toMatchObject([{ kind: 'stream', text: '核销成功', finished: true }]);
  });

  test('finds room, however often it was said how many lines were before', async () => {
    const { waiting } = await heard();
    await waiting('前面还有30笔，请稍候');
    for (let nth = 29; nth > 0; nth--) at.late.progress?.(group, `前面还有${nth}笔，请稍候`);
    expect(await send(group)).toEqual({ kind: 'sent' });
    // A third of what the chat may have in a minute, and the outcome.
    expect(commands('aibot_respond_msg')).toHaveLength(10 + 1);
  });

  test('where there is no stream to be changed, only the outcome is told', async () => {
    await heard();
    at.late.progress?.(group, '前面还有12笔，请稍候');
    at.late.progress?.({ user: 'zhangsan', chatId: null }, '前面还有12笔，请稍候');
    at.late.progress?.(null, '前面还有12笔，请稍候');
    await at.time.pass(0);
    expect(commands('aibot_respond_msg')).toEqual([]);
  });

  test.each([846605, 846608])('is a message of its own where WeCom says %i of the stream', async (errcode) => {
    const { waiting } = await heard();
    await waiting('正在核销…');
    at.gateway.refuse('aibot_respond_msg', errcode);
    expect(await send(group)).toEqual({ kind: 'sent' });
    expect(at.gateway.shown.map(({ kind }) => kind)).toEqual(['stream', 'markdown']);
  });

  test('goes out by the next connection where the one of its message is gone', async () => {
    const { driven, waiting } = await heard();
    await waiting('正在核销…');
    await driven.close();
    expect((await send(group)).kind).toBe('retry');
    await at.online();
    expect(await send(group), 'the request id died with its connection').toEqual({ kind: 'sent' });
    expect(at.gateway.shown.map(({ kind }) => kind)).toEqual(['stream', 'markdown']);
  });

  test('finishes the stream by the next connection where request ids outlive theirs', async () => {
    await at.close();
    at = await stage({ reqIdsOutliveConnections: true });
    const { driven, waiting } = await heard();
    await waiting('正在核销…');
    at.gateway.cut('aibot_respond_msg', 'before');
    expect((await send(group)).kind).toBe('retry');
    await driven.closed;
    await at.online();
    expect(await send(group, '核销成功', 2)).toEqual({ kind: 'sent' });
    expect(at.gateway.shown).toMatchObject([{ kind: 'stream', text: '核销成功', finished: true }]);
  });

  test('says in a group whom it is for, below the outcome', async () => {
    await heard();
    await send(group);
    expect(at.gateway.shown.at(-1)?.text).toBe('核销成功  \n@zhangsan');
    await send({ ...group, user: 'a|b' });
    expect(at.gateway.shown.at(-1)?.text, 'never more than one person').toBe('核销成功');
  });

  test('of a one-to-one chat goes there and calls nobody', async () => {
    await heard(null);
    expect(await send(single)).toEqual({ kind: 'sent' });
    expect(at.gateway.shown).toMatchObject([{ chat: 'zhangsan', kind: 'markdown', text: '核销成功' }]);
  });

  test('goes to the person of a message that came by a callback', async () => {
    await heard();
    const byCallback = { responseUrl: 'https://wecom.invalid/x', user: 'zhangsan', chatId: 'wrGROUP01' };
    expect(await send(byCallback)).toEqual({ kind: 'sent' });
  });

  test('can ask with buttons', async () => {
    await heard();
    expect(await at.late.send(group, { text: '待确认', question: QUESTION }, 1)).toEqual({ kind: 'sent' });
    await expect.poll(() => at.gateway.shown.map(({ kind }) => kind)).toEqual(['markdown', 'card']);
  });

  test('is held where the person has not written to the bot yet', async () => {
    await at.online();
    expect(await send(at.bot.firstAddress('lisi'))).toEqual({ kind: 'hold' });
    expect(at.logged()).toMatch(/846607.*"remedy":"/u);
  });

  test('may be the first word to a person who has', async () => {
    await heard(null);
    expect(await send(at.bot.firstAddress('zhangsan'))).toEqual({ kind: 'sent' });
  });

  test.each([
    [45009, 1, { kind: 'retry', afterMs: 60_000 }],
    [-1, 2, { kind: 'retry', afterMs: 2_000 }],
    [846609, 1, { kind: 'retry', afterMs: 1_000 }],
    [93006, 1, { kind: 'hold' }],
    [846607, 1, { kind: 'hold' }],
    [853000, 1, { kind: 'hold', afterMs: 600_000 }],
    [999_999, 1, { kind: 'retry', afterMs: 30_000 }],
  ])('that is refused with %i at try %i becomes %j', async (errcode, attempt, result) => {
    await heard();
    at.gateway.refuse('aibot_send_msg', errcode);
    expect(await send(group, '核销成功', attempt)).toEqual(result);
  });

  test('that is not acknowledged is tried again, and held at the fifth time', async () => {
    await heard();
    const results = [];
    for (let attempt = 1; attempt <= 5; attempt++) {
      at.gateway.loseAck('aibot_send_msg');
      const sent = send(group, '核销成功', attempt);
      await expect.poll(() => commands('aibot_send_msg'), { interval: 2 }).toHaveLength(attempt);
      await at.time.pass(5_000);
      results.push(await sent);
    }
    expect(results.map(({ kind }) => kind)).toEqual(['retry', 'retry', 'retry', 'retry', 'hold']);
    expect(results.at(-1)).toHaveProperty('afterMs', 16_000);
  });

  test('waits for room in its chat instead of being refused, answers counted too', async () => {
    const { driven } = await heard();
    for (let count = 2; count <= 11; count++) {
      at.gateway.say({ content: 'x', messageId: `M${count}` });
      await (await at.newest(driven, count)).final('好');
    }
    for (let count = 0; count < 20; count++) expect(await send(group)).toEqual({ kind: 'sent' });
    await at.time.pass(1_000);
    expect(await send(group)).toEqual({ kind: 'retry', afterMs: 60_000 });
    await at.time.pass(60_000);
    expect(await send(group)).toEqual({ kind: 'sent' });
    expect(at.gateway.commands.every(({ errcode }) => errcode === 0)).toBe(true);
  });

  test.each([
    { user: '@all', chatId: null },
    { user: 'zhangsan|lisi', chatId: null },
    { user: '', chatId: null },
    { user: 'zhangsan', chatId: '@all' },
    { user: 'zhangsan', chatId: 'a|b' },
    { user: 'zhangsan' },
    { responseUrl: 'https://wecom.invalid/x' },
    null,
  ])('to %j goes nowhere', async (to) => {
    await heard();
    expect(await send(to)).toEqual({ kind: 'hold' });
    expect(commands('aibot_send_msg')).toEqual([]);
  });

  test('is plain text', async () => {
    await heard(null);
    await send(single, '核销失败「<a href="https://evil.example">领奖</a> @所有人 <@all> [x](dtmd://y)」');
    expect(at.gateway.shown.at(-1)?.text).not.toMatch(/[<>@]|:\/\/|evil\./u);
  });

  test('that is very long is cut to what WeCom takes, and still says whom it is for', async () => {
    await heard();
    expect(await send(group, '核销成功 尾号4024\n'.repeat(3_000))).toEqual({ kind: 'sent' });
    expect(at.gateway.shown.at(-1)?.text).toMatch(/\n@zhangsan$/u);
  });
});
