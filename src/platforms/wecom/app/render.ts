import { cutMark, inert } from '../../../command/sentences.ts';
import type { Render } from '../../../chat/channel.ts';
import { cutToBytes } from '../../../chat/text.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import { cdata } from './xml.ts';

/** A passive reply to one user (document/path/90241). */
export interface PassiveReply {
  readonly kind: 'passive-reply';
  readonly user: string;
}

export interface RenderContext {
  readonly corpId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Replies as inner XML; nothing while the answer is not known. WeCom makes links of addresses and of `<a>` in a text. */
export function createRender({ corpId, now }: RenderContext): Render<PassiveReply, string> {
  return {
    final: ({ user }, { text }) =>
      `<xml><ToUserName>${cdata(user)}</ToUserName><FromUserName>${cdata(corpId)}</FromUserName>` +
      `<CreateTime>${Math.floor(now() / 1000)}</CreateTime><MsgType>${cdata('text')}</MsgType>` +
      `<Content>${cdata(cutToBytes(inert(text), MAX_TEXT_BYTES, cutMark()))}</Content></xml>`,
    waiting: () => null,
  };
}
