import { z } from 'zod';
import type { Incoming } from '../../../chat/channel.ts';
import { receiptOfKey } from '../../tap.ts';
import type { Origin } from './origin.ts';
import type { PictureAddress } from './pictures.ts';
import { greetingForm, streamForm, tapForm, type BotReply } from './render.ts';

/** As the ledger has it. */
export const CHANNEL = 'wecom-bot';

const Text = z.object({ content: z.string() });
// Missing, empty and wrongly typed are the same: a strange side field is no reason to leave a person without an answer.
const Optional = z.string().min(1).optional().catch(undefined);

// An odd one is no reason to overlook the others.
const Image = z
  .object({ url: z.string().min(1), aeskey: Optional })
  .optional()
  .catch(undefined);
const Piece = z.object({ text: Text.optional().catch(undefined), image: Image }).catch({});
const Mixed = z.object({ msg_item: z.array(Piece) });
/** Words of a quotation are left out on purpose: a quoted command is no order. */
const Quote = z.object({ msgtype: z.string(), image: Image, mixed: Mixed.optional().catch(undefined) });

// Only what is read is named; WeCom adds fields as it likes.
const Inner = z.object({
  msgid: z.string().min(1),
  aibotid: z.string().min(1),
  msgtype: z.string().min(1),
  chattype: Optional,
  chatid: Optional,
  from: z.object({ userid: z.string().min(1), corpid: z.unknown().optional() }).optional(),
  response_url: Optional,
  // Of events, and by the long connection perhaps of messages.
  create_time: z.number().positive().optional().catch(undefined),
  text: Text.optional().catch(undefined),
  image: Image,
  mixed: Mixed.optional().catch(undefined),
  quote: Quote.optional().catch(undefined),
  stream: z.object({ id: z.string().min(1) }).optional(),
  event: z
    .object({
      eventtype: z.string(),
      template_card_event: z.object({ event_key: z.string(), task_id: z.string().min(1) }).optional(),
    })
    .optional(),
});

type Inner = z.infer<typeof Inner>;

/** How a callback came in. */
export interface Arrival {
  /** When it was signed, or came in where nothing is signed, in milliseconds since 1970. */
  readonly signedAt: number;
  /** Whether it came by the bot's connection, by which people can be written to at any time. */
  readonly byConnection: boolean;
}

/** What is known of a callback besides what is in it. */
interface Judged extends Arrival {
  /** Whether its user id is that of a person of ours. */
  readonly ours: boolean;
}

/** Reads the JSON of an authentic callback. Never throws. `isOurs` tells whether its user id is that of a person of ours. */
export function read(json: unknown, arrival: Arrival, isOurs: (origin: Origin) => boolean): Incoming<BotReply> {
  const parsed = Inner.safeParse(json);
  if (!parsed.success) return ignored(`not understood: ${z.prettifyError(parsed.error)}`);
  const inner = parsed.data;
  // WeCom's own question, about a message that was judged when it came.
  if (inner.msgtype === 'stream') return readPoll(inner);
  const judged = { ...arrival, ours: isOurs({ botId: inner.aibotid, corpId: inner.from?.corpid }) };
  if (inner.msgtype === 'event') return readEvent(inner, judged);
  return readMessage(inner, judged);
}

// The stream's id is the id of the message that it answers: every instance finds the message by it, also after a
// restart.
function readPoll({ aibotid, stream }: Inner): Incoming<BotReply> {
  if (!stream) return ignored('stream without id');
  return { kind: 'poll', channel: CHANNEL, account: aibotid, messageId: stream.id, reply: streamForm(stream.id) };
}

function readEvent(inner: Inner, judged: Judged): Incoming<BotReply> {
  const { event } = inner;
  if (!judged.ours) return ignored('event of another corp, or to another bot');
  if (event?.eventtype === 'template_card_event') return readTap(inner, judged);
  if (event?.eventtype !== 'enter_chat') return ignored(`event ${event?.eventtype ?? 'without a name'}`);
  return { kind: 'sentence', sentence: 'greeting', channel: CHANNEL, account: inner.aibotid, reply: greetingForm() };
}

