import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  startSimulatedWecom,
  type Bubble,
  type SimulatedWecom,
  type SimulatedWecomOptions,
} from '../../src/sandbox/wecom.ts';
import { KEYS, seal, sealed, startBot, stream, type Bot, type Callback, type Respond } from './bot.ts';

const TEXT = '@核销助手 核销 914095353294404024 2';
const MESSAGE = { userId: 'zhangsan', chatId: 'wrGROUP01', text: TEXT };
const QUICK = { redeliverAfter: 5, pollEvery: 5 };

interface Stage {
  readonly wecom: SimulatedWecom;
  readonly bot: Bot;
  readonly bubbles: readonly Bubble[];
  readonly warn: ReturnType<typeof vi.fn>;
}

async function start(respond: Respond, options: Partial<SimulatedWecomOptions> = {}): Promise<Stage> {
  const bubbles: Bubble[] = [];
  const warn = vi.fn();
  const bot = await startBot(respond);
  onTestFinished(() => bot.close());
  const wecom = await startSimulatedWecom({
    botName: '核销助手',
    onBubble: (bubble) => void bubbles.push(bubble),
    log: { warn },
    ...options,
    pace: { ...QUICK, ...options.pace },
  });
  onTestFinished(() => wecom.close());
  await wecom.connect({ callbackUrl: bot.callbackUrl, ...KEYS });
  return { wecom, bot, bubbles, warn };
}

const done: Respond = (callback) => sealed(stream('S1', true, '核销成功'), callback);

describe('saving the settings', () => {
  test.each([
    ['as a JSON text', (echo: string) => JSON.stringify(echo)],
    ['with a line break', (echo: string) => `${echo}\n`],
    ['as nothing', () => ''],
  ])('fails when the echo comes back %s', async (_how, echo) => {
    const bot = await startBot(done, echo);
    onTestFinished(() => bot.close());
    const wecom = await startSimulatedWecom({ botName: '核销助手', onBubble: vi.fn(), log: { warn: vi.fn() } });
    onTestFinished(() => wecom.close());
    await expect(wecom.connect({ callbackUrl: bot.callbackUrl, ...KEYS })).rejects.toThrow('echo');
  });
});

describe('a message', () => {
  test('arrives encrypted and signed, and its answer becomes a bubble', async () => {
    const { wecom, bot, bubbles } = await start(done);
    const messageId = wecom.say(MESSAGE);
    await expect.poll(() => bubbles).toHaveLength(1);

    expect(bubbles).toEqual([{ id: 'S1', text: '核销成功', finished: true, inReplyTo: messageId, card: null }]);
    expect(bot.callbacks).toHaveLength(1);
    expect(bot.callbacks[0]?.inner).toMatchObject({
      msgid: messageId,
      chattype: 'group',
      chatid: 'wrGROUP01',
      from: { userid: 'zhangsan' },
      msgtype: 'text',
      text: { content: TEXT },
    });
    expect(bot.callbacks[0]?.inner.response_url).toContain(`${wecom.url}/`);
  });

  test('is kept from the bot when it does not mention it', async () => {
    const { wecom, bot, bubbles } = await start(done);
    wecom.say({ ...MESSAGE, text: '核销 914095353294404024 2' });
    wecom.say(MESSAGE);
    await expect.poll(() => bubbles).toHaveLength(1);
    expect(bot.callbacks.map(({ inner }) => inner['text'])).toEqual([{ content: TEXT }]);
  });

  test('may be answered with nothing', async () => {
    const { wecom, bot, bubbles, warn } = await start(() => ({ body: '' }));
    wecom.say(MESSAGE);
    await expect.poll(() => bot.callbacks).toHaveLength(1);
    await wecom.close();
    expect(bubbles).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });

  test('is delivered again, as the same message, until it is taken', async () => {
    let calls = 0;
    const { wecom, bot, bubbles } = await start((callback) =>
      ++calls < 3 ? { status: 503, body: '' } : done(callback),
    );
    const messageId = wecom.say(MESSAGE);
    await expect.poll(() => bubbles).toHaveLength(1);
    expect(bot.callbacks.map(({ inner }) => inner.msgid)).toEqual([messageId, messageId, messageId]);
    expect(new Set(bot.callbacks.map(({ nonce }) => nonce)).size).toBe(3);
  });

  test('is delivered three times and not once more', async () => {
    const { wecom, bot, bubbles, warn } = await start(() => ({ status: 500, body: '' }));
    wecom.say(MESSAGE);
    await expect.poll(() => warn).toHaveBeenLastCalledWith(expect.anything(), 'simulated WeCom shows no answer');
    expect(bot.callbacks).toHaveLength(3);
    expect(bubbles).toEqual([]);
  });

  test('is delivered again when the answer takes too long', async () => {
    let calls = 0;
    const respond: Respond = (callback) => (++calls === 1 ? null : done(callback));
    const { wecom, bubbles, warn } = await start(respond, { pace: { respondWithin: 1_500 } });
    wecom.say(MESSAGE);
    await expect.poll(() => bubbles).toHaveLength(1);
    expect(warn).toHaveBeenCalled();
  });
});

