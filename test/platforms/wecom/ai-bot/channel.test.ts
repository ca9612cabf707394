import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createWecomBot, type WecomBotOptions } from '../../../../src/platforms/wecom/ai-bot/bot.ts';
import { NotAuthentic } from '../../../../src/transports/webhook/webhook.ts';
import { NO_LATE_WAY, overWebhook, replyOf } from '../../../support/webhook.ts';
import { nothingFetched } from '../../../support/not-fetched.ts';
import { createLog } from '../../../../src/log.ts';
import {
  botCallback,
  botPieces,
  botPoll,
  botShown,
  botTap,
  botText,
  openBotReply,
  openBotUpdate,
  readBotReply,
  urlCheck,
  type BotReply,
  type WecomKeys,
} from '../../../support/wecom.ts';
import { channelContract, flip, flipQuery, type Request } from '../../../chat/channel-contract.ts';
import { queryOf, type Vector, vector } from '../vectors.ts';

const keys: WecomKeys = {
  token: 'AibotTestToken01',
  aesKey: 'YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU',
  receiveId: '',
};
const NOW = 1760000004567;

let logged = '';
const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });

function createBot(overrides: Partial<WecomBotOptions> = {}) {
  const { token, aesKey } = keys;
  const usual = { corpId: null, late: NO_LATE_WAY, download: nothingFetched, now: () => NOW, randomBytes, log };
  return createWecomBot({ token, aesKey, ...usual, ...overrides });
}

const create = (overrides: Partial<WecomBotOptions> = {}) => overWebhook(createBot(overrides));

const channel = create();
const receive = (inner: unknown) => channel.receive(botCallback(keys, inner));
const receiveVector = (published: Vector, overrides: Partial<WecomBotOptions> = {}) =>
  create(overrides).receive({ query: queryOf(published), headers: {}, body: Buffer.from(published.postBody ?? '') });

function streamed(reply: BotReply): string {
  if (reply.msgtype !== 'stream') throw new Error('a message may only be answered with a stream');
  return reply.stream.content;
}

const withoutText = { ...botText({ content: '' }), text: undefined };

