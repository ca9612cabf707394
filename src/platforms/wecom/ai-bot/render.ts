import { hash } from 'node:crypto';
import { checkButton, cutMark, inert } from '../../../command/sentences.ts';
import type { QuestionCard, Render, Reply, ReplyForm } from '../../../chat/channel.ts';
import { cutToBytes } from '../../../chat/text.ts';
import { askingCard, toldCard, type ButtonCard } from './card.ts';
import { cutLinks } from '../../fit.ts';
import { markdownLink, NO_LINKS, type ConsoleLinks, type Dialect } from '../../links.ts';
import { plainAsMarkdown } from '../../markdown.ts';
import { MAX_MARKDOWN_BYTES, MAX_TEXT_BYTES } from '../limits.ts';

/** Text grows when it becomes markdown. */
const PLAIN_SHARE = 0.75;

/**
 * A message or a poll may only be answered with a stream, which a card may go with; an `enter_chat` event only with plain
 * text; a tap on a card only with another version of that card (document/path/101031).
 */
export type BotReply = Stream | { readonly kind: 'greeting' } | Tap;

/** `id` is that of the message which is answered. */
export interface Stream {
  readonly kind: 'stream';
  readonly id: string;
}

/** A person tapped a button of a card. */
export interface Tap {
  readonly kind: 'tap';
  /** Names the card. */
  readonly taskId: string;
  /** Who tapped. */
  readonly userId: string;
  /** Of the question on the card. */
  readonly receipt: string;
}

export function streamForm(id: string): ReplyForm<BotReply> {
  return { as: { kind: 'stream', id }, room: MAX_MARKDOWN_BYTES * PLAIN_SHARE, direct: null };
}

export function greetingForm(): ReplyForm<BotReply> {
  return { as: { kind: 'greeting' }, room: MAX_TEXT_BYTES, direct: null };
}

/**
 * The card may be seen by the whole group, so nothing else belongs on it. Clients do not always redraw a card: what came of a
 * tap is said as a message too, where the tap says a way; `returnAddress` is null where it says none.
 */
export function tapForm(tap: Omit<Tap, 'kind'>, returnAddress: object | null): ReplyForm<BotReply> {
  const direct = returnAddress === null ? null : { returnAddress, besides: true };
  return { as: { kind: 'tap', ...tap }, room: 0, direct };
}

/** A version of the stream that answers a message. A card goes with one of them. */
export interface StreamPayload {
  readonly msgtype: 'stream' | 'stream_with_template_card';
  readonly stream: { readonly id: string; readonly finish: boolean; readonly content: string };
  readonly template_card?: ButtonCard;
}

export interface GreetingPayload {
  readonly msgtype: 'text';
  readonly text: { readonly content: string };
}

export interface UpdatePayload {
  readonly response_type: 'update_template_card';
  readonly userids?: readonly string[];
  readonly template_card: ButtonCard;
}

/** What the platform takes as an answer. */
export type Payload = StreamPayload | GreetingPayload | UpdatePayload;

/** The inner JSON of replies. */
export function createRender(links: ConsoleLinks = NO_LINKS): Render<BotReply, Payload> {
  return {
    final(as, reply) {
      switch (as.kind) {
        case 'stream':
          return streamPayload({ id: as.id, finish: true }, shownMarkdown(reply.text, links), reply.question);
        case 'greeting':
          return { msgtype: 'text', text: { content: cutToBytes(reply.text, MAX_TEXT_BYTES, cutMark()) } };
        case 'tap':
          return update(as, reply);
      }
    },
    waiting(as, text) {
      switch (as.kind) {
        case 'stream':
          return streamPayload({ id: as.id, finish: false }, shownMarkdown(text, links), null);
        case 'greeting':
          return null;
        case 'tap':
          return busy(as, text);
      }
    },
  };
}

/** One version of a stream; with a question, the card that asks it goes with the text. */
export function streamPayload(
  { id, finish }: { readonly id: string; readonly finish: boolean },
  content: string,
  question: QuestionCard | null,
): StreamPayload {
  const stream = { id, finish, content };
  if (question === null) return { msgtype: 'stream', stream };
  return { msgtype: 'stream_with_template_card', stream, template_card: cardOf(question, id) };
}

/** The card that asks a question in the answer to a message. */
export function cardOf(question: QuestionCard, messageId: string): ButtonCard {
  return askingCard(question, taskIdOf(question, messageId));
}

const MARKDOWN: Dialect = {
  plain: (text) => plainAsMarkdown(inert(text)),
  lineBreak: '  \n',
  link: markdownLink,
};

/** Plain text as the markdown that shows it, cut to `maxBytes`. */
export function shownMarkdown(text: string, links: ConsoleLinks = NO_LINKS, maxBytes = MAX_MARKDOWN_BYTES): string {
  return cutLinks(links.show(text, MARKDOWN), maxBytes);
}

function update({ taskId, userId, receipt }: Tap, { text, question, redeemed }: Reply): UpdatePayload {
  const card =
    question === null
      ? toldCard(cutToBytes(inert(text), MAX_TEXT_BYTES, cutMark()), checkButton(receipt), taskId)
      : askingCard(question, taskId);
  // Who may not answer it sees why; for the others it stays as it is.
  const userids = redeemed ? {} : { userids: [userId] };
  return { response_type: 'update_template_card', ...userids, template_card: card };
}

/**
 * A tap changes its card once, and within five seconds (document 101031): what takes longer is told as a message, and there is nothing
 * left to tap that would answer twice. Whether the tap was theirs to make is not known yet, so only they see it.
 */
function busy({ taskId, userId, receipt }: Tap, text: string): UpdatePayload {
  const template_card = toldCard(inert(text), checkButton(receipt), taskId);
  return { response_type: 'update_template_card', userids: [userId], template_card };
}

/**
 * A task id that was used is refused (42014), and a question can be asked again in the answer to another message: so it names
 * the question and the message.
 */
function taskIdOf({ id }: QuestionCard, messageId: string): string {
  return `${id}_${hash('sha1', messageId).slice(0, 8)}`;
}