/** A tap on a button of a card is the message that its key spells: what the person could have typed. */
function readTap(inner: Inner, judged: Judged): Incoming<BotReply> {
  const tapped = inner.event?.template_card_event;
  const receipt = tapped === undefined ? null : receiptOfKey(tapped.event_key);
  if (tapped === undefined || receipt === null) return ignored('tap on a card of another kind');
  if (inner.from === undefined || inner.from.userid === 'sys') return ignored('not sent by a person');
  const message = toMessage(inner, judged, inner.from.userid, tapped.event_key);
  const returnAddress = { ...message.returnAddress, polled: false };
  const tap = { taskId: tapped.task_id, userId: inner.from.userid, receipt };
  const hasWay = judged.byConnection || inner.response_url !== undefined;
  const reply = tapForm(tap, hasWay ? returnAddress : null);
  return { kind: 'message', message: { ...message, returnAddress }, reply };
}

function readMessage(inner: Inner, judged: Judged): Incoming<BotReply> {
  const { msgid, aibotid, chattype, chatid, from } = inner;
  if (from === undefined || from.userid === 'sys') return ignored('not sent by a person');
  if (chattype === 'group' && chatid === undefined) return ignored('group message without chatid');
  const text = readText(inner);
  const own = imagesOf(inner).map(toPicture(false));
  const message = toMessage(inner, judged, from.userid, text ?? '');
  const returnAddress = { ...message.returnAddress, stream: msgid };
  // A redelivered notice is answered in the same bubble, like a message.
  const form = streamForm(msgid);
  // It is not known that WeCom delivers again what was not answered by a connection.
  const reply = judged.byConnection ? { ...form, direct: { returnAddress, besides: true, onlyLost: true } } : form;
  if (text === null && own.length === 0)
    return { kind: 'sentence', sentence: 'text-only', channel: CHANNEL, account: aibotid, reply };
  const pictures = [...own, ...imagesOf(inner.quote ?? { msgtype: 'none' }).map(toPicture(true))];
  // Answered, but not as the person of this company who has the same user id.
  const user = judged.ours ? message.user : null;
  const shown = pictures.length === 0 ? {} : { pictures };
  return { kind: 'message', message: { ...message, ...shown, user, returnAddress }, reply };
}

function toMessage(
  { msgid, aibotid, chattype, chatid, response_url, create_time }: Inner,
  { signedAt, byConnection }: Judged,
  userId: string,
  text: string,
) {
  const chatId = chattype === 'single' ? null : (chatid ?? null);
  return {
    channel: CHANNEL,
    account: aibotid,
    messageId: msgid,
    user: `wecom:${userId}`,
    conversation: chatId === null ? null : `wecom:${chatId}`,
    text,
    signedAt,
    // A signature says when; without one, only this does.
    typedAt: byConnection && create_time !== undefined ? toMs(create_time) : null,
    returnAddress: { responseUrl: response_url ?? null, user: userId, chatId },
  };
}

/** Seconds, as far as documents say; a number that can only be milliseconds is taken for that. */
function toMs(time: number): number {
  return time < 1e11 ? time * 1000 : time;
}

/** Null where nothing was typed. A voice transcript does not count: speech recognition cannot be trusted with 18 digits. */
function readText({ msgtype, text, mixed }: Inner): string | null {
  if (msgtype === 'text') return text?.content ?? null;
  if (msgtype !== 'mixed') return null;
  // A line each, so that two pieces never run together into a number that was not typed.
  const pieces = mixed?.msg_item.flatMap((item) => (item.text ? [item.text.content] : [])) ?? [];
  return pieces.length === 0 ? null : pieces.join('\n');
}

type ImageOf = NonNullable<z.infer<typeof Image>>;

function imagesOf({ msgtype, image, mixed }: Pick<Inner, 'msgtype' | 'image' | 'mixed'>): ImageOf[] {
  if (msgtype === 'image') return image === undefined ? [] : [image];
  return msgtype === 'mixed' ? (mixed?.msg_item.flatMap((item) => item.image ?? []) ?? []) : [];
}

function toPicture(quoted: boolean) {
  return ({ url, aeskey }: ImageOf) => ({ at: { url, aesKey: aeskey ?? null } satisfies PictureAddress, quoted });
}

function ignored(why: string): Incoming<never> {
  return { kind: 'ignored', why };
}
