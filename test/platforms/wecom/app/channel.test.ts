import { randomBytes } from 'node:crypto';
import { encrypt } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import { createWecomApp, type WecomAppOptions } from '../../../../src/platforms/wecom/app/bot.ts';
import { NotAuthentic } from '../../../../src/transports/webhook/webhook.ts';
import { createLog } from '../../../../src/log.ts';
import { nothingFetched } from '../../../support/not-fetched.ts';
import { overWebhook, replyOf } from '../../../support/webhook.ts';
import {
  appCallback,
  appImage,
  appMenu,
  type AppMenuFields,
  appText,
  openAppReply,
  readAppReply,
  signQuery,
  urlCheck,
  type WecomKeys,
} from '../../../support/wecom.ts';
import { channelContract, flip, flipQuery, type Request } from '../../../chat/channel-contract.ts';
import { queryOf, type Vector, vector } from '../vectors.ts';

const keys: WecomKeys = {
  token: 'QDG6eK',
  aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  receiveId: 'ww1436e0e65a779aee',
};
const NOW = 1760000012345;
const log = createLog({ level: 'silent' });

function createBot(overrides: Partial<WecomAppOptions> = {}) {
  const { token, aesKey, receiveId: corpId } = keys;
  const usual = { agentId: null, api: null, late: null, download: nothingFetched, now: () => NOW, randomBytes, log };
  return createWecomApp({ corpId, token, aesKey, ...usual, ...overrides });
}

const create = (overrides: Partial<WecomAppOptions> = {}) => overWebhook(createBot(overrides));

function ofVector({ token, encodingAesKey, receiveId }: Vector) {
  return create({ token, aesKey: encodingAesKey, corpId: receiveId });
}

const channel = create();
const receive = (inner: string) => channel.receive(appCallback(keys, inner));

const inner = (elements: string) =>
  `<xml><ToUserName>${keys.receiveId}</ToUserName><FromUserName>zhangsan</FromUserName>` +
  `<CreateTime>1760000010</CreateTime><AgentID>1000002</AgentID>${elements}</xml>`;

