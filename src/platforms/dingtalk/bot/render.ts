import { inert } from '../../../command/sentences.ts';
import type { Render } from '../../../chat/channel.ts';
import { fittedLinks } from '../../fit.ts';
import { NO_LINKS, type ConsoleLinks, type Dialect } from '../../links.ts';
import { MAX_BODY_BYTES } from '../limits.ts';

/** Text grows when it becomes JSON. */
const PLAIN_SHARE = 0.75;

/** About how many bytes of text a reply may have. */
export const ROOM = MAX_BODY_BYTES * PLAIN_SHARE;

/** A robot message in the response, as older documentation has it. `mention` is the staff id to notify, null for none. */
export interface RobotMessage {
  readonly kind: 'robot-message';
  readonly mention: string | null;
}

/** Replies as JSON; nothing while the answer is not known. */
export function createRender(links: ConsoleLinks = NO_LINKS): Render<RobotMessage, object> {
  return {
    final: ({ mention }, { text }) => textMessage(text, mention, links),
    waiting: () => null,
  };
}

/** Texts show no links but addresses. */
export const TEXT: Dialect = { plain: inert, lineBreak: '\n', link: null };

/** The text message for the response and for `sessionWebhook` alike; `text` is cut so that the whole of it is not too long. */
export function textMessage(text: string, mention: string | null, links: ConsoleLinks = NO_LINKS): object {
  return fittedLinks(links.show(text, TEXT), MAX_BODY_BYTES, (shown) => buildMessage(shown, mention));
}

function buildMessage(content: string, mention: string | null): object {
  if (mention === null) return { msgtype: 'text', text: { content } };
  return {
    msgtype: 'text',
    // Only an id that the text names too is notified.
    text: { content: addressed(content, mention) },
    at: { atUserIds: [mention], isAtAll: false },
  };
}

/** Names the person last, so that the outcome is the first thing to read. */
export function addressed(content: string, mention: string): string {
  return `${content}\n@${mention}`;
}
