import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDingtalk, type DingtalkOptions } from '../../../../src/platforms/dingtalk/bot/bot.ts';
import { textMessage } from '../../../../src/platforms/dingtalk/bot/render.ts';
import { NotAuthentic } from '../../../../src/transports/webhook/webhook.ts';
import { createLog } from '../../../../src/log.ts';
import { nothingFetched } from '../../../support/not-fetched.ts';
import { NO_LATE_WAY, overWebhook, replyOf } from '../../../support/webhook.ts';
import {
  dingtalkCallback,
  dingtalkPicture,
  dingtalkQuoted,
  dingtalkQuoting,
  dingtalkRichText,
  dingtalkText,
  readDingtalkReply,
  signDingtalk,
  UNCOUNTED,
} from '../../../support/dingtalk.ts';
import { channelContract, flip, type Request } from '../../../chat/channel-contract.ts';

const APP_SECRET = 'this is a secret';
const NOW = 1760000000789;
const HOUR = 3_600_000;

const WEBHOOK = 'https://oapi.dingtalk.com/robot/sendBySession?session=0123abcd';

let logged = '';
const log = createLog({ level: 'info', destination: { write: (line) => void (logged += line) } });

function createBot(overrides: Partial<DingtalkOptions> = {}) {
  const open = { robotCode: null, corpId: null, hasApi: false, webhookHosts: ['oapi.dingtalk.com'] };
  const usual = { late: NO_LATE_WAY, fetchPicture: nothingFetched, usage: UNCOUNTED, now: () => NOW, log };
  return createDingtalk({ appSecret: APP_SECRET, ...open, ...usual, ...overrides });
}

const create = (overrides: Partial<DingtalkOptions> = {}) => overWebhook(createBot(overrides));

const channel = create();
const strict = create({ robotCode: 'dingappkey1', corpId: 'dingcorp1' });
const send = (body: unknown, to = channel) => to.receive(dingtalkCallback(APP_SECRET, body));
const withHeaders = (headers: Record<string, string | undefined>) => {
  const request = dingtalkCallback(APP_SECRET, dingtalkText('核销'));
  return channel.receive({ ...request, headers: { ...request.headers, ...headers } });
};

const flipHeader = (name: string) => (request: Request) => ({
  ...request,
  headers: { ...request.headers, [name]: flip(request.headers[name] ?? '') },
});

const Vector = z.object({
  id: z.string(),
  kind: z.string(),
  timestamp: z.string().optional(),
  appSecret: z.string().optional(),
  sign: z.string().optional(),
  expected: z.union([z.string(), z.boolean()]),
});
const vectors = z
  .array(Vector)
  .parse(JSON.parse(readFileSync(new URL('../../../vectors/dingtalk-feishu.json', import.meta.url), 'utf8')))
  .filter(({ kind }) => kind.startsWith('dingtalk.callback.sign'));

