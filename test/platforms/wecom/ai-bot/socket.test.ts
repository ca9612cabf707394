import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOpenStreams } from '../../../../src/platforms/wecom/ai-bot/streams.ts';
import { nothingFetched } from '../../../support/not-fetched.ts';
import { botCallback, botShown, botText } from '../../../support/wecom.ts';
import { BOT_KEYS } from '../../../support/service.ts';
import { createDownload } from '../../../../src/platforms/download.ts';
import { createFetchPicture } from '../../../../src/platforms/wecom/ai-bot/pictures.ts';
import { createWecomBot } from '../../../../src/platforms/wecom/ai-bot/bot.ts';
import { NO_LATE_WAY } from '../../../support/webhook.ts';
import { createLog } from '../../../../src/log.ts';
import { QUESTION, stage, tick, type Stage } from './stage.ts';

let at: Stage;
beforeEach(async () => {
  at = await stage();
});
afterEach(() => at.close());

async function restart(options: Parameters<typeof stage>[0]): Promise<void> {
  await at.close();
  at = await stage(options);
}

const commands = (cmd: string) => at.gateway.commands.filter((one) => one.cmd === cmd);

describe('a connection', () => {
  test('is taken when it has shown the bot’s id and secret', async () => {
    const driven = await at.connect();
    expect(at.bot.late?.isOpen?.(), 'WeCom has not answered yet').toBe(false);
    await expect.poll(() => driven.taken()).toBe(1);
    expect(at.bot.late?.isOpen?.()).toBe(true);
    expect(at.gateway.isSubscribed()).toBe(true);
    await driven.close();
    expect(at.bot.late?.isOpen?.()).toBe(false);
  });

  test('is refused with a wrong secret: said with the remedy, and not tried again soon', async () => {
    const driven = await at.connect(at.makeBot({ secret: 'wrong' }));
    await driven.closed;
    expect(driven.taken()).toBe(0);
    expect(driven.ends).toMatchObject([{ reason: 'refused', notBeforeMs: 600_000 }]);
    expect(driven.ends[0]?.remedy).toContain('WECOM_BOT_SECRET');
    expect(JSON.stringify(driven.ends)).not.toContain('"wrong');
  });

  test.each([
    [45009, 'rate-limited', 60_000],
    [-1, 'unreachable', undefined],
    [999_999, 'refused', undefined],
  ])('that is refused with %i is %s', async (errcode, reason, notBeforeMs) => {
    at.gateway.refuse('aibot_subscribe', errcode);
    const driven = await at.connect();
    await driven.closed;
    expect(driven.ends).toMatchObject([{ reason, detail: expect.stringContaining(String(errcode)) as string }]);
    expect(driven.ends[0]?.notBeforeMs).toBe(notBeforeMs);
  });

  test('whose subscription is not answered is given up', async () => {
    at.gateway.loseAck('aibot_subscribe');
    const driven = await at.connect();
    await expect.poll(() => commands('aibot_subscribe')).toHaveLength(1);
    await at.time.pass(5_000);
    await driven.closed;
    expect(driven.ends).toMatchObject([{ reason: 'silent', remedy: null }]);
  });

  test('that another client has taken is not fought for', async () => {
    const driven = await at.online();
    at.gateway.kick();
    await driven.closed;
    expect(driven.ends).toMatchObject([{ reason: 'kicked', notBeforeMs: null }]);
    expect(driven.ends[0]?.remedy).toContain('WECOM_BOT_ID');
    expect(at.bot.late?.isOpen?.()).toBe(false);
  });

  test('that lost its subscription is ended, so that the next one subscribes', async () => {
    const driven = await at.online();
    at.gateway.loseSession();
    driven.dialogue.beat();
    await driven.closed;
    expect(driven.ends).toMatchObject([{ reason: 'closed', detail: expect.stringContaining('846609') as string }]);
  });

  test('pings, and the answers are heard', async () => {
    const driven = await at.online();
    driven.dialogue.beat();
    await expect.poll(() => commands('ping')).toMatchObject([{ errcode: 0 }]);
    expect(driven.strange).toEqual([]);
  });

  test.each([
    'no JSON',
    '{}',
    '[]',
    'null',
    '{"cmd":"aibot_msg_callback"}',
    '{"cmd":"something_new","headers":{"req_id":"r"},"body":{}}',
    '{"headers":{"req_id":"never-asked"},"errcode":0,"errmsg":"ok"}',
    '{"headers":{"req_id":""},"errcode":0}',
    Buffer.from([0, 255, 1]),
  ])('drops the frame %j, quotes nothing of it, and hears what comes after it', async (frame) => {
    const driven = await at.online();
    at.gateway.send(frame);
    await expect.poll(() => driven.strange).toHaveLength(1);
    expect(driven.strange[0]).toMatch(/^[a-z ]{5,80}$/u);
    at.gateway.say({ content: '帮助', messageId: 'M1' });
    await expect.poll(() => driven.deliveries).toHaveLength(1);
    expect(driven.ends).toEqual([]);
  });

  test('hears a frame with bare control characters, and keeps apart what they keep apart', async () => {
    const driven = await at.online();
    const body = JSON.stringify(botText({ content: '核销 9140 2' })).replace('9140 2', '9140\u000b2');
    at.gateway.send(`{"cmd":"aibot_msg_callback","headers":{"req_id":"r"},"body":${body}}`);
    const { incoming } = await at.newest(driven, 1);
    expect(incoming).toMatchObject({ message: { text: '核销 9140 2' } });
  });
});