describe('an answer is not shown, and not asked for again, when it', () => {
  const ok = stream('S1', true, '核销成功');
  const json = (value: unknown) => ({ body: JSON.stringify(value) });
  const wrong: Record<string, Respond> = {
    'is not encrypted': () => json(ok),
    'is not JSON': () => ({ body: 'OK' }),
    'has a nonce of its own': () => json(seal(ok, '1234567890')),
    'is signed wrongly': ({ nonce }) => json({ ...seal(ok, nonce), msgsignature: '0'.repeat(40) }),
    'is not signed': ({ nonce }) => json({ ...seal(ok, nonce), msgsignature: undefined }),
    'calls its signature msg_signature': ({ nonce }) => {
      const { msgsignature, ...rest } = seal(ok, nonce);
      return json({ ...rest, msg_signature: msgsignature });
    },
    'carries a receive id': ({ nonce }) => json(seal(ok, nonce, 'ww5823bf96d3bd56c7')),
    'counts time in milliseconds': ({ nonce }) => json({ ...seal(ok, nonce), timestamp: 1_760_000_010_000 }),
    'is a plain text': (callback) => sealed({ msgtype: 'text', text: { content: '核销成功' } }, callback),
    'is markdown': (callback) => sealed({ msgtype: 'markdown', markdown: { content: '核销成功' } }, callback),
    'has no stream id': (callback) => sealed(stream('', true, '核销成功'), callback),
    'ends without a text': (callback) => sealed(stream('S1', true, ''), callback),
    'is longer than 20480 bytes': (callback) => sealed(stream('S1', true, `${'核'.repeat(6826)}abc`), callback),
  };

  test.each(Object.entries(wrong))('%s', async (_what, respond) => {
    const { wecom, bot, bubbles, warn } = await start(respond);
    wecom.say(MESSAGE);
    await expect.poll(() => warn).toHaveBeenCalledWith(expect.anything(), 'simulated WeCom shows no answer');
    expect(bubbles).toEqual([]);
    expect(bot.callbacks).toHaveLength(1);
  });

  test('but exactly 20480 bytes are fine', async () => {
    const { wecom, bubbles } = await start((callback) =>
      sealed(stream('S1', true, `${'核'.repeat(6826)}ab`), callback),
    );
    wecom.say(MESSAGE);
    await expect.poll(() => bubbles).toHaveLength(1);
  });
});

