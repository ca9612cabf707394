import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { QuestionCard, Reply } from '../../../../src/chat/channel.ts';
import type { FeishuApi } from '../../../../src/platforms/feishu/api.ts';
import { createFeishu } from '../../../../src/platforms/feishu/bot/bot.ts';
import { textContent, type FeishuReply } from '../../../../src/platforms/feishu/bot/render.ts';
import type { Verified } from '../../../../src/platforms/feishu/bot/verify.ts';
import { NotAuthentic, type Webhook } from '../../../../src/transports/webhook/webhook.ts';
import { nothingFetched } from '../../../support/not-fetched.ts';
import { NO_LATE_WAY, overWebhook, replyOf } from '../../../support/webhook.ts';
import {
  FEISHU_APP,
  feishuCallback,
  feishuChallenge,
  feishuEvent,
  feishuText,
  signFeishu,
  type FeishuMessage,
} from '../../../support/gateways/feishu-callbacks.ts';
import { FeishuCard } from '../../../support/gateways/feishu-messages.ts';
import { channelContract, flip, type Request } from '../../../chat/channel-contract.ts';

const { appId, encryptKey, verificationToken, botOpenId } = FEISHU_APP;
const GROUP = 'oc_group';

function create(findOpenId = async () => botOpenId) {
  const api: FeishuApi = {
    call: async () => ({ kind: 'silence', left: false, cause: 'ECONNREFUSED' }),
    download: async () => ({ kind: 'silence', left: false, cause: 'ECONNREFUSED' }),
    askForSocket: async () => ({ kind: 'silence', left: false, cause: 'ECONNREFUSED' }),
    botOpenId: findOpenId,
  };
  const bot = createFeishu({
    ...{ appId, apiUrl: 'https://open.feishu.cn', callbacks: { encryptKey, verificationToken } },
    ...{
      api,
      late: NO_LATE_WAY,
      fetchPicture: nothingFetched,
      now: () => 1760000000789,
      randomBytes: (size) => Buffer.alloc(size),
    },
  });
  if (bot.webhook === undefined) throw new Error('no webhook');
  return { ...bot, webhook: bot.webhook };
}

const bot = create();
const channel = overWebhook(bot);
const receive = (event: unknown) => channel.receive(feishuCallback(event));
const say = (text: string, message: FeishuMessage = {}) => receive(feishuText(text, message));
const inGroup = (text: string, message: FeishuMessage = {}) => say(text, { group: GROUP, ...message });
const typed = async (received: ReturnType<typeof receive>) => {
  const incoming = await received;
  return incoming.kind === 'message' ? incoming.message.text : incoming.kind;
};

const flipHeader = (name: string) => (request: Request) => ({
  ...request,
  headers: { ...request.headers, [name]: flip(request.headers[name] ?? '') },
});

const Text = z.strictObject({ text: z.string() });