describe('what comes in', () => {
  test('is the same message as by a callback, with the same key', async () => {
    const driven = await at.online();
    const fields = { content: '@核销助手 核销 914095353294404024 2', messageId: 'M1' };
    at.gateway.say(fields);
    const { incoming } = await at.newest(driven, 1);
    const log = createLog({ level: 'silent' });
    const webhook = createWecomBot({
      ...{ token: BOT_KEYS.token, aesKey: BOT_KEYS.aesKey, corpId: null, late: NO_LATE_WAY },
      ...{ download: nothingFetched, now: Date.now, randomBytes: (size: number) => Buffer.alloc(size), log },
    });
    const opened = webhook.webhook.verify(botCallback(BOT_KEYS, botText(fields)));
    if (opened === null || incoming.kind !== 'message') throw new Error('no message');
    const other = await webhook.read(opened);
    if (other.kind !== 'message') throw new Error('no message');
    const { signedAt, returnAddress, ...same } = incoming.message;
    expect(other.message).toMatchObject(same);
    expect(signedAt).toBe(at.time.now());
    expect(returnAddress).toEqual({ responseUrl: null, user: 'zhangsan', chatId: 'wrGROUP01', stream: 'M1' });
  });

  test('is told by the late way where its answer was lost and is on no record', async () => {
    const driven = await at.online();
    at.gateway.say({ content: '帮助', messageId: 'M1' });
    at.gateway.say({ content: '', messageId: 'M2' }, { text: undefined, msgtype: 'image' });
    for (const count of [1, 2]) {
      const { incoming } = await at.newest(driven, count);
      const direct = incoming.kind === 'poll' ? null : incoming.reply.direct;
      expect(direct).toMatchObject({ besides: true, onlyLost: true, returnAddress: { stream: `M${count}` } });
    }
  });

  test('was typed when WeCom says, in seconds or in milliseconds', async () => {
    const driven = await at.online();
    at.gateway.say({ content: 'x', messageId: 'M1' }, { create_time: 1_760_000_000 });
    at.gateway.say({ content: 'x', messageId: 'M2' }, { create_time: 1_760_000_000_123 });
    at.gateway.say({ content: 'x', messageId: 'M3' }, { create_time: 'yesterday' });
    const typed = [];
    for (const count of [1, 2, 3]) {
      const { incoming } = await at.newest(driven, count);
      typed.push(incoming.kind === 'message' ? incoming.message.typedAt : undefined);
    }
    expect(typed).toEqual([1_760_000_000_000, 1_760_000_000_123, null]);
  });

  test.each([
    ['voice', { voice: { content: '核销九一四零' } }],
    ['file', { file: { url: 'https://example.com/1', aeskey: 'KEY' } }],
  ])('is asked for as text instead of %s', async (msgtype, payload) => {
    const driven = await at.online();
    at.gateway.say({ content: '', messageId: 'M1' }, { text: undefined, msgtype, ...payload });
    const { incoming, final } = await at.newest(driven, 1);
    expect(incoming).toMatchObject({ kind: 'sentence', sentence: 'text-only' });
    expect(await final('请发送文字')).toBe(true);
    expect(at.gateway.shown).toMatchObject([{ kind: 'stream', text: '请发送文字', finished: true }]);
  });

  test('shows pictures, of which each is fetched with its own key, be they quoted', async () => {
    const driven = await at.online();
    const fetch = createFetchPicture(createDownload({ mediaHosts: [at.gateway.mediaHost], apiHosts: [] }), null);
    const [own, other, quoted] = [randomBytes(500), randomBytes(600), randomBytes(700)];
    const pieces = ['@核销助手 核销', at.gateway.picture(own), '2', at.gateway.picture(other)];
    at.gateway.deliver(botShown(pieces, {}, [at.gateway.picture(quoted)]));
    at.gateway.deliver(botShown([at.gateway.picture(own)], { messageId: 'M2', chatId: null }));
    const { incoming } = await at.newest(driven, 1);
    const single = (await at.newest(driven, 2)).incoming;
    if (incoming.kind !== 'message' || single.kind !== 'message') throw new Error('no message');
    expect(incoming.message.text).toBe('@核销助手 核销\n2');
    expect(single.message).toMatchObject({ text: '', conversation: null });
    const all = [...(incoming.message.pictures ?? []), ...(single.message.pictures ?? [])];
    expect(all.map((picture) => picture.quoted)).toEqual([false, false, true, false]);
    const bytes = await Promise.all(all.map(({ at }) => fetch(at, new AbortController().signal)));
    expect(bytes).toEqual([own, other, quoted, own].map((bytes) => ({ kind: 'fetched', bytes })));
  });

  test('and needs no answer is answered by none', async () => {
    const driven = await at.online();
    at.gateway.say({ content: 'x', messageId: 'M1' });
    const { nothing } = await at.newest(driven, 1);
    expect(await nothing()).toBe(true);
    expect(at.gateway.commands.map(({ cmd }) => cmd)).toEqual(['aibot_subscribe']);
  });
});