describe('wecom-app', () => {
  channelContract({
    bot: createBot(),
    text: (content, messageId) => appCallback(keys, appText(keys.receiveId, { content, messageId })),
    wrap: (plain) => appCallback(keys, plain),
    forgeries: {
      msg_signature: flipQuery('msg_signature'),
      timestamp: flipQuery('timestamp'),
      nonce: flipQuery('nonce'),
      ciphertext: (request: Request) => {
        const [before = '', after = ''] = request.body.toString().split('<Encrypt><![CDATA[');
        return { ...request, body: Buffer.from(`${before}<Encrypt><![CDATA[${flip(after)}`) };
      },
    },
    signsBody: true,
    readReply: async (body) => (await openAppReply(keys, body)).Content,
    readPayload: async (payload) => (await readAppReply(payload)).Content,
    maxReplyBytes: 2048,
    showsWaiting: false,
    user: 'wecom:zhangsan',
  });

  describe('URL check', () => {
    it('answers exactly the decrypted text', () => {
      expect(channel.checkUrl?.(urlCheck(keys, '16161403175551610616789'))).toBe('16161403175551610616789');
    });

    it.each(['tencent-sampleA-get', 'wechatpy-get'])('answers the published check %s', (id) => {
      const published = vector(id);
      const query = queryOf(published);
      query.set('echostr', published.encrypted);
      const response = ofVector(published).checkUrl?.({ query, headers: {}, body: Buffer.alloc(0) });
      expect(response).toBe(published.plaintext);
    });

    it('refuses another corp', () => {
      expect(() => channel.checkUrl?.(urlCheck({ ...keys, receiveId: 'wwOTHER' }, '1'))).toThrow(NotAuthentic);
    });
  });

  describe('reading', () => {
    it.each([
      ['tencent-sampleA-post', '218', 'mycreate', 'hello', '4561255354251345929'],
      ['wechatpy-post', '1', 'messense', 'test', '4363689963896700987'],
      ['syn-app-text-command', '1000002', 'zhangsan', '核销 914095353294404024 2', '7301234567890123457'],
    ])('reads the message of vector %s', async (id, agent, from, text, messageId) => {
      const published = vector(id);
      const request = { query: queryOf(published), headers: {}, body: Buffer.from(published.postBody ?? '') };
      expect(await ofVector(published).receive(request)).toMatchObject({
        kind: 'message',
        message: {
          channel: 'wecom-app',
          account: `${published.receiveId}:${agent}`,
          messageId,
          user: `wecom:${from}`,
          conversation: null,
          text,
          returnAddress: { user: from, agentId: agent },
        },
      });
    });

    it('refuses the JSON flavour of the envelope', async () => {
      const published = vector('tencent-json-B');
      const request = { query: queryOf(published), headers: {}, body: Buffer.from(published.postBody ?? '') };
      await expect(ofVector(published).receive(request)).rejects.toThrow(NotAuthentic);
    });

    it('ignores authentic text that is not XML', async () => {
      const published = vector('tencent-json-B');
      const query = queryOf(published);
      const body = Buffer.from(`<xml><Encrypt>${published.encrypted}</Encrypt></xml>`);
      expect((await ofVector(published).receive({ query, headers: {}, body })).kind).toBe('ignored');
    });

    it('does not believe the envelope beside the ciphertext', async () => {
      const encrypted = encrypt(keys.aesKey, appText(keys.receiveId, { content: '核销' }), keys.receiveId);
      const body = `<?xml version="1.0"?>\n<xml>\n<AgentID>666</AgentID><Encrypt>${encrypted}</Encrypt><ToUserName>wwEVIL</ToUserName></xml>`;
      const incoming = await channel.receive({
        query: signQuery(keys, encrypted),
        headers: {},
        body: Buffer.from(body),
      });
      expect(incoming).toMatchObject({ message: { account: `${keys.receiveId}:1000002` } });
    });

    it.each([
      ['an unencrypted message', () => appText(keys.receiveId, { content: '核销 914095353294404024' })],
      [
        'two ciphertexts',
        (encrypted: string) => `<xml><Encrypt>${encrypted}</Encrypt><Encrypt>${encrypted}</Encrypt></xml>`,
      ],
      ['a nested ciphertext', (encrypted: string) => `<xml><Encrypt><b>${encrypted}</b></Encrypt></xml>`],
      ['another root', (encrypted: string) => `<html><Encrypt>${encrypted}</Encrypt></html>`],
      [
        'an entity',
        (encrypted: string) => `<!DOCTYPE xml [<!ENTITY e "${encrypted}">]><xml><Encrypt>&e;</Encrypt></xml>`,
      ],
      ['a DOCTYPE', (encrypted: string) => `<!DOCTYPE xml><xml><Encrypt>${encrypted}</Encrypt></xml>`],
      ['an unclosed root', (encrypted: string) => `<xml><Encrypt>${encrypted}</Encrypt>`],
      ['nothing', () => ''],
      ['nothing but blanks', () => ' '.repeat(60_000)],
      ['full of blanks', (encrypted: string) => `<xml><Encrypt>${encrypted}${' '.repeat(60_000)}`],
      ['full of blanks between', () => `<xml>${' '.repeat(30_000)}<Encrypt>${' '.repeat(30_000)}`],
      ['full of elements', () => `<xml>${'<a></a> '.repeat(8_000)}`],
      ['one long name', () => `<xml><${'a'.repeat(60_000)}`],
    ])('refuses a body that is %s', async (_, build) => {
      const encrypted = encrypt(keys.aesKey, appText(keys.receiveId, { content: '核销' }), keys.receiveId);
      const request = { query: signQuery(keys, encrypted), headers: {}, body: Buffer.from(build(encrypted)) };
      await expect(channel.receive(request)).rejects.toThrow(NotAuthentic);
    });

    it('goes on after XML that confuses its parser', async () => {
      expect((await receive('<xml></xml>text')).kind).toBe('ignored');
      expect((await receive(appText(keys.receiveId, { content: '核销' }))).kind).toBe('message');
    });

    it.each(['voice', 'video', 'location', 'link', 'hologram'])(
      'asks for text or a picture instead of %s',
      async (type) => {
        const incoming = await receive(inner(`<MsgType>${type}</MsgType><MsgId>1</MsgId><MediaId>m</MediaId>`));
        expect(incoming).toMatchObject({ kind: 'sentence', sentence: 'text-only' });
        const reply = await openAppReply(keys, replyOf(incoming).final('请发送文字').body);
        expect(reply).toMatchObject({ ToUserName: 'zhangsan', Content: '请发送文字' });
      },
    );

    it('reads a picture', async () => {
      const address = { mediaId: '1a2b', picUrl: 'https://wework.example/1?a=b' };
      const incoming = await receive(appImage(keys.receiveId, address, { messageId: '77' }));
      expect(incoming).toMatchObject({
        kind: 'message',
        message: { messageId: '77', user: 'wecom:zhangsan', text: '', pictures: [{ at: address, quoted: false }] },
      });
      const { mediaId } = address;
      expect(await receive(appImage(keys.receiveId, { mediaId }))).toMatchObject({
        message: { pictures: [{ at: { mediaId, picUrl: null } }] },
      });
      expect(await receive(appImage(keys.receiveId, {}))).toMatchObject({ sentence: 'text-only' });
    });

    describe('the menu', () => {
      const tap = (fields: Partial<AppMenuFields>) =>
        receive(appMenu(keys.receiveId, { event: 'scancode_waitmsg', key: 'redeem', ...fields }));
      const messageOf = async (fields: Partial<AppMenuFields>) => {
        const incoming = await tap(fields);
        if (incoming.kind !== 'message') throw new Error('no message');
        return incoming.message;
      };
      const scan = (result: string, type = 'qrcode') => ({ scan: { result, type } });
      const CARD = '914095353294404024';

      it.each(['scancode_waitmsg', 'scancode_push'])('scans: %s', async (event) => {
        expect(await tap({ event, ...scan(CARD) })).toMatchObject({
          kind: 'message',
          message: { user: 'wecom:zhangsan', text: '', scan: { text: CARD, wants: 'redeem' }, conversation: null },
          reply: { as: { kind: 'passive-reply', user: 'zhangsan' } },
        });
        expect(await messageOf({ event, key: 'query', ...scan(CARD) })).toMatchObject({
          scan: { text: CARD, wants: 'query' },
        });
      });

      it('is answered in the response, like a message', async () => {
        const reply = await openAppReply(keys, replyOf(await tap(scan(CARD))).final('待确认').body);
        expect(reply).toMatchObject({ ToUserName: 'zhangsan', Content: '待确认' });
      });

      it.each([
        [`CODE_128,${CARD}`, 'barcode', CARD],
        [`EAN_13,${CARD}`, 'barcode', CARD],
        [`code-128, ${CARD} `, 'barcode', CARD],
        [`QR_CODE,${CARD}`, 'qrcode', CARD],
        [CARD, 'barcode', CARD],
        [` ${CARD}\n`, 'qrcode', CARD],
        [`AB12,${CARD}`, 'barcode', `AB12,${CARD}`],
        [`https://example.com/?a=1,${CARD}`, 'qrcode', `https://example.com/?a=1,${CARD}`],
        ['', 'qrcode', ''],
      ])('of %j as %s it reads %j', async (result, type, text) => {
        expect((await messageOf(scan(result, type))).scan?.text).toBe(text);
      });

      it('without a result it is a scan that says nothing, and is answered', async () => {
        expect(await tap({})).toMatchObject({ kind: 'message', message: { scan: { text: '' } } });
      });

      it('an item that was made by hand is read by its label, and else redeems', async () => {
        expect((await messageOf({ key: '查询', ...scan(CARD) })).scan?.wants).toBe('query');
        expect((await messageOf({ key: 'rselfmenu_0_0', ...scan(CARD) })).scan?.wants).toBe('redeem');
      });

      it('knows a scan again when it is delivered again, and only then', async () => {
        const id = async (fields: Partial<AppMenuFields>) => (await messageOf({ ...scan(CARD), ...fields })).messageId;
        const first = await id({});
        expect(await id({})).toBe(first);
        const others = [
          { user: 'lisi' },
          { at: 1_760_000_011 },
          { key: 'query' },
          scan('8140'),
          { event: 'scancode_push' },
        ];
        const ids = await Promise.all(others.map(id));
        expect(new Set([first, ...ids]).size).toBe(others.length + 1);
        expect(first).not.toContain(CARD);
      });

      it.each([
        ['records', '记录'],
        ['help', '帮助'],
        ['query', '查询'],
        ['redeem', '核销'],
        ['记录', '记录'],
      ])('a tap on %s is what could be typed: %s', async (key, text) => {
        const message = await messageOf({ event: 'click', key });
        expect(message).toMatchObject({ text, user: 'wecom:zhangsan', typedAt: 1_760_000_010_000 });
        expect(message.scan).toBeUndefined();
      });

      it.each([{ event: 'click', key: 'V1001_SONG' }, { event: 'click', key: '' }, { user: 'sys' }, { agentId: '7' }])(
        'says nothing to %j',
        async (fields) => {
          const to = create({ agentId: 1000002 });
          const inner = appMenu(keys.receiveId, { event: 'scancode_waitmsg', key: 'redeem', ...fields });
          expect((await to.receive(appCallback(keys, inner))).kind).toBe('ignored');
        },
      );
    });

    it.each(['enter_agent', 'subscribe'])('greets on %s', async (event) => {
      const incoming = await receive(inner(`<MsgType>event</MsgType><Event>${event}</Event><EventKey></EventKey>`));
      expect(incoming).toMatchObject({ kind: 'sentence', sentence: 'greeting' });
    });

    it('knows the greeting of a person by the day in Beijing, for every event that opens the chat and every way to write the id', async () => {
      const keyOf = async (at: string, event = 'enter_agent', user = 'zhangsan') => {
        const xml = inner(`<MsgType>event</MsgType><Event>${event}</Event>`).replace('zhangsan', user);
        const incoming = await create({ now: () => Date.parse(at) }).receive(appCallback(keys, xml));
        return incoming.kind === 'sentence' ? incoming.once?.messageId : undefined;
      };
      const noon = await keyOf('2026-11-26T12:00:00+08:00');
      expect(noon).toMatch(/^greeting-/u);
      expect(await keyOf('2026-11-26T00:00:00+08:00', 'subscribe', 'ZhangSan')).toBe(noon);
      expect(await keyOf('2026-11-26T23:59:59+08:00')).toBe(noon);
      expect(await keyOf('2026-11-27T00:00:00+08:00')).not.toBe(noon);
      expect(await keyOf('2026-11-26T12:00:00+08:00', 'enter_agent', 'lisi')).not.toBe(noon);
    });

    it.each(['unsubscribe', 'LOCATION', 'view', 'template_card_event', 'change_contact', 'something_new'])(
      'says nothing to the event %s',
      async (event) => {
        expect((await receive(inner(`<MsgType>event</MsgType><Event>${event}</Event>`))).kind).toBe('ignored');
      },
    );

    it.each([
      ['no sender', appText(keys.receiveId, { content: '核销', user: '' })],
      ['no id', appText(keys.receiveId, { content: '核销', messageId: '' })],
      ['no app', appText(keys.receiveId, { content: '核销', agentId: '' })],
      ['the system as sender', appText(keys.receiveId, { content: '核销', user: 'sys' })],
      [
        'two contents',
        inner('<MsgType>text</MsgType><MsgId>1</MsgId><Content>核销 1</Content><Content>核销 2</Content>'),
      ],
      ['an entity of its own', inner('<MsgType>text</MsgType><MsgId>1</MsgId><Content>&evil;</Content>')],
      ['nothing in it', '<xml></xml>'],
    ])('ignores a message with %s, with a reason for the log', async (_, plain) => {
      const incoming = await receive(plain);
      expect(incoming).toMatchObject({ kind: 'ignored', why: expect.stringMatching(/.{5,}/) as string });
    });

    it('keeps what XML parsers like to change', async () => {
      for (const content of ['0012', '1e5', '0x10', 'true', ' ', '914095353294404024', 'a&amp;b', '<b>']) {
        expect(await receive(appText(keys.receiveId, { content }))).toMatchObject({ message: { text: content } });
      }
    });

    it('listens to one app of the corp when told which', async () => {
      const picky = create({ agentId: 1000002 });
      const to = (agentId: string) =>
        picky.receive(appCallback(keys, appText(keys.receiveId, { content: '核销', agentId })));
      expect((await to('1000002')).kind).toBe('message');
      expect((await to('1000003')).kind).toBe('ignored');
    });
  });

  describe('reply', () => {
    const reply = async () => replyOf(await receive(appText(keys.receiveId, { content: '核销', user: 'li]]>si' })));

    it('goes from the corp to the sender, in seconds, under a nonce of its own', async () => {
      const response = (await reply()).final('核销成功');
      expect(response.type).toBe('text/plain');
      expect(await openAppReply(keys, response.body)).toEqual({
        ToUserName: 'li]]>si',
        FromUserName: keys.receiveId,
        CreateTime: '1760000012',
        MsgType: 'text',
        Content: '核销成功',
      });
      expect(response.body).toContain('<TimeStamp>1760000012</TimeStamp>');
      expect((await reply()).final('核销成功').body).not.toBe(response.body);
    });

    it('cannot be broken out of by what a person typed', async () => {
      const typed = ']]></Content><Content>核销成功 ]]]]>> & <b>';
      const shown = typed.replaceAll('<', '＜').replaceAll('>', '＞');
      expect((await openAppReply(keys, (await reply()).final(typed).body)).Content).toBe(shown);
    });

    it('leaves out what XML cannot carry', async () => {
      const seen = await openAppReply(keys, (await reply()).final('余额\u0000\u000b不足\ufffe\n请充值').body);
      expect(seen.Content).toBe('余额不足\n请充值');
    });

    it('is nothing while the answer is not known', async () => {
      expect((await reply()).waiting('正在核销')).toBeNull();
    });
  });

  it('does not start with an unusable key', () => {
    expect(() => create({ aesKey: 'short' })).toThrow(TypeError);
  });
});
