import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QUESTION, stage, tick, type Stage } from './stage.ts';

let at: Stage;
beforeEach(async () => {
  at = await stage();
});
afterEach(() => at.close());

const RETURN = { responseUrl: null, user: 'zhangsan', chatId: 'wrGROUP01', stream: 'M1' };
const commands = (cmd: string) => at.gateway.commands.filter((one) => one.cmd === cmd);
const late = (text: string, attempt = 1) => at.late.send(RETURN, { text, question: null }, attempt);

const hear = async () => {
  const driven = await at.online();
  at.gateway.say({ content: '核销 914095353294404024 2', messageId: 'M1' });
  return { driven, ...(await at.newest(driven, 1)) };
};

describe('an answer that was not acknowledged', () => {
  const given = (count: number) =>
    expect.poll(() => commands('aibot_respond_msg'), { interval: 2 }).toHaveLength(count);
  /** Its acknowledgement is lost. */
  async function unheard<T>(count: number, give: () => Promise<T>): Promise<T> {
    at.gateway.loseAck('aibot_respond_msg');
    const result = give();
    await given(count);
    await at.time.pass(5_000);
    return result;
  }

  test('is given once more by the late way, and counts as told when WeCom says that it is there', async () => {
    const { final } = await hear();
    expect(await unheard(1, () => final('核销成功'))).toBe(false);
    expect(await late('核销成功')).toEqual({ kind: 'sent' });
    expect(commands('aibot_respond_msg').at(-1)).toMatchObject({ errcode: 846608 });
    expect(at.gateway.shown).toMatchObject([{ text: '核销成功', finished: true }]);
  });

  test('is told once with a card as well', async () => {
    const { final } = await hear();
    expect(await unheard(1, () => final('待确认', { question: QUESTION, redeemed: true }))).toBe(false);
    expect(await late('待确认')).toEqual({ kind: 'sent' });
    expect(at.gateway.shown).toHaveLength(1);
  });

  test('is told once, too, where it was "still working" that was not acknowledged', async () => {
    const { waiting } = await hear();
    expect(await unheard(1, () => waiting('正在核销…'))).toBe(false);
    const first = late('核销成功');
    await given(2);
    // Its acknowledgement may be that of the version before.
    await tick();
    await at.time.pass(5_000);
    expect((await first).kind).toBe('retry');
    expect(await late('核销成功', 2)).toEqual({ kind: 'sent' });
    expect(at.gateway.shown).toMatchObject([{ text: '核销成功', finished: true }]);
  });

  test('goes out as a message where it is not acknowledged the second time either', async () => {
    const { final } = await hear();
    await unheard(1, () => final('核销成功'));
    expect((await unheard(2, () => late('核销成功'))).kind).toBe('retry');
    expect(await late('核销成功', 2)).toEqual({ kind: 'sent' });
    expect(at.gateway.shown.map(({ kind }) => kind)).toEqual(['stream', 'markdown']);
  });

  test('is not taken for another text, which goes out as a message', async () => {
    const { final } = await hear();
    await unheard(1, () => final('结果未知'));
    const first = late('核销成功');
    await given(2);
    await tick();
    await at.time.pass(5_000);
    expect((await first).kind, 'the acknowledgement may be that of the other').toBe('retry');
    expect(await late('核销成功', 2)).toEqual({ kind: 'sent' });
    expect(at.gateway.shown.map(({ text }) => text)).toEqual(['结果未知', expect.stringContaining('核销成功')]);
  });

  test('goes out as a message where its stream may have ended by itself', async () => {
    const { waiting } = await hear();
    await waiting('正在核销…');
    expect((await unheard(2, () => late('核销成功'))).kind).toBe('retry');
    await at.time.pass(5 * 60_000);
    expect(await late('核销成功', 2)).toEqual({ kind: 'sent' });
    expect(at.gateway.shown.map(({ kind }) => kind)).toEqual(['stream', 'markdown']);
  });

  test('is asked for again where WeCom does not look at it for the moment', async () => {
    const { final } = await hear();
    await unheard(1, () => final('核销成功'));
    at.gateway.refuse('aibot_respond_msg', 45009);
    expect(await late('核销成功')).toEqual({ kind: 'retry', afterMs: 60_000 });
    await at.time.pass(60_000);
    expect(await late('核销成功', 2)).toEqual({ kind: 'sent' });
    expect(at.gateway.shown).toHaveLength(1);
  });

  test('counts as told when the message is delivered again, by another connection', async () => {
    const { driven, final } = await hear();
    at.gateway.cut('aibot_respond_msg', 'after');
    expect(await final('核销成功')).toBe(false);
    await driven.closed;
    const next = await at.online();
    at.gateway.redeliver('M1');
    expect(await (await at.newest(next, 1)).final('核销成功')).toBe(true);
    expect(at.gateway.shown).toHaveLength(1);
  });

  test('does not count as told where the stream was over before', async () => {
    const { final } = await hear();
    at.gateway.refuse('aibot_respond_msg', 846608);
    expect(await final('核销成功')).toBe(false);
    expect(await late('核销成功')).toEqual({ kind: 'sent' });
    expect(at.gateway.shown).toMatchObject([{ kind: 'markdown' }]);
  });
});

test('an answer that was acknowledged is not told late as well', async () => {
  const { final } = await hear();
  expect(await final('核销成功')).toBe(true);
  expect(await late('核销成功')).toEqual({ kind: 'sent' });
  expect(at.gateway.shown).toHaveLength(1);
});