describe('an answer', () => {
  const hear = async (messageId = 'M1') => {
    const driven = await at.online();
    at.gateway.say({ content: '核销 914095353294404024 2', messageId });
    return { driven, ...(await at.newest(driven, 1)) };
  };

  test('is a stream that is finished at once, as markdown that shows the text', async () => {
    const { final } = await hear();
    expect(await final('核销成功 *尾号*4024')).toBe(true);
    expect(at.gateway.shown).toMatchObject([
      { chat: 'wrGROUP01', kind: 'stream', text: '核销成功 ＊尾号＊4024', finished: true, answers: 'M1' },
    ]);
  });

  test('to a message that is delivered again shows the same text once, and a newer one not in its place', async () => {
    const { driven, final } = await hear();
    await final('核销成功');
    at.gateway.redeliver('M1');
    const again = await at.newest(driven, 2);
    expect(await again.final('核销成功')).toBe(true);
    expect(commands('aibot_respond_msg')).toHaveLength(1);
    expect(await again.final('核销成功，剩余3次'), 'so it is told late').toBe(false);
    expect(at.gateway.shown).toMatchObject([{ text: '核销成功' }]);
  });

  test('says that it is still being worked on where it takes longer', async () => {
    const { waiting } = await hear();
    expect(await waiting('正在核销…')).toBe(true);
    expect(at.gateway.shown).toMatchObject([{ text: '正在核销…', finished: false }]);
  });

  test('counts as told only when WeCom has acknowledged it', async () => {
    const { final } = await hear();
    at.gateway.loseAck('aibot_respond_msg');
    const told = final('核销成功');
    await expect.poll(() => commands('aibot_respond_msg')).toHaveLength(1);
    await at.time.pass(4_999);
    await at.time.pass(1);
    expect(await told).toBe(false);
  });

  test('is not told where WeCom refuses it, or where the connection is gone', async () => {
    const { driven, final } = await hear();
    at.gateway.refuse('aibot_respond_msg', 846605);
    expect(await final('核销成功')).toBe(false);
    expect(at.logged()).toContain('846605');
    await driven.close();
    expect(await final('核销成功')).toBe(false);
  });

  test.each(['before', 'after'] as const)('is not known to be told where the connection is cut %s it', async (when) => {
    const { driven, final } = await hear();
    at.gateway.cut('aibot_respond_msg', when);
    const told = final('核销成功');
    await driven.closed;
    expect(await told).toBe(false);
    expect(at.gateway.shown).toHaveLength(when === 'after' ? 1 : 0);
  });

  test('goes out after the one before it in the same stream was acknowledged or given up', async () => {
    const { waiting, final } = await hear();
    at.gateway.loseAck('aibot_respond_msg');
    const told = [waiting('正在核销…'), final('核销成功')];
    await expect.poll(() => commands('aibot_respond_msg')).toHaveLength(1);
    for (let count = 0; count < 20; count++) await tick();
    expect(commands('aibot_respond_msg')).toHaveLength(1);
    await at.time.pass(5_000);
    await expect.poll(() => commands('aibot_respond_msg')).toHaveLength(2);
    // The one acknowledgement could be that of the first, come late: so it proves nothing of the second.
    await tick();
    await at.time.pass(5_000);
    expect(await Promise.all(told)).toEqual([false, false]);
  });

  test('waits where its chat has had as many messages as WeCom allows', async () => {
    const { driven, final } = await hear();
    for (let count = 2; count <= 31; count++) {
      at.gateway.say({ content: 'x', messageId: `M${count}` });
      await (await at.newest(driven, count)).final('好');
    }
    expect(await final('核销成功')).toBe(false);
    expect(commands('aibot_respond_msg')).toHaveLength(30);
    await at.time.pass(61_000);
    expect(await final('核销成功')).toBe(true);
    expect(commands('aibot_respond_msg').every(({ errcode }) => errcode === 0)).toBe(true);
  });
});