describe('dingtalk', () => {
  channelContract({
    bot: createBot(),
    text: (content, messageId) => dingtalkCallback(APP_SECRET, dingtalkText(content, { msgId: messageId })),
    wrap: (inner) => dingtalkCallback(APP_SECRET, inner),
    forgeries: { sign: flipHeader('sign'), timestamp: flipHeader('timestamp') },
    signsBody: false,
    readReply: async (body) => readDingtalkReply(body).text.content,
    readPayload: async (payload) => readDingtalkReply(JSON.stringify(payload)).text.content,
    maxReplyBytes: 20_000,
    showsWaiting: false,
    user: 'dingtalk:staff001',
  });

  describe('signature', () => {
    it.each(vectors)('decides vector $id rightly', async ({ timestamp = '', appSecret = '', sign, expected }) => {
      const at = create({ appSecret, now: () => Number(timestamp) });
      const headers = { timestamp, sign: sign ?? String(expected) };
      const body = Buffer.from(JSON.stringify(dingtalkText('核销', { createAt: undefined })));
      const received = at.receive({ query: new URLSearchParams(), headers, body });
      if (expected === false) await expect(received).rejects.toThrow(NotAuthentic);
      else expect((await received).kind).toBe('message');
    });

    it.each([
      ['missing', undefined],
      ['empty', ''],
      ['in seconds', '1760000000'],
      ['not a number', '176000000045x'],
      ['negative', '-176000000045'],
      ['repeated', '1760000000456, 1760000000456'],
    ])('refuses a timestamp that is %s', async (_, timestamp) => {
      const sign = signDingtalk(APP_SECRET, timestamp ?? '');
      await expect(withHeaders({ timestamp, sign })).rejects.toThrow(NotAuthentic);
    });

    it.each([
      ['missing', undefined],
      ['empty', ''],
      ['repeated', `${signDingtalk(APP_SECRET, '1760000000456')}, ${signDingtalk(APP_SECRET, '1760000000456')}`],
      ['percent-encoded', encodeURIComponent(signDingtalk(APP_SECRET, '1760000000456'))],
      ['followed by a blank', `${signDingtalk(APP_SECRET, '1760000000456')} `],
    ])('refuses a sign that is %s', async (_, sign) => {
      await expect(withHeaders({ sign })).rejects.toThrow(NotAuthentic);
    });

    it.each([
      [-HOUR, true],
      [-HOUR - 1, false],
      [HOUR, true],
      [HOUR + 1, false],
    ])('takes a timestamp %i ms off: %s', async (offset, taken) => {
      const body = dingtalkText('核销', { createAt: undefined });
      const received = channel.receive(dingtalkCallback(APP_SECRET, body, String(NOW + offset)));
      if (taken) expect((await received).kind).toBe('message');
      else await expect(received).rejects.toThrow(NotAuthentic);
    });
  });

  // The sign does not cover the body, so a pair of headers that an attacker saw would do for any body.
  describe('what the body has to say about itself', () => {
    it('takes a body from the configured robot and corp', async () => {
      expect((await send(dingtalkText('核销'), strict)).kind).toBe('message');
    });

    it.each([
      ['another robot', { robotCode: 'dingappkey2' }],
      ['no robot', { robotCode: undefined }],
      ['an Outgoing robot', { robotCode: 'normal' }],
      ['another corp', { chatbotCorpId: 'dingcorp2' }],
      ['no corp', { chatbotCorpId: undefined }],
      ['a list of robots', { robotCode: ['dingappkey1'] }],
    ])('refuses %s', async (_, overrides) => {
      await expect(send(dingtalkText('核销', overrides), strict)).rejects.toThrow(NotAuthentic);
    });

    it.each([
      ['an hour ago', NOW - HOUR, true],
      ['over an hour ago', NOW - HOUR - 1, false],
      ['over an hour ahead', NOW + HOUR + 1, false],
      ['now, as a string', String(NOW), true],
      ['in seconds', 1760000000, false],
      ['null', null, false],
      ['a word', 'now', false],
      ['missing', undefined, true],
    ])('looks at createAt: %s', async (_, createAt, taken) => {
      const received = send(dingtalkText('核销', { createAt }));
      if (taken) expect((await received).kind).toBe('message');
      else await expect(received).rejects.toThrow(NotAuthentic);
    });

    it.each(['[]', 'null', '"核销"', '{', ''])('refuses the body %j', async (body) => {
      await expect(send(body)).rejects.toThrow(NotAuthentic);
    });
  });

  describe('reading', () => {
    it('reads a command from a group', async () => {
      expect(await send(dingtalkText(' 核销 914095353294404024 2'))).toMatchObject({
        kind: 'message',
        message: {
          channel: 'dingtalk',
          account: 'dingappkey1',
          messageId: 'msgAAA==',
          user: 'dingtalk:staff001',
          conversation: 'dingtalk:cidGROUP==',
          text: ' 核销 914095353294404024 2',
          returnAddress: {
            sessionWebhook: 'https://oapi.dingtalk.com/robot/sendBySession?session=0123abcd',
            expiresAt: 1760005400123,
            staffId: 'staff001',
            group: true,
            conversation: 'cidGROUP==',
            robotCode: 'dingappkey1',
          },
        },
      });
    });

    it('reads the text where an official sample has it', async () => {
      const incoming = await send(dingtalkText('', { text: undefined, content: '核销 914095353294404024' }));
      expect(incoming).toMatchObject({ message: { text: '核销 914095353294404024' } });
    });

    it('reads rich text as the person saw it', async () => {
      const richText = [
        { text: '@核销助手 ' },
        { text: '核销 9140' },
        { text: '95353294404024' },
        { type: 'picture', downloadCode: 'DL5' },
        { text: '谢谢' },
      ];
      const incoming = await send(dingtalkText('', { msgtype: 'richText', text: undefined, content: { richText } }));
      expect(incoming).toMatchObject({ message: { text: '@核销助手 核销 914095353294404024\n谢谢' } });
      const content = JSON.stringify({ richText });
      const asJson = await send(dingtalkText('', { msgtype: 'richText', text: undefined, content }));
      expect(asJson).toMatchObject({ message: { text: '@核销助手 核销 914095353294404024\n谢谢' } });
    });

    describe('pictures', () => {
      const ROBOT = 'dingappkey1';
      const own = (code: string) => ({ at: { downloadCode: code, robotCode: ROBOT }, quoted: false });
      const quoted = (code: string) => ({ at: { downloadCode: code, robotCode: ROBOT }, quoted: true });
      const shown = async (body: unknown) => {
        const incoming = await send(body);
        if (incoming.kind !== 'message') return incoming.kind;
        const { text, pictures = [] } = incoming.message;
        return { text, pictures };
      };

      it('may be all that a message is, one to one', async () => {
        expect(await shown(dingtalkPicture('DL1'))).toEqual({ text: '', pictures: [own('DL1')] });
        const small = dingtalkPicture('', { content: { downloadCode: '', pictureDownloadCode: 'PDL1' } });
        expect(await shown(small)).toEqual({ text: '', pictures: [own('PDL1')] });
        expect(await shown(dingtalkPicture('DL1', { robotCode: undefined }))).toMatchObject({
          pictures: [{ at: { downloadCode: 'DL1', robotCode: null } }],
        });
      });

      it('come with what was typed in rich text, in a group and one to one', async () => {
        const pieces = ['@核销助手 ', '核销 2', { picture: 'DL1' }];
        const read = { text: '@核销助手 核销 2\n', pictures: [own('DL1')] };
        expect(await shown(dingtalkRichText(pieces))).toEqual(read);
        expect(await shown(dingtalkRichText(pieces, { conversationType: '1' }))).toEqual(read);
        const alone = dingtalkRichText([{ picture: 'DL1' }, ' ', { picture: 'DL2' }]);
        expect(await shown(alone)).toEqual({ text: '', pictures: [own('DL1'), own('DL2')] });
      });

      it('are all told, however many', async () => {
        const codes = Array.from({ length: 20 }, (_, index) => `DL${index}`);
        const pieces = ['核销', ...codes.map((picture) => ({ picture }))];
        expect(await shown(dingtalkRichText(pieces))).toMatchObject({ pictures: codes.map(own) });
      });

      // What is quoted is a person's own order about a picture; what is written there is nobody's.
      it.each([
        ['a picture', dingtalkQuoted('picture', { downloadCode: 'DL1', pictureDownloadCode: 'PDL1' })],
        ['a picture as JSON', dingtalkQuoted('picture', '{"downloadCode":"DL1"}')],
        ['a picture of no named kind', { content: { downloadCode: 'DL1' } }],
        ['all of it as JSON', JSON.stringify(dingtalkQuoted('picture', { downloadCode: 'DL1' }))],
        [
          'rich text',
          dingtalkQuoted('richText', {
            richText: [
              { msgType: 'text', content: '核销 914095353294404024 3' },
              { msgType: 'picture', downloadCode: 'DL1' },
            ],
          }),
        ],
        [
          'rich text in the form of a message',
          dingtalkQuoted('richText', { richText: [{ text: '核销 9' }, { type: 'picture', downloadCode: 'DL1' }] }),
        ],
        ['rich text as a list', dingtalkQuoted('richText', [{ msgType: 'picture', downloadCode: 'DL1' }])],
        ['rich text as JSON', dingtalkQuoted('richText', '[{"msgType":"picture","downloadCode":"DL1"}]')],
      ])('are taken from a quotation of %s, and no word of it', async (_, repliedMsg) => {
        expect(await shown(dingtalkQuoting(' 核销 2', repliedMsg))).toEqual({
          text: ' 核销 2',
          pictures: [quoted('DL1')],
        });
      });

      it('may be sent and quoted at once', async () => {
        const body = dingtalkRichText(['核销', { picture: 'DL1' }]);
        const content = {
          ...(body['content'] as object),
          isReplyMsg: true,
          repliedMsg: dingtalkQuoted('picture', { downloadCode: 'DL2' }),
        };
        expect(await shown({ ...body, content })).toEqual({ text: '核销\n', pictures: [own('DL1'), quoted('DL2')] });
      });

      it.each([
        ['a text', dingtalkQuoted('text', { text: '核销 914095353294404024' })],
        ['a file', dingtalkQuoted('file', { downloadCode: 'DL1', fileName: 'a.jpg' })],
        ['a voice message', dingtalkQuoted('audio', { downloadCode: 'DL1', recognition: '核销' })],
        ['what a robot may not see', dingtalkQuoted('unknownMsgType', {})],
        ['a card', dingtalkQuoted('interactiveCard', undefined)],
        [
          'rich text without pictures',
          dingtalkQuoted('richText', { richText: [{ msgType: 'text', content: '核销 9' }, 7, null] }),
        ],
        ['an empty list', dingtalkQuoted('richText', { richText: [] })],
        ['a picture without a code', dingtalkQuoted('picture', { downloadCode: 7 })],
        ['text that is no JSON', dingtalkQuoted('picture', '{')],
        ['nothing', null],
        ['a number', 7],
      ])('are not there in a quotation of %s', async (_, repliedMsg) => {
        expect(await shown(dingtalkQuoting('核销 2', repliedMsg))).toEqual({ text: '核销 2', pictures: [] });
      });

      it('are not there in what only looks like a quotation', async () => {
        const text = {
          content: '核销 2',
          isReplyMsg: false,
          repliedMsg: dingtalkQuoted('picture', { downloadCode: 'DL1' }),
        };
        expect(await shown(dingtalkText('', { text }))).toEqual({ text: '核销 2', pictures: [] });
      });
    });

    it.each([
      ['missing', { senderStaffId: undefined }],
      ['empty', { senderStaffId: '' }],
      ['not a string', { senderStaffId: 7 }],
      ['that of another corp', { senderCorpId: 'dingcorp2' }],
    ])('names no person when the staff id is %s, but still hears them', async (_, overrides) => {
      const incoming = await send(dingtalkText('核销', { senderNick: '店长', isAdmin: true, ...overrides }), strict);
      expect(incoming).toMatchObject({ kind: 'message', message: { user: null, text: '核销' } });
      expect(readDingtalkReply(replyOf(incoming).final('未绑定').body)).toEqual({
        msgtype: 'text',
        text: { content: '未绑定' },
      });
    });

    it('hears a person whose callback lacks the side fields', async () => {
      const incoming = await send({ msgtype: 'text', text: { content: '核销' }, msgId: 'm1', senderStaffId: 's' });
      expect(incoming).toMatchObject({
        kind: 'message',
        message: { account: '', conversation: null, returnAddress: { sessionWebhook: null, expiresAt: null } },
      });
    });

    it.each([
      ['picture', { extension: 'png' }],
      ['audio', { duration: 4000, downloadCode: 'DL2', recognition: '核销九一四' }],
      ['video', { duration: 10, videoType: 'mp4' }],
      ['file', { fileName: '券.xlsx' }],
      ['richText', { richText: [{ type: 'picture' }, { type: 'file', downloadCode: 'DL5' }, null] }],
      ['unknownMsgType', { unknownMsgType: '…' }],
      ['hologram', undefined],
    ])('asks for text instead of %s', async (msgtype, content) => {
      const incoming = await send(dingtalkText('', { msgtype, text: undefined, content }));
      expect(incoming).toMatchObject({ kind: 'sentence', sentence: 'text-only' });
    });

    it.each([
      ['errorCode as a string', { errorCode: '20001', errorMessage: '…' }],
      ['errCode as a number', { errCode: 20001, errMsg: '…' }],
    ])('says when the quota is used up: %s', async (_, error) => {
      const notice = { msgtype: 'text', msgId: 'msgBBB==', conversationType: '2', ...error };
      expect(await send(notice, strict)).toMatchObject({ kind: 'sentence', sentence: 'quota' });
      await expect(send({ ...notice, robotCode: 'dingappkey2' }, strict)).rejects.toThrow(NotAuthentic);
    });

    it('does not let an error code pass off a text as a quota notice', async () => {
      const forged = dingtalkText('核销', { errorCode: '20001', robotCode: undefined });
      await expect(send(forged, strict)).rejects.toThrow(NotAuthentic);
    });

    it('answers a message that claims an id or a conversation that cannot be', async () => {
      for (const odd of [{ senderStaffId: 'x'.repeat(30_000) }, { conversationType: { toString: 1 } }]) {
        const incoming = await send(dingtalkText('帮助', odd));
        expect(readDingtalkReply(replyOf(incoming).final('好').body).text.content).toContain('好');
      }
    });

    it('ignores a message without id, which could not be told from its repetition', async () => {
      expect((await send(dingtalkText('核销', { msgId: undefined }))).kind).toBe('ignored');
    });

    it('never throws anything but NotAuthentic, with any values of the fields', async () => {
      const field = fc.constantFrom(...Object.keys(dingtalkText('')), 'content', 'errorCode');
      await fc.assert(
        fc.asyncProperty(field, fc.jsonValue(), async (name, value) => {
          for (const usual of [{}, { msgtype: 'picture' }, { msgtype: 'richText' }]) {
            const body = dingtalkText('核销', { ...usual, [name]: value });
            const received = await send(body).catch((error: unknown) => error);
            if (received instanceof Error) expect(received).toBeInstanceOf(NotAuthentic);
          }
        }),
      );
    });
  });

  describe('reply', () => {
    it('mentions the sender in a group, in the text as well', async () => {
      const response = replyOf(await send(dingtalkText('核销'))).final('核销成功');
      expect(response.type).toBe('application/json');
      expect(readDingtalkReply(response.body)).toEqual({
        msgtype: 'text',
        text: { content: '核销成功\n@staff001' },
        at: { atUserIds: ['staff001'], isAtAll: false },
      });
    });

    it.each(['1', 1])('knows a one-to-one chat as no conversation of several (conversationType %j)', async (type) => {
      const incoming = await send(dingtalkText('核销', { conversationType: type }));
      expect(incoming).toMatchObject({ message: { conversation: null } });
      expect(await send(dingtalkText('核销', { conversationId: undefined }))).toMatchObject({ kind: 'ignored' });
    });

    it.each(['1', 1])('mentions no person in a one-to-one chat (conversationType %j)', async (conversationType) => {
      const incoming = await send(dingtalkText('核销', { conversationType }));
      expect(readDingtalkReply(replyOf(incoming).final('核销成功').body).at).toBeUndefined();
    });

    it('stays under 20 000 bytes as a whole', async () => {
      const text = '核销失败 "余额不足"\n'.repeat(2000);
      expect(Buffer.byteLength(replyOf(await send(dingtalkText('核销'))).final(text).body)).toBeLessThan(20_000);
    });

    it('is cut even where a stored id leaves no room for it', () => {
      expect(JSON.stringify(textMessage('核销成功', 'x'.repeat(30_000)))).toContain('atUserIds');
    });

    it('is nothing while the answer is not known', async () => {
      expect(replyOf(await send(dingtalkText('核销'))).waiting('正在核销')).toBeNull();
    });
  });

  describe('where the reply goes', () => {
    it('is to the webhook of the message, and the response only confirms', async () => {
      expect(replyOf(await send(dingtalkText('核销'))).direct).toEqual({
        returnAddress: {
          ...{ sessionWebhook: WEBHOOK, expiresAt: 1760005400123, staffId: 'staff001', group: true },
          ...{ conversation: 'cidGROUP==', robotCode: 'dingappkey1' },
        },
        besides: false,
      });
    });

    it.each([
      ['not there', { sessionWebhook: undefined }],
      ['empty', { sessionWebhook: '' }],
      ['no address', { sessionWebhook: 'oapi.dingtalk.com/robot' }],
      ['not a text', { sessionWebhook: 7 }],
      ['on another host', { sessionWebhook: 'https://oapi.dingtalk.com.evil.example/robot' }],
      ['unencrypted', { sessionWebhook: WEBHOOK.replace('https', 'http') }],
      ['expired', { sessionWebhookExpiredTime: NOW }],
      ['about to expire', { sessionWebhookExpiredTime: String(NOW + 59_000) }],
    ])('is in the response where the webhook is %s', async (_, overrides) => {
      for (const body of [dingtalkText('核销', overrides), dingtalkText('', { msgtype: 'audio', ...overrides })]) {
        const reply = replyOf(await send(body));
        expect(reply.direct).toBeNull();
        expect(readDingtalkReply(reply.final('核销成功').body).text.content).toContain('核销成功');
      }
    });

    it('needs no webhook where there is the OpenAPI, but a person or a group', async () => {
      const withApi = create({ hasApi: true });
      const gone = { sessionWebhook: undefined };
      expect(replyOf(await send(dingtalkText('核销', gone), withApi)).direct).toMatchObject({ besides: false });
      const nobody = { ...gone, conversationType: '1', senderStaffId: undefined };
      expect(replyOf(await send(dingtalkText('核销', nobody), withApi)).direct).toBeNull();
    });

    it('says in the log which host is refused, and what to do', async () => {
      logged = '';
      await send(
        dingtalkText('核销', { sessionWebhook: 'https://oapi.private.example/robot/sendBySession?session=S' }),
      );
      expect(logged).toContain('oapi.private.example');
      expect(logged).toContain('DINGTALK_WEBHOOK_HOSTS');
      expect(logged).not.toContain('session=S');
    });
  });

  // What the console sends when the address is saved; it has no signature, so nothing may come of it.
  describe('the check of the console', () => {
    const plain = { 'content-type': 'application/json' };
    const unsigned = (body: string, headers: Record<string, string> = {}) =>
      channel.receive({ query: new URLSearchParams(), headers: { ...plain, ...headers }, body: Buffer.from(body) });
    const { timestamp = '', sign = '' } = dingtalkCallback(APP_SECRET, '').headers;

    it('is answered with an empty 200', async () => {
      const request = { query: new URLSearchParams('a=b'), headers: {}, body: Buffer.alloc(0) };
      expect(channel.checkUrl?.(request)).toBe('');
      expect((await unsigned('')).kind).toBe('ignored');
    });

    it.each([
      ['a body', '{}', {}],
      ['a blank', ' ', {}],
      ['a command', JSON.stringify(dingtalkText('核销')), {}],
      ['half a signature', '', { timestamp }],
      ['the other half', '', { sign }],
      ['an empty signature', '', { timestamp: '', sign: '' }],
      ['a wrong signature', '', { timestamp, sign: sign.replace(/^./u, flip) }],
      ['a good signature of nothing', '', { timestamp, sign }],
    ])('is not what has %s', async (_, body, headers) => {
      await expect(unsigned(body, headers)).rejects.toThrow(NotAuthentic);
    });
  });
});