describe('feishu', () => {
  /** The reply to a message stands in no response: here what the API would be given is taken for it. */
  const asText = (_: FeishuReply, { text }: Reply) => textContent(text, null);
  const webhook: Webhook<Verified, object> = {
    path: bot.webhook.path,
    deadlineMs: bot.webhook.deadlineMs,
    verify: (request) => bot.webhook.verify(request),
    wrap: (payload) => ({ type: 'application/json', body: JSON.stringify(payload) }),
  };
  channelContract({
    bot: { ...bot, webhook, render: { final: asText, waiting: () => null } },
    text: (content, messageId) => feishuCallback(feishuText(content, { messageId })),
    wrap: (inner) => feishuCallback(inner),
    forgeries: {
      'x-lark-signature': flipHeader('x-lark-signature'),
      'x-lark-request-timestamp': flipHeader('x-lark-request-timestamp'),
      'x-lark-request-nonce': flipHeader('x-lark-request-nonce'),
    },
    signsBody: true,
    readReply: async (body) => Text.parse(JSON.parse(body)).text,
    readPayload: async (payload) => Text.parse(payload).text,
    maxReplyBytes: 150_000,
    showsWaiting: false,
    user: 'feishu:ou_staff001',
  });

  describe('what is authentic', () => {
    const sign = (body: string, timestamp = '1760000000') => ({
      'x-lark-request-timestamp': timestamp,
      'x-lark-request-nonce': 'n',
      'x-lark-signature': signFeishu(encryptKey, timestamp, 'n', body),
    });
    const plain = (said: unknown) => {
      const body = JSON.stringify(said);
      return channel.receive({ query: new URLSearchParams(), headers: sign(body), body: Buffer.from(body) });
    };
    const header = (change: object) => {
      const event = feishuText('核销');
      return { ...event, header: { ...(event['header'] as object), ...change } };
    };

    it.each([
      ['an event in the clear', () => plain(feishuText('核销'))],
      ['a challenge in the clear', () => plain({ challenge: 'c', token: verificationToken, type: 'url_verification' })],
      ['another token', () => receive(header({ token: 'other' }))],
      ['no token', () => receive(header({ token: undefined }))],
      ['another app', () => receive(header({ app_id: 'cli_other' }))],
      [
        'an event of version 1',
        () => receive({ uuid: 'u', token: verificationToken, type: 'event_callback', event: {} }),
      ],
      ['a challenge with another token', () => receive({ challenge: 'c', token: 'x', type: 'url_verification' })],
      [
        'a challenge that would have anything echoed',
        () => receive({ challenge: '<b>'.repeat(200), token: verificationToken, type: 'url_verification' }),
      ],
    ])('is not %s', async (_, received) => {
      await expect(received()).rejects.toThrow(NotAuthentic);
    });

    it('takes the signed time in seconds and in milliseconds', async () => {
      for (const timestamp of ['1760000000', '1760000000123'])
        expect((await channel.receive(feishuCallback(feishuText('核销'), FEISHU_APP, timestamp))).kind).toBe('message');
    });

    it('is an event that is delivered again seven hours later', async () => {
      const later = feishuCallback(feishuText('核销'), FEISHU_APP, String(1760000000 + 7 * 3600));
      expect((await channel.receive(later)).kind).toBe('message');
    });

    it('answers the check of the console with its own words, and everything else with {}', () => {
      const answerTo = (request: Request) => {
        const content = bot.webhook.verify(request);
        return content === null ? undefined : bot.webhook.confirm?.(content).body;
      };
      expect(answerTo(feishuChallenge('5634b122'))).toBe('{"challenge":"5634b122"}');
      expect(answerTo(feishuCallback(feishuText('核销')))).toBe('{}');
    });

    it('is told of no difference between one wrong key and another', async () => {
      const wrong = feishuCallback(feishuText('核销'), { encryptKey: 'wrong' });
      const cut = { ...wrong, body: Buffer.from('{"encrypt":"AAAA"}') };
      const why = (request: Request) => channel.receive(request).catch((error: unknown) => String(error));
      expect(await why(wrong)).toBe(await why(cut));
    });
  });

  describe('message', () => {
    it('is read as its person typed it, with who, where and when', async () => {
      expect(await inGroup('@_user_1 核销 914095353294404024 2', { messageId: 'om_7' })).toMatchObject({
        kind: 'message',
        message: {
          channel: 'feishu',
          account: appId,
          messageId: 'om_7',
          user: 'feishu:ou_staff001',
          conversation: 'feishu:oc_group',
          text: ' 核销 914095353294404024 2',
          signedAt: 1760000000000,
          typedAt: 1760000000000,
        },
      });
      expect(await say('核销')).toMatchObject({ message: { conversation: null } });
    });

    it('tells how old it is when it is delivered for the first time after hours', async () => {
      const late = feishuCallback(feishuText('核销'), FEISHU_APP, String(1760000000 + 6 * 3600));
      expect(await channel.receive(late)).toMatchObject({ message: { signedAt: 1760000000000 } });
    });

    const LISI = { openId: 'ou_lisi', name: '李四' };
    it.each([
      ['the bot’s mention, wherever it stands', '核销 914095353294404024@_user_1', [], '核销 914095353294404024'],
      ['others’ mentions', '@_user_2 @_user_1 核销 9', [LISI], '@李四  核销 9'],
      [
        'longer placeholders whole',
        '@_user_1 核销 9 @_user_10',
        [...Array(9).keys()].map((index) => ({ openId: `ou_${index}`, name: `人${index}` })),
        ' 核销 9 @人8',
      ],
      [
        'a name that would be a line',
        '@_user_2 @_user_1',
        [{ openId: 'ou_x', name: '李 四\n核销 9' }],
        '@李_四_核销_9 ',
      ],
      ['a placeholder of nobody', '@_user_1 核销 9 @_user_7', [], ' 核销 9 @_user_7'],
    ])('shows %s rightly', async (_, text, others, read) => {
      expect(await typed(inGroup(text, { others }))).toBe(read);
    });

    it.each([
      ['[914095353294404024.2](http://914095353294404024.2)', '914095353294404024.2'],
      ['核销 9 见 [x.cn/a](https://x.cn/a)', '核销 9 见 x.cn/a'],
      ['[x](y) [](http://a.b)', '[x](y) '],
    ])('has the address %s as it was typed', async (text, read) => {
      expect(await typed(say(text))).toBe(read);
    });

    it.each([
      ['that does not mention the bot', '核销 9', { mentionsBot: false }],
      ['that mentions another person', '@_user_2 核销 9', { mentionsBot: false, others: [LISI] }],
      ['to all', '@_all 核销 9', { mentionsBot: false }],
      ['of an app', '@_user_1 核销 9', { senderType: 'app' }],
      ['that is a picture and mentions nobody', '', { mentionsBot: false, type: 'image', content: { image_key: 'k' } }],
    ])('in a group is ignored %s', async (_, text, message) => {
      expect((await inGroup(text, message)).kind).toBe('ignored');
    });

    it('is not ignored, but to be delivered again, while the bot does not know its own id', async () => {
      const failing = overWebhook(create(() => Promise.reject(new Error('not known'))));
      await expect(failing.receive(feishuCallback(feishuText('@_user_1 核销', { group: GROUP })))).rejects.toThrow(
        'not known',
      );
      expect((await failing.receive(feishuCallback(feishuText('核销')))).kind).toBe('message');
    });

    it('may be rich text', async () => {
      const content = {
        title: '',
        content: [
          [
            { tag: 'at', user_id: '@_user_1', user_name: '核销助手' },
            { tag: 'text', text: ' 核销 ', style: ['bold'] },
            { tag: 'a', text: '914095353294404024', href: 'tel:914095353294404024' },
          ],
          [{ tag: 'img', image_key: 'k' }],
          [{ tag: 'text', text: '核销 8' }],
        ],
      };
      expect(await typed(inGroup('', { type: 'post', content }))).toBe(' 核销 914095353294404024\n\n\n核销 8');
      expect(await typed(say('', { type: 'post', content: { ...content, title: '核销 7' } }))).toMatch(/^核销 7\n/u);
    });

    it.each([
      ['image', { image_key: '' }],
      ['image', { image_key: 7 }],
      ['image', []],
      ['file', { file_key: 'k', file_name: 'f' }],
      ['audio', { file_key: 'k', duration: 1000 }],
      ['post', { title: '', content: [[{ tag: 'img' }, { tag: 'media', image_key: 'k', file_key: 'f' }, 7]] }],
      ['post', { title: '', content: [] }],
      ['text', 'not JSON of a text'],
    ])('of type %s says that it can only read texts', async (type, content) => {
      expect(await say('', { type, content })).toMatchObject({ kind: 'sentence', sentence: 'text-only' });
    });

    describe('pictures', () => {
      const own = (key: string) => ({ at: { message: 'om_7', key }, quoted: false });
      const shown = async (received: ReturnType<typeof receive>) => {
        const incoming = await received;
        if (incoming.kind !== 'message') return incoming.kind;
        const { text, pictures = [] } = incoming.message;
        return { text, pictures };
      };
      const said = (type: string, content: unknown, more: FeishuMessage = {}) =>
        shown(say('', { messageId: 'om_7', type, content, ...more }));
      const img = (image_key: string) => ({ tag: 'img', image_key, width: 300, height: 300 });
      const at = { tag: 'at', user_id: '@_user_1', user_name: '核销助手' };

      it('may be all that a message is', async () => {
        expect(await said('image', { image_key: 'k' })).toEqual({ text: '', pictures: [own('k')] });
        const post = { title: '', content: [[img('k1')], [img('k2'), { tag: 'text', text: ' ' }]] };
        expect(await said('post', post)).toEqual({ text: '', pictures: [own('k1'), own('k2')] });
      });

      it('come with what was typed, where the bot is mentioned', async () => {
        const content = { title: '', content: [[at, { tag: 'text', text: ' 核销 2' }], [img('k')]] };
        expect(await said('post', content, { group: GROUP })).toEqual({ text: ' 核销 2\n\n', pictures: [own('k')] });
        const alone = { title: '', content: [[at, img('k')]] };
        expect(await said('post', alone, { group: GROUP })).toEqual({ text: '', pictures: [own('k')] });
      });

      it.each([
        [
          'in Chinese and English',
          { en_us: { title: '', content: [[img('no')]] }, zh_cn: { title: '', content: [[img('k')]] } },
        ],
        ['in Japanese alone', { ja_jp: { title: '', content: [[img('k')]] } }],
        ['as it is sent', { post: { zh_cn: { title: '', content: [[img('k')]] } } }],
      ])('are found in rich text %s', async (_, content) => {
        expect(await said('post', content)).toEqual({ text: '', pictures: [own('k')] });
      });

      it('are all told, however many', async () => {
        const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
        const read = await said('post', { title: '核销', content: keys.map((key) => [img(key)]) });
        expect(read).toMatchObject({ pictures: keys.map(own) });
      });

      it('may be in what a message answers, of which it says nothing but the id', async () => {
        const quoted = { at: { parent: 'om_0' }, quoted: true, unsure: true };
        const answer = { messageId: 'om_7', group: GROUP, parentId: 'om_0' };
        expect(await shown(say('@_user_1 核销 2', answer))).toEqual({ text: ' 核销 2', pictures: [quoted] });
        expect(await said('image', { image_key: 'k' }, { parentId: 'om_0' })).toEqual({
          text: '',
          pictures: [own('k'), quoted],
        });
        expect(await said('audio', { file_key: 'f' }, { parentId: 'om_0' })).toBe('sentence');
      });
    });

    it('is answered by the API, never in what confirms it', async () => {
      const reply = replyOf(await inGroup('@_user_1 核销'));
      expect(reply.direct).toMatchObject({ besides: false, returnAddress: { openId: 'ou_staff001', group: true } });
      expect(() => reply.final('核销成功')).toThrow();
      expect(reply.waiting('正在核销')).toBeNull();
    });

    it.each([
      ['without an id', { key: '@_user_2', name: '李四' }],
      ['with a text as id', { key: '@_user_2', id: 'ou_lisi', name: '李四' }],
      ['with nothing as id', { key: '@_user_2', id: null, name: '李四' }],
      ['that is none', 7],
    ])('to the bot is read although it has another mention %s', async (_, odd) => {
      const event = feishuText('@_user_1 核销 9', { group: GROUP });
      const { message } = event['event'] as { message: { mentions: unknown[] } };
      message.mentions.push(odd);
      expect(await receive(event)).toMatchObject({ kind: 'message', message: { user: 'feishu:ou_staff001' } });
    });

    it.each([null, 'ou_staff001', 7])('whose sender has the odd id %j is answered as that of nobody', async (id) => {
      const event = feishuText('核销 9');
      const { sender } = event['event'] as { sender: { sender_id: unknown } };
      sender.sender_id = id;
      expect(await receive(event)).toMatchObject({ kind: 'message', message: { user: null } });
    });

    it('never throws anything but NotAuthentic, with any values of the fields', async () => {
      const names = [
        'sender',
        'message',
        'message.message_id',
        'message.content',
        'message.mentions',
        'message.chat_id',
        'message.message_type',
        'message.parent_id',
      ];
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue(), async (name, value) => {
          const event = feishuText('@_user_1 核销', { group: GROUP });
          const [outer = '', inner] = name.split('.');
          const inside = event['event'] as Record<string, Record<string, unknown>>;
          if (inner === undefined) Object.assign(inside, { [outer]: value });
          else inside[outer] = { ...inside[outer], [inner]: value };
          expect(['message', 'ignored', 'sentence']).toContain((await receive(event)).kind);
        }),
      );
    });
  });

  describe('tap on a card', () => {
    const tapOn = (value: unknown, change: object = {}) =>
      receive(
        feishuEvent(
          'card.action.trigger',
          {
            operator: { open_id: 'ou_staff001', tenant_key: 'tenant1' },
            token: 'c-1',
            action: { tag: 'button', value },
            host: 'im_message',
            context: { open_message_id: 'om_card', open_chat_id: GROUP },
            ...change,
          },
          { eventId: 'ev-tap', createTime: 1760000000123 },
        ),
      );
    const tap = (key: string, group = true) => tapOn({ key, group });
    const question: QuestionCard = {
      id: 'R-7K3M9Q2A',
      title: '待确认：核销6次？',
      detail: '尾号4024',
      buttons: [
        { label: '确认', says: '确认 R-7K3M9Q2A' },
        { label: '取消', says: '取消 R-7K3M9Q2A' },
      ],
    };
    const answer = async (text: string, change: Partial<Reply> = {}) =>
      JSON.parse(replyOf(await tap('确认 R-7K3M9Q2A')).final(text, change).body) as Record<string, { data: unknown }>;

    it('is the message that its button says, in the chat of the card', async () => {
      expect(await tap('确认 R-7K3M9Q2A')).toMatchObject({
        kind: 'message',
        message: {
          channel: 'feishu',
          account: appId,
          messageId: 'ev-tap',
          user: 'feishu:ou_staff001',
          conversation: 'feishu:oc_group',
          text: '确认 R-7K3M9Q2A',
          typedAt: 1760000000123,
        },
      });
      expect(await tap('确认 R-7K3M9Q2A', false)).toMatchObject({ message: { conversation: null } });
    });

    it.each(['核销 914095353294404024 2', '解绑 wecom:a', '核对 R-7K3M9Q2A 已核销', '确认 R-7K3M9Q2A\n核销 9140', ''])(
      'does nothing when a button says %j, which no card of ours does',
      async (key) => expect((await tap(key)).kind).toBe('ignored'),
    );

    it.each([
      ['no object', '确认 R-7K3M9Q2A'],
      ['of another kind', { action: 'ok' }],
      ['absent', undefined],
    ])('is ignored where the value of the button is %s', async (_, value) => {
      expect((await tapOn(value)).kind).toBe('ignored');
    });

    it('turns the card into what became of it, for all', async () => {
      const { card, toast } = await answer('核销成功\n尾号4024', { redeemed: true });
      const shown = FeishuCard.parse(card?.data);
      expect(shown.header.title.content).toBe('核销成功');
      expect(JSON.stringify(shown)).toContain('核对 R-7K3M9Q2A');
      expect(toast).toMatchObject({ type: 'info' });
    });

    it('that its person may not make is refused to them alone, and leaves the card as it is', async () => {
      expect(await answer('这一笔不是您发的，请让发的人来回。')).toEqual({
        toast: { type: 'warning', content: '这一笔不是您发的，请让发的人来回。' },
      });
    });

    it('that leads to another question asks it on the card', async () => {
      const { card } = await answer('待确认：核销6次？', { question, redeemed: true });
      const said = JSON.stringify(FeishuCard.parse(card?.data));
      expect(said).toContain('"key":"确认 R-7K3M9Q2A","group":true');
      expect(said).toContain('待确认：核销6次？');
    });

    it('that takes longer says that it is being worked on', async () => {
      const reply = replyOf(await tap('确认 R-7K3M9Q2A'));
      expect(JSON.parse(reply.waiting('正在核销')?.body ?? '')).toEqual({
        toast: { type: 'info', content: '正在核销' },
      });
      expect(reply.direct).toBeNull();
    });

    it('keeps cards and toasts to what Feishu takes, whatever is said', async () => {
      const long = `核销成功 <at user_id="all"></at> [x](https://evil.example)\n${'尾号4024 "人民路店"\n'.repeat(3000)}`;
      const { card, toast } = await answer(long, { redeemed: true });
      expect(Buffer.byteLength(JSON.stringify(card?.data))).toBeLessThanOrEqual(30_000);
      expect(JSON.stringify([FeishuCard.parse(card?.data), toast])).not.toMatch(/<at|https:\/\//u);
      expect((toast as unknown as { content: string }).content.length).toBeLessThanOrEqual(120);
    });
  });

  it.each(['im.message.message_read_v1', 'im.chat.member.bot.added_v1'])('ignores %s', async (type) => {
    expect((await receive(feishuEvent(type, {}, { eventId: 'ev' }))).kind).toBe('ignored');
  });
});