describe('a question', () => {
  const asked = { question: QUESTION, redeemed: true };

  test('goes out as text with a card', async () => {
    const driven = await at.online();
    at.gateway.say({ content: '核销', messageId: 'M1' });
    expect(await (await at.newest(driven, 1)).final('待确认', asked)).toBe(true);
    expect(at.gateway.shown).toMatchObject([{ text: '待确认', card: { face: { title: '核销6次？' } } }]);
  });

  test('goes out as text and as a card where WeCom does not take both together, from then on at once', async () => {
    await restart({ takesStreamWithCard: false });
    const driven = await at.online();
    for (const count of [1, 2]) {
      at.gateway.say({ content: '核销', messageId: `M${count}` });
      expect(await (await at.newest(driven, count)).final('待确认', asked)).toBe(true);
      await expect.poll(() => at.gateway.shown).toHaveLength(2 * count);
      await tick();
    }
    expect(at.gateway.shown.map(({ kind }) => kind)).toEqual(['stream', 'card', 'stream', 'card']);
    expect(commands('aibot_respond_msg').filter(({ errcode }) => errcode !== 0)).toHaveLength(1);
  });

  test('is asked by the text alone where WeCom does not take the card', async () => {
    const driven = await at.online();
    at.gateway.say({ content: '核销', messageId: 'M1' });
    at.gateway.refuse('aibot_respond_msg', 42014);
    const told = (await at.newest(driven, 1)).final('待确认', asked);
    expect(await told).toBe(true);
    expect(at.gateway.shown[0]).toMatchObject({ text: '待确认', finished: true });
  });

  test('is not asked twice where it is the moment that WeCom refuses', async () => {
    const driven = await at.online();
    at.gateway.say({ content: '核销', messageId: 'M1' });
    at.gateway.refuse('aibot_respond_msg', 45009);
    expect(await (await at.newest(driven, 1)).final('待确认', asked)).toBe(false);
    expect(commands('aibot_respond_msg')).toHaveLength(1);
  });

  test('is answered by a tap, which changes the card and is told as a message too', async () => {
    const driven = await at.online();
    at.gateway.say({ content: '核销', messageId: 'M1' });
    await (await at.newest(driven, 1)).final('待确认', asked);
    const taskId = at.gateway.shown[0]?.card?.taskId ?? '';
    at.gateway.tap(taskId, '确认 R-7K3M9Q2A', { user: 'zhangsan', messageId: 'T1' });
    const tap = await at.newest(driven, 2);
    expect(tap.incoming).toMatchObject({
      kind: 'message',
      message: { text: '确认 R-7K3M9Q2A', conversation: 'wecom:wrGROUP01', typedAt: at.time.now() },
      reply: { direct: { besides: true } },
    });
    expect(await tap.final('核销成功\n尾号4024', { redeemed: true })).toBe(true);
    expect(at.gateway.shown).toMatchObject([{ card: { face: { title: '核销成功' } } }]);
    const { direct } = tap.incoming.kind === 'message' ? tap.incoming.reply : { direct: null };
    expect(await at.late.send(direct?.returnAddress, { text: '核销成功', question: null }, 1)).toEqual({
      kind: 'sent',
    });
    expect(at.gateway.shown[1]).toMatchObject({ chat: 'wrGROUP01', kind: 'markdown' });
  });

  test('shows at the deadline of a tap that it is being worked on, and nothing to answer it again', async () => {
    const driven = await at.online();
    at.gateway.say({ content: '核销', messageId: 'M1' });
    await (await at.newest(driven, 1)).final('待确认', asked);
    const taskId = at.gateway.shown[0]?.card?.taskId ?? '';
    at.gateway.tap(taskId, '确认 R-7K3M9Q2A', { user: 'zhangsan', messageId: 'T1' });
    const tap = await at.newest(driven, 2);
    expect(await tap.waiting('正在核销…')).toBe(true);
    const [update] = commands('aibot_respond_update_msg');
    expect(JSON.stringify(update)).toContain('正在核销…');
    expect(JSON.stringify(update)).not.toMatch(/确认|取消/u);
  });

  test('that is tapped is refused in private to who may not answer it', async () => {
    const driven = await at.online();
    at.gateway.say({ content: '核销', messageId: 'M1' });
    await (await at.newest(driven, 1)).final('待确认', asked);
    const taskId = at.gateway.shown[0]?.card?.taskId ?? '';
    at.gateway.tap(taskId, '取消 R-7K3M9Q2A', { user: 'lisi', messageId: 'T1' });
    expect(await (await at.newest(driven, 2)).final('不是您发的')).toBe(true);
    const card = at.gateway.shown[0]?.card;
    expect([card?.face.title, card?.own['lisi']?.title]).toEqual(['核销6次？', '不是您发的']);
  });

  test('that is tapped by another person is no matter of the group: what they may not do is written to them alone', async () => {
    const driven = await at.online();
    at.gateway.say({ content: '在', messageId: 'M0', user: 'lisi', chatId: null });
    at.gateway.say({ content: '核销', messageId: 'M1' });
    await (await at.newest(driven, 2)).final('待确认', asked);
    at.gateway.tap(at.gateway.shown[0]?.card?.taskId ?? '', '确认 R-7K3M9Q2A', { user: 'lisi', messageId: 'T1' });
    const { incoming } = await at.newest(driven, 3);
    if (incoming.kind !== 'message') throw new Error('no message');
    for (const returnAddress of [incoming.message.returnAddress, incoming.reply.direct?.returnAddress]) {
      const refusal = { text: '您的账号未绑定\n账号：wecom:lisi', question: null };
      expect(await at.late.send(returnAddress, refusal, 1)).toEqual({ kind: 'sent' });
    }
    const pushed = at.gateway.shown.slice(1);
    expect(pushed.map(({ chat }) => chat)).toEqual(['lisi', 'lisi']);
    expect(pushed[0]?.text).not.toContain('@');
    expect(await at.late.send(incoming.message.returnAddress, { text: '核销成功', question: null }, 1)).toEqual({
      kind: 'sent',
    });
    expect(at.gateway.shown.at(-1)).toMatchObject({ chat: 'wrGROUP01' });
  });

  test('that is tapped by a person whom the bot may not write to is not answered in the group either', async () => {
    const driven = await at.online();
    at.gateway.say({ content: '核销', messageId: 'M1' });
    await (await at.newest(driven, 1)).final('待确认', asked);
    at.gateway.tap(at.gateway.shown[0]?.card?.taskId ?? '', '确认 R-7K3M9Q2A', { user: 'lisi', messageId: 'T1' });
    const { incoming } = await at.newest(driven, 2);
    if (incoming.kind !== 'message') throw new Error('no message');
    const { returnAddress } = incoming.message;
    expect(await at.late.send(returnAddress, { text: '您的账号未绑定', question: null }, 1)).toEqual({ kind: 'hold' });
    expect(at.gateway.shown).toHaveLength(1);
  });
});

