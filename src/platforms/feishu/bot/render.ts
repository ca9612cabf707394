import { widen } from '../../../command/plain.ts';
import { checkButton, inert, tellsOutcome } from '../../../command/sentences.ts';
import type { Render, Reply, ReplyForm } from '../../../chat/channel.ts';
import { cutToCharacters } from '../../../chat/text.ts';
import { fittedLinks } from '../../fit.ts';
import { markdownLink, NO_LINKS, type ConsoleLinks, type Dialect } from '../../links.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import { askingCard, toldCard } from './card.ts';
import type { ReturnAddress } from './return-address.ts';

/** Text grows when it becomes JSON in JSON. */
const PLAIN_SHARE = 0.75;
/** A toast is one short line that goes away by itself. */
const MAX_TOAST = 120;

/**
 * An event is only confirmed, and its reply goes another way; a tap on a card is answered with a toast, which only the person
 * who tapped sees, and with the card as it is from now on.
 */
export type FeishuReply = { readonly kind: 'message' } | ({ readonly kind: 'tap' } & Tap);

export interface Tap {
  /** Of the question on the card. */
  readonly receipt: string;
  readonly group: boolean;
}

export function messageForm(returnAddress: ReturnAddress): ReplyForm<FeishuReply> {
  return { as: { kind: 'message' }, room: MAX_TEXT_BYTES * PLAIN_SHARE, direct: { returnAddress, besides: false } };
}

/** The card may be seen by the whole group, so nothing else belongs on it. */
export function tapForm(tap: Tap): ReplyForm<FeishuReply> {
  return { as: { kind: 'tap', ...tap }, room: 0, direct: null };
}

/** What answers a tap. */
export const render: Render<FeishuReply, object> = {
  final(as, reply) {
    if (as.kind === 'message') throw new Error('the reply to a message does not stand in what confirms it');
    return { ...shownToAll(as, reply), ...shownToOne(reply) };
  },
  waiting: (as, text) => (as.kind === 'tap' ? toast('info', text) : null),
};

const TEXT: Dialect = {
  plain: (text) => inert(text).replace(/[*~`[\]]/gu, widen),
  lineBreak: '\n',
  link: markdownLink,
};

/**
 * The text message of a reply. In texts Feishu reads `<at>`, a few other tags, markdown's links and its bold and struck
 * letters. `mention` is the open_id to notify, which stands last, so that the outcome is the first thing to read.
 */
export function textContent(text: string, mention: string | null, links: ConsoleLinks = NO_LINKS): object {
  const call = mention === null ? '' : `\n<at user_id="${mention}"></at>`;
  return fittedLinks(links.show(text, TEXT), MAX_TEXT_BYTES, (fitting) => ({ text: fitting + call }));
}

/** Null where nothing is known of the redemption: what a person may not do is no matter of the others in the group. */
export function cardOfReply(tap: Tap, { text, question }: Pick<Reply, 'text' | 'question'>): object | null {
  if (question !== null) return askingCard(question, tap.group);
  return tellsOutcome(text) ? toldCard(text, checkButton(tap.receipt), tap.group) : null;
}

function shownToAll(tap: Tap, reply: Reply): object {
  const data = cardOfReply(tap, reply);
  return data === null ? {} : { card: { type: 'raw', data } };
}

function shownToOne({ text, redeemed }: Reply): object {
  return toast(redeemed ? 'info' : 'warning', text);
}

function toast(type: 'info' | 'warning', text: string): object {
  const line = inert(text).split('\n').join(' ');
  return { toast: { type, content: cutToCharacters(line, MAX_TOAST) } };
}
