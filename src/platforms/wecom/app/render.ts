import { inert } from '../../../command/sentences.ts';
import type { Render } from '../../../chat/channel.ts';
import { cutLinks } from '../../fit.ts';
import { NO_LINKS, type ConsoleLinks, type Dialect } from '../../links.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import { cdata } from './xml.ts';

/** A passive reply to one user (document/path/90241). */
export interface PassiveReply {
  readonly kind: 'passive-reply';
  readonly user: string;
}

export interface RenderContext {
  readonly corpId: string;
  readonly links?: ConsoleLinks | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A text message: WeCom makes links of addresses and of `<a>` in it. */
const TEXT: Dialect = {
  plain: inert,
  lineBreak: '\n',
  link: (label, address) => `<a href="${address}">${label}</a>`,
};

/** A text as this app says it, by each of its ways. */
export function shownText(text: string, links: ConsoleLinks = NO_LINKS, maxBytes = MAX_TEXT_BYTES): string {
  return cutLinks(links.show(text, TEXT), maxBytes);
}

/** Replies as inner XML; nothing while the answer is not known. */
export function createRender({ corpId, links, now }: RenderContext): Render<PassiveReply, string> {
  return {
    final: ({ user }, { text }) =>
      `<xml><ToUserName>${cdata(user)}</ToUserName><FromUserName>${cdata(corpId)}</FromUserName>` +
      `<CreateTime>${Math.floor(now() / 1000)}</CreateTime><MsgType>${cdata('text')}</MsgType>` +
      `<Content>${cdata(shownText(text, links))}</Content></xml>`,
    waiting: () => null,
  };
}