test('who opens the chat is greeted with plain text', async () => {
  const driven = await at.online();
  at.gateway.enter('zhangsan', 'E1');
  const { incoming, final } = await at.newest(driven, 1);
  expect(incoming).toMatchObject({ kind: 'sentence', sentence: 'greeting' });
  expect(await final('发送：\n核销 <卡号>')).toBe(true);
  expect(at.gateway.shown).toMatchObject([{ chat: 'zhangsan', kind: 'text', text: '发送：\n核销 <卡号>' }]);
});

test('open streams are forgotten in time, and the oldest first where there are too many', () => {
  const TAKEN = { kind: 'response', errcode: 0, errmsg: 'ok' } as const;
  let clock = 0;
  const streams = createOpenStreams({ monotonic: () => clock });
  streams.open('a', 'r1');
  clock += 4 * 60_000;
  streams.open('a', 'r2');
  expect(streams.find('a')).toBe('r2');
  clock += 60_000;
  expect(streams.find('a'), 'counted from its first version').toBeNull();
  for (let count = 0; count <= 20_000; count++) streams.open(`s${count}`, 'r');
  expect([streams.find('s0'), streams.find('s1'), streams.find('s20000')]).toEqual([null, 'r', 'r']);
  streams.forget('s1');
  expect(streams.find('s1')).toBeNull();
  for (let count = 0; count <= 20_000; count++) streams.finishedBy(TAKEN, `f${count}`, 'x');
  expect([streams.isFinishedWith('f0', 'x'), streams.isFinishedWith('f1', 'x')]).toEqual([false, true]);
  expect(streams.isFinishedWith('f1', 'y')).toBe(false);
});
