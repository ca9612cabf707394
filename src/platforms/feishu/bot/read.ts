import { z } from 'zod';
import type { Incoming } from '../../../chat/channel.ts';
import { receiptOfKey } from '../../tap.ts';
import { picturesOf } from './pictures.ts';
import { messageForm, tapForm, type FeishuReply } from './render.ts';
import { readText, type Mention } from './text.ts';
import type { Event, Verified } from './verify.ts';

/** As the ledger has it. */
export const CHANNEL = 'feishu';

// Missing, empty and wrongly typed are the same: a strange side field is no reason to leave a person without an answer.
const Optional = z.string().min(1).optional().catch(undefined);
/** Longer than any id that Feishu gives. */
const Id = z.string().min(1).max(128);
const OptionalId = Id.optional().catch(undefined);
/** Milliseconds since 1970, as a text; in some samples of events microseconds. */
const Instant = z
  .string()
  .regex(/^\d{13}(?:\d{3})?$/u)
  .transform((digits) => Number(digits.slice(0, 13)))
  .optional()
  .catch(undefined);

const Envelope = z.object({
  schema: z.literal('2.0'),
  header: z.object({ event_type: z.string(), event_id: Id, create_time: Instant }),
  event: z.unknown(),
});

const Mentioned = z.object({
  key: z.string(),
  id: z.object({ open_id: OptionalId }).catch({}),
  name: z.string().catch(''),
});

const MessageEvent = z.object({
  sender: z.object({ sender_type: Optional, sender_id: z.object({ open_id: OptionalId }).catch({}) }),
  message: z.object({
    message_id: Id,
    create_time: Instant,
    chat_id: OptionalId,
    chat_type: Optional,
    message_type: z.string(),
    content: z.string().catch(''),
    /** What it answers. */
    parent_id: OptionalId,
    // One that is odd is no reason to overlook the others.
    mentions: z
      .array(z.unknown())
      .catch([])
      .transform((all) => all.flatMap((mention) => Mentioned.safeParse(mention).data ?? [])),
  }),
});

const TapEvent = z.object({
  operator: z.object({ open_id: Id }),
  action: z.object({ value: z.object({ key: z.string(), group: z.boolean() }) }),
  context: z.object({ open_message_id: Id, open_chat_id: Id }),
});

export interface ReadContext {
  readonly appId: string;
  /** Rejects where it is not known now. */
  readonly botOpenId: () => Promise<string>;
}

/**
 * Reads what is authentic. Rejects where it needs the bot's own open_id and that cannot be found out: then the platform is to
 * deliver it again, for it would be as wrong to carry out a message to another person as to pass over one to the bot.
 */
export async function read(content: Verified, context: ReadContext): Promise<Incoming<FeishuReply>> {
  if (content.kind === 'challenge') return ignored('the console checks the address');
  const envelope = Envelope.safeParse(content.json);
  if (!envelope.success) return ignored(`not understood: ${z.prettifyError(envelope.error)}`);
  const { header, event } = envelope.data;
  switch (header.event_type) {
    case 'im.message.receive_v1':
      return readMessage(event, content, context);
    case 'card.action.trigger':
      return readTap(event, header, content, context);
    default:
      return ignored(`event ${header.event_type}`);
  }
}

async function readMessage(
  event: unknown,
  { signedAt }: Event,
  { appId, botOpenId }: ReadContext,
): Promise<Incoming<FeishuReply>> {
  const parsed = MessageEvent.safeParse(event);
  if (!parsed.success) return ignored(`not understood: ${z.prettifyError(parsed.error)}`);
  const { sender, message } = parsed.data;
  // Otherwise two bots could answer each other for ever.
  if (sender.sender_type !== 'user') return ignored('not sent by a person');
  const openId = sender.sender_id.open_id ?? null;
  const group = message.chat_type !== 'p2p';
  if (group && message.chat_id === undefined) return ignored('group message without chat_id');
  const mentions = message.mentions.map(({ key, id, name }): Mention => ({ key, openId: id.open_id ?? null, name }));
  // Whether a bot hears all of a group or only what mentions it is a permission of its app.
  if (group && mentions.length === 0) return ignored('mentions nobody');
  const bot = mentions.length === 0 ? null : await botOpenId();
  if (group && !mentions.some((mention) => mention.openId === bot)) return ignored('does not mention the bot');

  const returnAddress = {
    kind: 'message',
    id: message.message_id,
    messageId: message.message_id,
    chatId: message.chat_id ?? null,
    openId,
    group,
  } as const;
  const reply = messageForm(returnAddress);
  const text = readText(message.message_type, message.content, mentions, bot);
  const pictures = picturesOf({ ...message, id: message.message_id });
  if (text === null && !pictures.some(({ quoted }) => !quoted))
    return { kind: 'sentence', sentence: 'text-only', channel: CHANNEL, account: appId, reply };
  const typedAt = message.create_time ?? null;
  return {
    kind: 'message',
    message: {
      channel: CHANNEL,
      account: appId,
      messageId: message.message_id,
      user: openId === null ? null : `feishu:${openId}`,
      conversation: group && message.chat_id !== undefined ? `feishu:${message.chat_id}` : null,
      // What is between pictures is nothing typed.
      text: text === null || text.trim() === '' ? '' : text,
      ...(pictures.length > 0 ? { pictures } : {}),
      // A repetition hours later may be signed anew: of the two times, the one when it was typed tells how old it is.
      signedAt: typedAt ?? signedAt,
      typedAt,
      returnAddress,
    },
    reply,
  };
}

/** A tap on a button of a card is the message that its key spells: what the person could have typed. */
function readTap(
  event: unknown,
  { event_id, create_time }: z.infer<typeof Envelope>['header'],
  { signedAt }: Event,
  { appId }: ReadContext,
): Incoming<FeishuReply> {
  const parsed = TapEvent.safeParse(event);
  const receipt = parsed.success ? receiptOfKey(parsed.data.action.value.key) : null;
  if (!parsed.success || receipt === null) return ignored('tap on a card of another kind');
  const { operator, action, context } = parsed.data;
  const { key, group } = action.value;
  const returnAddress = {
    kind: 'tap',
    id: event_id,
    messageId: context.open_message_id,
    chatId: context.open_chat_id,
    openId: operator.open_id,
    group,
    receipt,
  } as const;
  return {
    kind: 'message',
    message: {
      channel: CHANNEL,
      account: appId,
      messageId: event_id,
      user: `feishu:${operator.open_id}`,
      conversation: group ? `feishu:${context.open_chat_id}` : null,
      text: key,
      signedAt: create_time ?? signedAt,
      typedAt: create_time ?? null,
      returnAddress,
    },
    reply: tapForm({ receipt, group }),
  };
}

function ignored(why: string): Incoming<never> {
  return { kind: 'ignored', why };
}
