import { hash } from 'node:crypto';
import { checkButton, cutNotice, inert } from '../../../command/sentences.ts';
import {
  type CallbackResponse,
  EMPTY_RESPONSE,
  type QuestionCard,
  type ReplyExtras,
  type ReplyForm,
} from '../../../chat/channel.ts';
import { cutToBytes } from '../../../chat/text.ts';
import type { Envelope } from '../envelope.ts';
import { askingCard, toldCard } from './card.ts';
import { plainAsMarkdown } from './markdown.ts';
import { MAX_MARKDOWN_BYTES, MAX_TEXT_BYTES } from '../limits.ts';

/** Text grows when it becomes markdown. */
const PLAIN_SHARE = 0.75;

export interface ReplyContext {
  readonly envelope: Envelope;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of the callback that is answered. */
  readonly nonce: string;
}

/**
 * A message or a poll may only be answered with a stream, which a card may go with; an `enter_chat` event only with plain
 * text; a tap on a card only with another version of that card (document/path/101031).
 */
export interface BotReplies {
  stream(id: string): ReplyForm;
  greeting(): ReplyForm;
  tap(tap: Tap): ReplyForm;
}

/** Somebody tapped a button of a card. */
export interface Tap {
  /** Names the card. */
  readonly taskId: string;
  /** Who tapped. */
  readonly userId: string;
  /** Of the question on the card. */
  readonly receipt: string;
  /** How what comes of it is told besides; null where the tap says no way. */
  readonly returnAddress: object | null;
}

/** The answers that one callback of the bot allows. */
export function createReplies({ envelope, now, nonce }: ReplyContext): BotReplies {
  function respond(plain: object): CallbackResponse {
    const timestamp = Math.floor(now() / 1000);
    const { encrypted, signature } = envelope.seal(JSON.stringify(plain), timestamp, nonce);
    const body = JSON.stringify({ encrypt: encrypted, msgsignature: signature, timestamp, nonce });
    // As Tencent's own plugin has it.
    return { status: 200, type: 'text/plain', body };
  }

  function stream(id: string, finish: boolean, text: string, question: QuestionCard | null = null): CallbackResponse {
    const content = cutToBytes(plainAsMarkdown(inert(text)), MAX_MARKDOWN_BYTES, cutNotice());
    if (question === null) return respond({ msgtype: 'stream', stream: { id, finish, content } });
    const card = askingCard(question, taskId(question, id));
    return respond({ msgtype: 'stream_with_template_card', stream: { id, finish, content }, template_card: card });
  }

  function update({ taskId, userId, receipt }: Tap, text: string, extras?: ReplyExtras): CallbackResponse {
    const question = extras?.question ?? null;
    const card =
      question === null
        ? toldCard(cutToBytes(inert(text), MAX_TEXT_BYTES, cutNotice()), checkButton(receipt), taskId)
        : askingCard(question, taskId);
    // Who may not answer it sees why; for the others it stays as it is.
    const userids = extras?.redeemed === true ? {} : { userids: [userId] };
    return respond({ response_type: 'update_template_card', ...userids, template_card: card });
  }

  /** Clients do not always redraw a card, so what came of a tap is said as a message too. */
  function answerTap(tap: Tap, text: string, extras?: ReplyExtras): CallbackResponse {
    const { returnAddress } = tap;
    const response = update(tap, text, extras);
    if (returnAddress === null) return response;
    return { ...response, late: { channel: 'wecom-bot', returnAddress, text, besides: true } };
  }

  return {
    stream: (id) => ({
      room: MAX_MARKDOWN_BYTES * PLAIN_SHARE,
      final: (text, extras) => stream(id, true, text, extras?.question),
      waiting: (text) => stream(id, false, text),
    }),
    greeting: () => ({
      room: MAX_TEXT_BYTES,
      final: (text) => respond({ msgtype: 'text', text: { content: cutToBytes(text, MAX_TEXT_BYTES, cutNotice()) } }),
      waiting: () => EMPTY_RESPONSE,
    }),
    // The card may be seen by the whole group.
    tap: (tap) => ({ room: 0, final: (text, extras) => answerTap(tap, text, extras), waiting: () => EMPTY_RESPONSE }),
  };
}

/**
 * A task id that was used is refused (42014), and a question can be asked again in the answer to another message: so it names
 * the question and the message.
 */
function taskId({ id }: QuestionCard, messageId: string): string {
  return `${id}_${hash('sha1', messageId).slice(0, 8)}`;
}
