import { cutNotice, inert } from '../../../command/sentences.ts';
import { type CallbackResponse, EMPTY_RESPONSE, type ReplyForm } from '../../../chat/channel.ts';
import { cutToBytes } from '../../../chat/text.ts';
import type { RandomBytes } from '../cipher.ts';
import type { Envelope } from '../envelope.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import { cdata } from './xml.ts';

export interface ReplyContext {
  readonly envelope: Envelope;
  readonly corpId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
}

/**
 * The passive reply to one user (document/path/90241): encrypted XML, or nothing while the answer is not known. WeCom makes links
 * of addresses and of `<a>` in a text.
 */
export function createReplyForm({ envelope, corpId, now, randomBytes }: ReplyContext, user: string): ReplyForm {
  function final(text: string): CallbackResponse {
    const timestamp = Math.floor(now() / 1000);
    const nonce = randomBytes(8).toString('hex');
    const inner =
      `<xml><ToUserName>${cdata(user)}</ToUserName><FromUserName>${cdata(corpId)}</FromUserName>` +
      `<CreateTime>${timestamp}</CreateTime><MsgType>${cdata('text')}</MsgType>` +
      `<Content>${cdata(cutToBytes(inert(text), MAX_TEXT_BYTES, cutNotice()))}</Content></xml>`;
    const { encrypted, signature } = envelope.seal(inner, timestamp, nonce);
    const body =
      `<xml><Encrypt>${cdata(encrypted)}</Encrypt><MsgSignature>${cdata(signature)}</MsgSignature>` +
      `<TimeStamp>${timestamp}</TimeStamp><Nonce>${cdata(nonce)}</Nonce></xml>`;
    return { status: 200, type: 'text/plain', body };
  }
  return { room: MAX_TEXT_BYTES, final, waiting: () => EMPTY_RESPONSE };
}