describe('wecom-bot', () => {
  channelContract({
    bot: createBot(),
    text: (content, messageId) => botCallback(keys, botText({ content, messageId })),
    wrap: (plain) => botCallback(keys, plain),
    forgeries: {
      msg_signature: flipQuery('msg_signature'),
      timestamp: flipQuery('timestamp'),
      nonce: flipQuery('nonce'),
      ciphertext: (request: Request) => {
        const [before = '', after = ''] = request.body.toString().split('{"encrypt":"');
        return { ...request, body: Buffer.from(`${before}{"encrypt":"${flip(after)}`) };
      },
    },
    signsBody: true,
    readReply: async (body) => streamed(openBotReply(keys, body)),
    readPayload: async (payload) => streamed(readBotReply(payload)),
    maxReplyBytes: 20_480,
    showsWaiting: true,
    user: 'wecom:zhangsan',
  });

  describe('URL check', () => {
    it('answers exactly the decrypted text', () => {
      expect(channel.checkUrl?.(urlCheck(keys, '7301234567890123456'))).toBe('7301234567890123456');
    });

    it('refuses what was encrypted for a corp', () => {
      expect(() => channel.checkUrl?.(urlCheck({ ...keys, receiveId: 'wwCORP' }, '1'))).toThrow(NotAuthentic);
    });
  });

  describe('reading', () => {
    it('reads a command from a group', async () => {
      expect(await receiveVector(vector('syn-aibot-group-text'))).toMatchObject({
        kind: 'message',
        message: {
          channel: 'wecom-bot',
          account: 'aibSYNTHETIC01',
          messageId: 'CAIQ-syn-0001',
          user: 'wecom:zhangsan',
          conversation: 'wecom:wrSYNTHETICgroup01',
          text: '@核销助手 核销 914095353294404024 2',
          returnAddress: {
            responseUrl: 'https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=SYNTHETIC',
            user: 'zhangsan',
            chatId: 'wrSYNTHETICgroup01',
          },
        },
      });
    });

    it('takes an opaque user id as it is and leaves a quote alone', async () => {
      const incoming = await receiveVector(vector('syn-aibot-group-text-spaced-name'));
      expect(incoming).toMatchObject({ message: { user: 'wecom:woSYNTHETICopenuserid' } });
      expect(incoming).toMatchObject({ message: { text: '@Verify Bot\u2005核销 914095353294404024 2' } });
    });

    it('has no conversation in a one-to-one chat', async () => {
      const incoming = await receiveVector(vector('syn-aibot-single-text'));
      expect(incoming).toMatchObject({ message: { user: 'wecom:lisi', conversation: null } });
    });

    it.each(['', null, 'lisi'])('has none there either when a chatid comes along: %j', async (chatid) => {
      const incoming = await receive({ ...botText({ content: '核销', chatId: null }), chatid });
      expect(incoming).toMatchObject({ kind: 'message', message: { conversation: null } });
    });

    it('reads the text of a mixed message, a line for each piece', async () => {
      const msg_item = [
        { msgtype: 'text', text: { content: '@核销助手 核销 9140' } },
        { msgtype: 'image', image: { url: 'https://example.com/1' } },
        { msgtype: 'text', text: { content: '2' } },
      ];
      const incoming = await receive({ ...withoutText, msgtype: 'mixed', mixed: { msg_item } });
      expect(incoming).toMatchObject({ kind: 'message', message: { text: '@核销助手 核销 9140\n2' } });
    });

    const PICTURE = { url: 'https://pictures.example/1?sign=a' };
    const OTHER = { url: 'https://pictures.example/2' };
    const shown = (url: string, quoted = false) => ({ at: { url, aesKey: null }, quoted });
    const picturesIn = async (inner: unknown) => {
      const incoming = await receive(inner);
      if (incoming.kind !== 'message') throw new Error('no message');
      const { text, pictures } = incoming.message;
      return { text, pictures };
    };

    it('reads a picture without a word', async () => {
      expect(await picturesIn(botShown([PICTURE], { chatId: null }))).toEqual({
        text: '',
        pictures: [shown(PICTURE.url)],
      });
      const beside = { ...withoutText, msgtype: 'image', image: PICTURE, text: null, mixed: null };
      expect(await picturesIn(beside)).toMatchObject({ pictures: [shown(PICTURE.url)] });
    });

    it('reads words and pictures of a mixed message, in their order', async () => {
      expect(await picturesIn(botShown(['@核销助手 核销', PICTURE, '2', OTHER]))).toEqual({
        text: '@核销助手 核销\n2',
        pictures: [shown(PICTURE.url), shown(OTHER.url)],
      });
      expect(await picturesIn(botShown([PICTURE, OTHER]))).toMatchObject({ text: '', pictures: [{}, {}] });
    });

    it.each([
      ['a picture', [PICTURE], [shown(PICTURE.url, true)]],
      [
        'pictures with words',
        ['核销 914095353294404024 9', PICTURE, OTHER],
        [shown(PICTURE.url, true), shown(OTHER.url, true)],
      ],
      ['words', ['核销 914095353294404024 9'], undefined],
    ])('of a quotation it reads pictures only: %s', async (_, quoted, pictures) => {
      const inner = { ...botShown(['@核销助手 核销 2', OTHER], {}, quoted) };
      const own = shown(OTHER.url);
      expect(await picturesIn(inner)).toEqual({ text: '@核销助手 核销 2', pictures: [own, ...(pictures ?? [])] });
      const text = { ...botText({ content: '@核销助手 核销 2' }), quote: botPieces(quoted) };
      expect(await picturesIn(text)).toEqual({ text: '@核销助手 核销 2', pictures });
    });

    it.each([
      ['a file', { msgtype: 'file', file: PICTURE, image: PICTURE }],
      ['a voice', { msgtype: 'voice', voice: { content: '核销九一四零' } }],
      ['no kind', { image: PICTURE }],
      ['an odd picture', { msgtype: 'image', image: { url: 7 } }],
      ['odd pictures', { msgtype: 'mixed', mixed: { msg_item: 'none' } }],
      ['a list', []],
      ['null', null],
    ])('a message that quotes %s is the message that it would be without', async (_, quote) => {
      const text = '@核销助手 核销 914095353294404024 2';
      expect(await picturesIn({ ...botText({ content: text }), quote })).toEqual({ text, pictures: undefined });
    });

    it('overlooks no picture because of an odd one beside it', async () => {
      const msg_item = [
        null,
        { msgtype: 'text', text: null },
        { msgtype: 'image', image: { url: null } },
        { msgtype: 'image', image: PICTURE },
      ];
      expect(await picturesIn({ ...withoutText, msgtype: 'mixed', mixed: { msg_item } })).toMatchObject({
        pictures: [shown(PICTURE.url)],
      });
    });

    it('has pictures of strangers as well, who are asked who they are', async () => {
      const inner = { ...botShown([PICTURE]), from: { userid: 'zhangsan', corpid: 'wwOTHER' } };
      expect(await receive(inner)).toMatchObject({ message: { user: null, pictures: [{}] } });
    });

    it.each([
      ['voice', { voice: { content: '核销九一四零' } }],
      ['image', { image: {} }],
      ['file', { file: { url: 'https://example.com/1' } }],
      ['video', { video: { url: 'https://example.com/1' } }],
      ['mixed', { mixed: { msg_item: [{ msgtype: 'image', image: { url: '' } }] } }],
      ['hologram', {}],
    ])('asks for text or a picture instead of %s', async (msgtype, payload) => {
      const incoming = await receive({ ...withoutText, msgtype, ...payload });
      expect(incoming).toMatchObject({ kind: 'sentence', sentence: 'text-only' });
      expect(openBotReply(keys, replyOf(incoming).final('请发送文字').body)).toEqual({
        msgtype: 'stream',
        stream: { id: 'CAIQ-0001', finish: true, content: '请发送文字' },
      });
    });

    it.each(['template_card_event', 'feedback_event', 'something_new'])(
      'says nothing to the event %s',
      async (type) => {
        const event = { eventtype: type };
        const incoming = await receive({ msgid: 'm', aibotid: 'a', from: { userid: 'u' }, msgtype: 'event', event });
        expect(incoming.kind).toBe('ignored');
      },
    );

    it.each([
      ['no sender', { ...botText({ content: '核销' }), from: undefined }],
      ['an empty sender', botText({ content: '核销', user: '' })],
      ['the system as sender', botText({ content: '核销', user: 'sys' })],
      ['no id', { ...botText({ content: '核销' }), msgid: undefined }],
      ['a number as id', { ...botText({ content: '核销' }), msgid: 7301234567890123457 }],
      ['no bot', { ...botText({ content: '核销' }), aibotid: undefined }],
      ['a group but no chatid', { ...botText({ content: '核销' }), chatid: undefined }],
      ['a stream without id', { ...botPoll('x'), stream: undefined }],
      ['broken JSON', '{"msgid":'],
      ['a list', []],
      ['nothing', ''],
    ])('ignores a callback with %s, with a reason for the log', async (_, inner) => {
      const incoming = await receive(inner);
      expect(incoming).toMatchObject({ kind: 'ignored', why: expect.stringMatching(/.{5,}/) as string });
    });

    it.each([
      ['an unencrypted message', JSON.stringify(botText({ content: '核销 914095353294404024' }))],
      ['a list', '[]'],
      ['a number in the place of the ciphertext', '{"encrypt":1}'],
      ['null', 'null'],
      ['nothing', ''],
    ])('refuses a body that is %s', async (_, body) => {
      const request = { ...botCallback(keys, botText({ content: '核销' })), body: Buffer.from(body) };
      await expect(channel.receive(request)).rejects.toThrow(NotAuthentic);
    });
  });

  describe('people and bots that are not ours', () => {
    const OURS = 'wwOURS';
    const from = (corpid: unknown) => ({ from: { userid: 'zhangsan', corpid } });
    const text = (change: object) => ({ ...botText({ content: '员工' }), ...change });
    const tapped = (change: object) => ({ ...botTap({ key: '确认 R-7K3M9Q2A', taskId: 'R-7K3M9Q2A' }), ...change });
    const enters = (change: object) => ({
      ...{ msgid: 'm', aibotid: 'aibBOT01', from: { userid: 'zhangsan' }, msgtype: 'event' },
      ...{ event: { eventtype: 'enter_chat' } },
      ...change,
    });
    const hear = (to: typeof channel, inner: unknown) => to.receive(botCallback(keys, inner));

    it.each([
      ['of another corp', OURS, from('wwOTHER'), false],
      ['of our corp in other letters', OURS, from('WWOURS'), false],
      ['of our corp with a blank', OURS, from('wwOURS '), false],
      ['of our corp in a list', OURS, from(['wwOURS']), false],
      ['of a corp that is a number', OURS, from(7), false],
      ['of an empty corp', OURS, from(''), false],
      ['of some corp, where ours is not known', null, from('wwOTHER'), false],
      ['of our corp', OURS, from(OURS), true],
      ['of no corp', OURS, from(undefined), true],
      ['of no corp, where ours is not known', null, from(undefined), true],
    ])('hears a person %s, as one of us only when it is so', async (_, corpId, change, ours) => {
      const to = create({ corpId });
      const user = ours ? 'wecom:zhangsan' : null;
      expect(await hear(to, text(change))).toMatchObject({ kind: 'message', message: { user, text: '员工' } });
      expect((await hear(to, tapped(change))).kind).toBe(ours ? 'message' : 'ignored');
      expect((await hear(to, enters(change))).kind).toBe(ours ? 'sentence' : 'ignored');
    });

    it('tells the log whose message it was, and what to do if it was one of ours', async () => {
      logged = '';
      await hear(create(), text(from('wwMAYBE')));
      expect(logged).toMatch(/wwMAYBE.*set WECOM_CORP_ID|set WECOM_CORP_ID.*wwMAYBE/u);
    });

    it('takes the bot that it hears first for the own one', async () => {
      const to = create({ corpId: OURS });
      // The callback does not say which other corp the person is of.
      await hear(to, text({ aibotid: 'aibFOREIGN', ...from('wwOTHER') }));
      expect(await hear(to, text({}))).toMatchObject({ message: { user: 'wecom:zhangsan' } });
      const other = { aibotid: 'aibOTHER' };
      expect(await hear(to, text(other))).toMatchObject({ kind: 'message', message: { user: null } });
      expect((await hear(to, tapped(other))).kind).toBe('ignored');
      expect((await hear(to, enters(other))).kind).toBe('ignored');
      expect(await hear(to, botPoll('x', 'aibOTHER'))).toMatchObject({ kind: 'poll', account: 'aibOTHER' });
      expect(await hear(to, text({}))).toMatchObject({ message: { user: 'wecom:zhangsan' } });
      expect(logged).toContain('aibOTHER');
    });
  });

  describe('reply', () => {
    it('equals the known vector byte for byte', async () => {
      const known = vector('syn-aibot-reply-stream-final');
      const random16 = Buffer.from(known.random16 ?? '');
      const poll = await receiveVector(vector('syn-aibot-stream-refresh'), { randomBytes: () => random16 });
      const response = replyOf(poll).final('✅ 已核销 914095353294404024 × 2');
      expect(JSON.parse(response.body)).toEqual(known.replyBody);
    });

    it('streams under the id of the message, so that a later poll finds it', async () => {
      const incoming = await receive(botText({ content: '核销', messageId: 'CAIQ-77' }));
      expect(openBotReply(keys, replyOf(incoming).waiting('正在核销…')?.body ?? '')).toEqual({
        msgtype: 'stream',
        stream: { id: 'CAIQ-77', finish: false, content: '正在核销…' },
      });
      const poll = await receive(botPoll('CAIQ-77'));
      expect(poll).toMatchObject({ kind: 'poll', channel: 'wecom-bot', account: 'aibBOT01', messageId: 'CAIQ-77' });
      expect(openBotReply(keys, replyOf(poll).final('核销成功').body)).toEqual({
        msgtype: 'stream',
        stream: { id: 'CAIQ-77', finish: true, content: '核销成功' },
      });
    });

    it("carries the callback's nonce and a time in seconds", async () => {
      const incoming = await channel.receive(botCallback(keys, botText({ content: '核销' }), { nonce: 'n-"1' }));
      const response = replyOf(incoming).final('核销成功');
      expect(response.type).toBe('text/plain');
      expect(JSON.parse(response.body)).toMatchObject({ nonce: 'n-"1', timestamp: 1760000004 });
    });

    it('greets with plain text, which is all that enter_chat allows', async () => {
      const incoming = await receiveVector(vector('syn-aibot-enter-chat'));
      expect(incoming).toMatchObject({ kind: 'sentence', sentence: 'greeting' });
      expect(openBotReply(keys, replyOf(incoming).final('发送：\n核销 <卡号>').body)).toEqual({
        msgtype: 'text',
        text: { content: '发送：\n核销 <卡号>' },
      });
      expect(replyOf(incoming).waiting('…')).toBeNull();
    });

    it('shows what a person typed without making it live', async () => {
      const incoming = await receive(botText({ content: '核销' }));
      const reply = openBotReply(
        keys,
        replyOf(incoming).final('未绑定 wecom:zhang_san\n[点我](https://evil.example)').body,
      );
      expect(reply).toMatchObject({
        stream: { content: '未绑定 wecom:zhang_san  \n［点我］(https：//evil．example)' },
      });
    });
  });

  describe('a question', () => {
    const question = {
      id: 'R-7K3M9Q2A',
      title: '核销6次？',
      detail: '尾号4024，人民路店',
      buttons: [
        { label: '确认', says: '确认 R-7K3M9Q2A' },
        { label: '取消', says: '取消 R-7K3M9Q2A' },
      ],
    };
    const tap = (change: Record<string, unknown> = {}) => ({
      ...botTap({ key: '确认 R-7K3M9Q2A', taskId: 'R-7K3M9Q2A', messageId: 'CAIQ-9' }),
      ...change,
    });

    it('goes out as text, with a card whose buttons say what one would type', async () => {
      const incoming = await receive(botText({ content: '核销', messageId: 'CAIQ-78' }));
      expect(openBotReply(keys, replyOf(incoming).final('待确认', { question, redeemed: true }).body)).toEqual({
        msgtype: 'stream_with_template_card',
        stream: { id: 'CAIQ-78', finish: true, content: '待确认' },
        template_card: {
          main_title: { title: '核销6次？' },
          sub_title_text: '尾号4024，人民路店',
          button_list: [
            { text: '确认', key: '确认 R-7K3M9Q2A' },
            { text: '取消', key: '取消 R-7K3M9Q2A' },
          ],
          task_id: expect.stringMatching(/^R-7K3M9Q2A_[0-9a-f]{8}$/u) as string,
        },
      });
    });

    it('has a task id of its own for each message that it is asked in', async () => {
      const taskId = async (messageId: string) => {
        const incoming = await receive(botText({ content: '核销', messageId }));
        const reply = openBotReply(keys, replyOf(incoming).final('待确认', { question, redeemed: true }).body);
        return reply.msgtype === 'stream_with_template_card' ? reply.template_card.task_id : '';
      };
      expect(await taskId('CAIQ-1')).not.toBe(await taskId('CAIQ-2'));
      expect(await taskId('CAIQ-1')).toMatch(/^[\w@-]{1,128}$/u);
    });

    it('is cut to what clients show, never within a character', async () => {
      const incoming = await receive(botText({ content: '核销' }));
      const long = { ...question, title: '待确认：核销12次？' + '🎂'.repeat(20), detail: '洗车次卡，'.repeat(50) };
      const reply = openBotReply(keys, replyOf(incoming).final('待确认', { question: long, redeemed: true }).body);
      if (reply.msgtype !== 'stream_with_template_card') throw new Error('no card');
      const { main_title, sub_title_text = '' } = reply.template_card;
      expect(main_title.title).toMatch(/^待确认：核销12次？(?:🎂)+…$/u);
      expect(main_title.title.length).toBeGreaterThan(23);
      expect(sub_title_text).toHaveLength(112);
    });

    it('is answered by a tap as by the same words, in the same conversation', async () => {
      expect(await receive(tap())).toMatchObject({
        kind: 'message',
        message: {
          channel: 'wecom-bot',
          account: 'aibBOT01',
          messageId: 'CAIQ-9',
          user: 'wecom:zhangsan',
          conversation: 'wecom:wrGROUP01',
          text: '确认 R-7K3M9Q2A',
        },
      });
    });

    it('turns into its outcome for all, and into a refusal for the one who may not answer', async () => {
      const reply = replyOf(await receive(tap()));
      const outcome = openBotUpdate(keys, reply.final('核销成功\n尾号4024', { question: null, redeemed: true }).body);
      expect(outcome).toEqual({
        response_type: 'update_template_card',
        template_card: {
          main_title: { title: '核销成功' },
          sub_title_text: '尾号4024',
          button_list: [{ text: '核对', key: '核对 R-7K3M9Q2A' }],
          task_id: 'R-7K3M9Q2A',
        },
      });
      const refusal = openBotUpdate(keys, reply.final('不是您发的', { question: null, redeemed: false }).body);
      expect(refusal).toMatchObject({ userids: ['zhangsan'], template_card: { main_title: { title: '不是您发的' } } });
    });

    it('shows the one who tapped that it is being worked on, with nothing left that answers it', async () => {
      const body = replyOf(await receive(tap())).waiting('正在核销…')?.body ?? '';
      expect(openBotUpdate(keys, body)).toMatchObject({
        userids: ['zhangsan'],
        template_card: {
          main_title: { title: '正在核销…' },
          button_list: [{ text: '核对', key: '核对 R-7K3M9Q2A' }],
        },
      });
    });

    it('says as a message too what came of a tap, where the tap says where to', async () => {
      const { direct, final } = replyOf(await receive(tap()));
      expect(final('核销成功\n尾号4024', { question: null, redeemed: true }).body).not.toBe('');
      expect(direct).toMatchObject({ returnAddress: { responseUrl: expect.any(String) as string }, besides: true });
      expect(replyOf(await receive(tap({ response_url: undefined }))).direct).toBeNull();
    });

    it('shows the whole first line of an outcome below, where it is too long for the title', async () => {
      const first = '核销成功（按余次核对：20 → 18，是推断，不是核销系统的答复）';
      const { body } = replyOf(await receive(tap())).final(`${first}\n尾号4024`, { question: null, redeemed: true });
      const { main_title, sub_title_text } = openBotUpdate(keys, body).template_card;
      expect(main_title.title).toBe(`${first.slice(0, 25)}…`);
      expect(sub_title_text).toBe(`${first}\n尾号4024`);
    });

    it.each([
      'confirm',
      '确认',
      '核销 914095353294404024 2 R-7K3M9Q2A',
      '核对 R-7K3M9Q2A 已核销',
      '解绑 wecom:R-7K3M9Q2A',
      '确认 R-7K3M9Q2A\n核销 914095353294404024 2',
      '',
    ])('does nothing when the key of a button is %j, which no card of ours has', async (key) => {
      expect(await receive(botTap({ key, taskId: 'R-7K3M9Q2A' }))).toMatchObject({ kind: 'ignored' });
    });

    it.each([
      ['on a card that is not named', tap({ event: { eventtype: 'template_card_event' } })],
      ['by no person', tap({ from: undefined })],
      ['by the system', tap({ from: { userid: 'sys' } })],
    ])('ignores a tap %s', async (_, inner) => {
      expect(await receive(inner)).toMatchObject({ kind: 'ignored' });
    });
  });

  it('does not start with an unusable key', () => {
    expect(() => create({ aesKey: `${keys.aesKey}=` })).toThrow(TypeError);
  });
});
