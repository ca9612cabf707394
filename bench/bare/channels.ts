import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { APP_KEYS, BOT_KEYS, DINGTALK_SECRET } from '../../test/support/service.ts';
import { bareEnvelope } from './crypto.ts';
import { dingtalkReply, type DingtalkText } from './dingtalk.ts';

export interface BareRequest {
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface BareMessage {
  readonly text: string;
  /** Where the reply goes; null: into the response. */
  readonly webhook: string | null;
  reply(text: string): string;
}

/** Reads a callback; null when it is not authentic. */
export type BareChannel = (request: BareRequest) => BareMessage | null;

const app = bareEnvelope(APP_KEYS);
const bot = bareEnvelope(BOT_KEYS);
const now = () => Math.floor(Date.now() / 1000);

/** Each protocol as a script would do it that trusts all that is signed: no parser for XML, no look at the shape. */
export const CHANNELS: Readonly<Record<string, BareChannel>> = {
  '/wecom/app'({ query, body }) {
    const plain = app.open(query, between(body.toString(), '<Encrypt><![CDATA[', ']]>'));
    if (plain === null) return null;
    const user = between(plain, '<FromUserName><![CDATA[', ']]>');
    return {
      text: between(plain, '<Content><![CDATA[', ']]>'),
      webhook: null,
      reply(text) {
        const timestamp = now();
        const nonce = randomBytes(8).toString('hex');
        const inner =
          `<xml><ToUserName><![CDATA[${user}]]></ToUserName><FromUserName><![CDATA[${APP_KEYS.receiveId}]]></FromUserName>` +
          `<CreateTime>${timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content></xml>`;
        const { encrypted, signature } = app.seal(inner, timestamp, nonce);
        return (
          `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature>` +
          `<TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`
        );
      },
    };
  },

  '/wecom/bot'({ query, body }) {
    const outer = JSON.parse(body.toString()) as { encrypt: string };
    const plain = bot.open(query, outer.encrypt);
    if (plain === null) return null;
    const { msgid, text } = JSON.parse(plain) as { msgid: string; text: { content: string } };
    return {
      text: text.content,
      webhook: null,
      reply(content) {
        const timestamp = now();
        const nonce = query.get('nonce') ?? '';
        const answer = JSON.stringify({ msgtype: 'stream', stream: { id: msgid, finish: true, content } });
        const { encrypted, signature } = bot.seal(answer, timestamp, nonce);
        return JSON.stringify({ encrypt: encrypted, msgsignature: signature, timestamp, nonce });
      },
    };
  },

  '/dingtalk'({ headers, body }) {
    const { timestamp, sign } = headers;
    const expected = createHmac('sha256', DINGTALK_SECRET)
      .update(`${String(timestamp)}\n${DINGTALK_SECRET}`)
      .digest();
    const given = Buffer.from(String(sign), 'base64');
    if (given.length !== expected.length || !timingSafeEqual(expected, given)) return null;
    const message = JSON.parse(body.toString()) as DingtalkText;
    return {
      text: message.text.content,
      webhook: message.sessionWebhook,
      reply: (content) => dingtalkReply(message, content),
    };
  },
};

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start) + start.length;
  return text.slice(from, text.indexOf(end, from));
}
