import { cutNotice } from '../../command/sentences.ts';
import { type CallbackResponse, EMPTY_RESPONSE, type ReplyForm } from '../channel.ts';
import { cutToBytes } from '../text.ts';
import type { Envelope } from '../wecom/envelope.ts';
import { plainAsMarkdown } from './markdown.ts';

const MAX_STREAM_BYTES = 20_480;
// The limit of a plain text is not documented for the bot; this is the one that WeCom has everywhere else.
const MAX_TEXT_BYTES = 2048;

export interface ReplyContext {
  readonly envelope: Envelope;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of the callback that is answered. */
  readonly nonce: string;
}

/** A message or a poll may only be answered with a stream, an `enter_chat` event only with plain text (document/path/101031). */
export interface BotReplies {
  stream(id: string): ReplyForm;
  greeting(): ReplyForm;
}

/** The answers that one callback of the bot allows. */
export function createReplies({ envelope, now, nonce }: ReplyContext): BotReplies {
  function respond(plain: object): CallbackResponse {
    const timestamp = Math.floor(now() / 1000);
    const { encrypted, signature } = envelope.seal(JSON.stringify(plain), timestamp, nonce);
    const body = JSON.stringify({ encrypt: encrypted, msgsignature: signature, timestamp, nonce });
    return { status: 200, type: 'application/json', body };
  }

  function stream(id: string, finish: boolean, text: string): CallbackResponse {
    const content = cutToBytes(plainAsMarkdown(text), MAX_STREAM_BYTES, cutNotice);
    return respond({ msgtype: 'stream', stream: { id, finish, content } });
  }

  return {
    stream: (id) => ({ final: (text) => stream(id, true, text), waiting: (text) => stream(id, false, text) }),
    greeting: () => ({
      final: (text) => respond({ msgtype: 'text', text: { content: cutToBytes(text, MAX_TEXT_BYTES, cutNotice) } }),
      waiting: () => EMPTY_RESPONSE,
    }),
  };
}