describe('an unfinished stream', () => {
  const polls = ({ callbacks }: Bot) => callbacks.filter(({ inner }) => inner.msgtype === 'stream');

  test('is asked for until it is finished, and each new version replaces the former', async () => {
    const versions = [
      stream('S1', false, '正在核销…'),
      stream('S1', false, '正在核销…'),
      stream('S1', true, '核销成功'),
    ];
    let asked = 0;
    const { wecom, bot, bubbles } = await start((callback) => sealed(versions[asked++], callback));
    const messageId = wecom.say(MESSAGE);
    await expect.poll(() => bubbles).toHaveLength(2);

    expect(bubbles).toEqual([
      { id: 'S1', text: '正在核销…', finished: false, inReplyTo: messageId, card: null },
      { id: 'S1', text: '核销成功', finished: true, inReplyTo: messageId, card: null },
    ]);
    expect(polls(bot).map(({ inner }) => inner.stream)).toEqual([{ id: 'S1' }, { id: 'S1' }]);
    expect(new Set(bot.callbacks.map(({ inner }) => inner.msgid)).size).toBe(3);
    expect(polls(bot).every(({ inner }) => inner.response_url === undefined)).toBe(true);
  });

  test('survives polls that go wrong', async () => {
    const bad: Respond[] = [
      (callback) => sealed(stream('S1', false, '正在核销…'), callback),
      () => ({ status: 503, body: '' }),
      () => ({ body: 'OK' }),
      (callback) => sealed(stream('other', true, '核销失败'), callback),
    ];
    let asked = 0;
    const respond: Respond = (callback) => (bad[asked++] ?? ((last: Callback) => done(last)))(callback);
    const { wecom, bubbles } = await start(respond);
    wecom.say(MESSAGE);
    await expect.poll(() => bubbles.at(-1)?.finished).toBe(true);
    expect(bubbles.map(({ text }) => text)).toEqual(['正在核销…', '核销成功']);
  });

  test('is given up after its lifetime', async () => {
    let now = 0;
    const respond: Respond = (callback) => {
      if (callback.inner.msgtype === 'stream') now += 30_000;
      return sealed(stream('S1', false, '正在核销…'), callback);
    };
    const { wecom, bot, bubbles } = await start(respond, { now: () => now, pace: { streamLives: 60_000 } });
    wecom.say(MESSAGE);
    await expect.poll(() => bubbles.at(-1)?.finished).toBe(true);
    await wecom.close();
    expect(bubbles).toHaveLength(2);
    expect(polls(bot)).toHaveLength(2);
  });

  test('is no longer asked for once WeCom is closed', async () => {
    const { wecom, bot, warn } = await start((callback) => sealed(stream('S1', false, '正在核销…'), callback));
    wecom.say(MESSAGE);
    await expect.poll(() => polls(bot).length).toBeGreaterThan(1);
    await wecom.close();
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('a response_url', () => {
  const markdown = (content: unknown) => JSON.stringify({ msgtype: 'markdown', markdown: { content } });

  async function open(options: Partial<SimulatedWecomOptions> = {}) {
    const stage = await start(() => ({ body: '' }), options);
    const messageId = stage.wecom.say(MESSAGE);
    await expect.poll(() => stage.bot.callbacks).toHaveLength(1);
    const url = stage.bot.callbacks[0]?.inner.response_url ?? '';
    const post = async (body: string) => {
      const response = await fetch(url, { method: 'POST', body });
      return { status: response.status, answer: await response.json() };
    };
    return { ...stage, messageId, url, post };
  }

  test('takes one reply', async () => {
    const { bubbles, messageId, post } = await open();
    expect(await post(markdown('核销成功'))).toEqual({ status: 200, answer: { errcode: 0, errmsg: 'ok' } });
    expect(bubbles).toMatchObject([{ text: '核销成功', finished: true, inReplyTo: messageId, card: null }]);

    expect(await post(markdown('核销成功'))).toMatchObject({ status: 200, answer: { errcode: 40029 } });
    expect(bubbles).toHaveLength(1);
  });

  test('works for an hour', async () => {
    let time = 1_760_000_000_000;
    const { bubbles, post } = await open({ now: () => time });
    time += 3_600_000;
    expect(await post(markdown('核销成功'))).toMatchObject({ status: 200, answer: { errcode: 40029 } });
    expect(bubbles).toEqual([]);
  });

  test.each([
    ['not JSON', '核销成功'],
    ['a text', JSON.stringify({ msgtype: 'text', text: { content: '核销成功' } })],
    ['empty', markdown('')],
    ['over 20480 bytes', markdown('核'.repeat(6827))],
  ])('refuses what is %s, with 200 and an errcode, and stays usable', async (_what, body) => {
    const { bubbles, post } = await open();
    expect(await post(body)).toMatchObject({ status: 200, answer: { errcode: 40058 } });
    expect(bubbles).toEqual([]);
    expect(await post(markdown('核销成功'))).toMatchObject({ answer: { errcode: 0 } });
  });

  test('is known by its code', async () => {
    const { url } = await open();
    const other = await fetch(url.replace(/=.*/, '=made-up'), { method: 'POST', body: markdown('核销成功') });
    expect(await other.json()).toMatchObject({ errcode: 40029 });
  });
});

describe('entering the chat', () => {
  test('may be greeted with a text', async () => {
    const { wecom, bot, bubbles } = await start((callback) =>
      sealed({ msgtype: 'text', text: { content: '您好' } }, callback),
    );
    wecom.enterChat('zhangsan');
    await expect.poll(() => bubbles).toMatchObject([{ text: '您好', finished: true, inReplyTo: null }]);
    expect(bot.callbacks[0]?.inner).toMatchObject({ msgtype: 'event', event: { eventtype: 'enter_chat' } });
    expect(bot.callbacks[0]?.inner).not.toHaveProperty('chatid');
  });

  test('may not be greeted with a stream', async () => {
    const { wecom, bubbles, warn } = await start(done);
    wecom.enterChat('zhangsan');
    await expect.poll(() => warn).toHaveBeenCalled();
    expect(bubbles).toEqual([]);
  });
});

describe('a card', () => {
  const card = (buttons = [{ text: '确认', style: 1, key: '确认 R-1' }], title = '核销6次？') => ({
    card_type: 'button_interaction',
    main_title: { title },
    button_list: buttons,
    task_id: 'R-1',
  });
  const asking = { ...stream('S1', true, '待确认'), msgtype: 'stream_with_template_card', template_card: card() };
  const told = card([{ text: '核对', style: 2, key: '核对 R-1' }], '核销成功');
  const TAP = { userId: 'zhangsan', taskId: 'R-1', key: '确认 R-1' };

  test('comes with a text; a tap on it arrives as an event, and its answer changes it for all', async () => {
    const { wecom, bot, bubbles } = await start((callback) =>
      sealed(
        callback.inner.msgtype === 'event' ? { response_type: 'update_template_card', template_card: told } : asking,
        callback,
      ),
    );
    wecom.say(MESSAGE);
    await expect.poll(() => bubbles).toHaveLength(1);
    expect(bubbles[0]).toMatchObject({ text: '待确认', card: { face: { title: '核销6次？' } } });
    expect(wecom.tap({ ...TAP, key: '取消 R-1' })).toBe(false);
    expect(wecom.tap(TAP)).toBe(true);
    await expect.poll(() => bubbles).toHaveLength(2);
    expect(bot.callbacks[1]?.inner).toMatchObject({
      chatid: 'wrGROUP01',
      from: { userid: 'zhangsan' },
      event: { eventtype: 'template_card_event', template_card_event: { event_key: '确认 R-1', task_id: 'R-1' } },
    });
    expect(bubbles[1]).toMatchObject({ id: 'S1', text: '待确认', card: { face: { title: '核销成功' }, own: {} } });
    expect(wecom.tap(TAP)).toBe(false);
  });

  test('may change for one person only', async () => {
    const { wecom, bubbles } = await start((callback) =>
      sealed(
        callback.inner.msgtype === 'event'
          ? { response_type: 'update_template_card', userids: ['lisi'], template_card: told }
          : asking,
        callback,
      ),
    );
    wecom.say(MESSAGE);
    await expect.poll(() => bubbles).toHaveLength(1);
    wecom.tap({ ...TAP, userId: 'lisi' });
    await expect.poll(() => bubbles).toHaveLength(2);
    expect(bubbles[1]?.card).toMatchObject({ face: { title: '核销6次？' }, own: { lisi: { title: '核销成功' } } });
    expect(wecom.tap(TAP)).toBe(true);
  });

  test.each([
    ['another card', { response_type: 'update_template_card', template_card: { ...told, task_id: 'R-2' } }],
    ['a stream', stream('S1', true, '核销成功')],
    ['a card without a button', { response_type: 'update_template_card', template_card: { ...told, button_list: [] } }],
  ])('is not changed by an answer with %s', async (_what, answer) => {
    const { wecom, bubbles, warn } = await start((callback) =>
      sealed(callback.inner.msgtype === 'event' ? answer : asking, callback),
    );
    wecom.say(MESSAGE);
    await expect.poll(() => bubbles).toHaveLength(1);
    wecom.tap(TAP);
    await expect.poll(() => warn).toHaveBeenCalled();
    expect(bubbles).toHaveLength(1);
  });
});
