import { z } from 'zod';
import { createCards, type ShownCard } from '../../../src/sandbox/wecom-cards.ts';
import { Card, content, Greeting, Stream, Update, type ButtonCard } from '../../../src/sandbox/wecom-responses.ts';

/** One thing that the people of a chat see; a stream is one thing, as it now stands. */
export interface Shown {
  /** The user id or the chat id. */
  readonly chat: string;
  readonly kind: 'stream' | 'markdown' | 'text' | 'card';
  readonly text: string;
  /** False while a stream says that it is still being worked on. */
  readonly finished: boolean;
  /** The card that came with it, or that it is. */
  readonly card: ShownCard | null;
  /** The id of the message that it answers; null for what was pushed. */
  readonly answers: string | null;
}

/** What a callback was about, by whose `req_id` it is answered. */
interface Callback {
  readonly kind: 'message' | 'enter_chat' | 'tap' | 'other';
  readonly chat: string;
  readonly isGroup: boolean;
  readonly messageId: string;
  /** The connection on which it was delivered. */
  readonly connection: number;
  /** Of the tapped card. */
  readonly taskId?: string;
}

export interface ChatsOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether a callback may be answered on a later connection. Reports differ. Default: false. */
  readonly reqIdsOutliveConnections?: boolean;
  /** Whether `stream_with_template_card` is taken. Reports differ. Default: true. */
  readonly takesStreamWithCard?: boolean;
  /** Told of everything that people see, and of each version of a stream, as it is then. */
  readonly onShown?: (shown: Shown) => void;
}

export type Verdict = readonly [errcode: number, errmsg: string];

const OK: Verdict = [0, 'ok'];
const BAD_REQ_ID: Verdict = [846605, 'invalid req_id'];
const STREAM_OVER: Verdict = [846608, 'stream message update expired'];
const TOO_OFTEN: Verdict = [45009, 'api freq out of limit'];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PER_MINUTE = 30;
const PER_HOUR = 1000;
const ANSWER_WITHIN_MS = 24 * HOUR_MS;
const EVENT_WITHIN_MS = 5_000;
const STREAM_IDLE_MS = 6 * MINUTE_MS;
const STREAM_AT_MOST_MS = 10 * MINUTE_MS;

const Markdown = z.strictObject({
  msgtype: z.literal('markdown'),
  markdown: z.strictObject({ content: content.min(1) }),
});
const CardAlone = z.strictObject({ msgtype: z.literal('template_card'), template_card: Card });
const Message = z.discriminatedUnion('msgtype', [...Stream.options, Markdown, CardAlone]);
const Push = z.strictObject({
  chatid: z.string().min(1),
  chat_type: z.literal([1, 2]).optional(),
  msgtype: z.string(),
  markdown: z.unknown().optional(),
  template_card: z.unknown().optional(),
});

const Delivered = z.object({
  msgid: z.string(),
  chatid: z.string().optional(),
  from: z.object({ userid: z.string() }),
  msgtype: z.string(),
  event: z
    .object({ eventtype: z.string(), template_card_event: z.object({ task_id: z.string() }).optional() })
    .optional(),
});

interface OpenStream {
  readonly at: number;
  touchedAt: number;
  shown: { -readonly [Key in keyof Shown]: Shown[Key] };
}

/**
 * The chats of one bot, as strict as WeCom is with a long connection (documents 101463 and 101031, and field reports where
 * these say nothing).
 */
export function createWecomChats(options: ChatsOptions) {
  const { now, reqIdsOutliveConnections = false, takesStreamWithCard = true, onShown } = options;
  const callbacks = new Map<string, Callback & { readonly at: number; used: boolean }>();
  /** Chats in which a person has spoken to the bot; whether it is a group. */
  const spoken = new Map<string, boolean>();
  const streams = new Map<string, OpenStream>();
  const cards = createCards<string>();
  const sentAt = new Map<string, number[]>();
  const shown: OpenStream['shown'][] = [];

  function isTooOften(chat: string): boolean {
    const times = (sentAt.get(chat) ?? []).filter((at) => at > now() - HOUR_MS);
    const lastMinute = times.filter((at) => at > now() - MINUTE_MS).length;
    if (lastMinute >= PER_MINUTE || times.length >= PER_HOUR) return true;
    sentAt.set(chat, [...times, now()]);
    return false;
  }

  function open(reqId: string, kind: Callback['kind'], connection: number, withinMs: number) {
    const callback = callbacks.get(reqId);
    if (callback?.kind !== kind || now() - callback.at > withinMs) return null;
    return reqIdsOutliveConnections || callback.connection === connection ? callback : null;
  }

  function show(chat: string, what: Partial<Shown>): OpenStream['shown'] {
    const entry = { chat, kind: 'text', text: '', finished: true, card: null, answers: null, ...what } as const;
    shown.push(entry);
    if (entry.kind !== 'stream') onShown?.(entry);
    return entry;
  }

  /** False where its task id was used before. */
  function addCard(card: ButtonCard, chat: string, add: (card: ShownCard) => void): boolean {
    const added = cards.add(card, chat);
    if (added !== null) add(added);
    return added !== null;
  }

  function say(body: unknown, chat: string, answers: string | null): Verdict {
    const parsed = Message.safeParse(body);
    if (!parsed.success) return wrongBody(parsed.error);
    const message = parsed.data;
    const add = (kind: Shown['kind'], text: string, card: ShownCard | null = null) =>
      void show(chat, { kind, text, card, answers });
    switch (message.msgtype) {
      case 'markdown':
        add('markdown', message.markdown.content);
        return OK;
      case 'template_card': {
        const { template_card: card } = message;
        return addCard(card, chat, (added) => add('card', card.main_title.title, added)) ? OK : [42014, 'task_id used'];
      }
      case 'stream':
        return update(message.stream, chat, answers);
      case 'stream_with_template_card': {
        if (!takesStreamWithCard) return [40008, 'invalid message type'];
        let added: ShownCard | null = null;
        if (!addCard(message.template_card, chat, (card) => (added = card))) return [42014, 'task_id used'];
        const verdict = update(message.stream, chat, answers);
        const stream = streams.get(message.stream.id);
        if (verdict === OK && stream !== undefined) stream.shown.card = added;
        return verdict;
      }
    }
  }

  function update(
    { id, finish, content: text }: z.infer<(typeof Stream.options)[0]>['stream'],
    chat: string,
    answers: string | null,
  ): Verdict {
    const stream = streams.get(id) ?? {
      at: now(),
      touchedAt: now(),
      shown: show(chat, { kind: 'stream', text, finished: false, answers }),
    };
    streams.set(id, stream);
    const isOver = now() - stream.touchedAt > STREAM_IDLE_MS || now() - stream.at > STREAM_AT_MOST_MS;
    if (stream.shown.finished || isOver || stream.shown.chat !== chat) return STREAM_OVER;
    stream.touchedAt = now();
    Object.assign(stream.shown, { text, finished: finish });
    onShown?.({ ...stream.shown });
    return OK;
  }

  const commands: Record<string, (reqId: string, body: unknown, connection: number) => Verdict> = {
    aibot_respond_msg(reqId, body, connection) {
      const callback = open(reqId, 'message', connection, ANSWER_WITHIN_MS);
      if (callback === null) return BAD_REQ_ID;
      return isTooOften(callback.chat) ? TOO_OFTEN : say(body, callback.chat, callback.messageId);
    },

    aibot_respond_welcome_msg(reqId, body, connection) {
      const callback = open(reqId, 'enter_chat', connection, EVENT_WITHIN_MS);
      if (callback === null || callback.used) return BAD_REQ_ID;
      const parsed = Greeting.safeParse(body);
      if (!parsed.success) return wrongBody(parsed.error);
      if (isTooOften(callback.chat)) return TOO_OFTEN;
      callback.used = true;
      show(callback.chat, { text: parsed.data.text.content, answers: callback.messageId });
      return OK;
    },

    aibot_respond_update_msg(reqId, body, connection) {
      const callback = open(reqId, 'tap', connection, EVENT_WITHIN_MS);
      if (callback === null || callback.used) return BAD_REQ_ID;
      const parsed = Update.safeParse(body);
      if (!parsed.success) return wrongBody(parsed.error);
      // Acknowledged by the platform, and not drawn.
      if (parsed.data.template_card.task_id !== callback.taskId) return [40058, 'task_id is not that of the card'];
      if (isTooOften(callback.chat)) return TOO_OFTEN;
      callback.used = true;
      const updated = cards.update(parsed.data);
      const entry = shown.find(({ card }) => card !== null && card.taskId === callback.taskId);
      if (entry !== undefined) entry.card = updated;
      return OK;
    },

    aibot_send_msg(_reqId, body) {
      const parsed = Push.safeParse(body);
      if (!parsed.success) return wrongBody(parsed.error);
      const { chatid, chat_type, ...message } = parsed.data;
      const isGroup = spoken.get(chatid);
      if (isGroup === undefined) return [846607, 'no conversation with this chat'];
      if (chat_type !== undefined && isGroup !== (chat_type === 2)) return [93006, 'invalid chatid'];
      if (message.msgtype !== 'markdown' && message.msgtype !== 'template_card') return [40008, 'invalid message type'];
      return isTooOften(chatid) ? TOO_OFTEN : say(message, chatid, null);
    },
  };

  return {
    shown: shown as readonly Shown[],
    cards,
    /** Notes the callback that is delivered under `reqId`. */
    deliver(reqId: string, body: unknown, connection: number): void {
      const callback = callbackOf(body, connection);
      callbacks.set(reqId, { ...callback, at: now(), used: false });
      spoken.set(callback.chat, callback.isGroup);
    },
    /** A person has spoken to the bot by another way, so it may write to this chat. */
    noteSpoken(chat: string, isGroup: boolean): void {
      spoken.set(chat, isGroup);
    },
    /** Carries a command out; null where there is no such command. */
    command(name: string, reqId: string, body: unknown, connection: number): Verdict | null {
      return commands[name]?.(reqId, body, connection) ?? null;
    },
  };
}

function wrongBody(error: z.ZodError): Verdict {
  const words = z.prettifyError(error);
  return [words.includes('bytes') ? 45002 : 40058, words];
}

/** Bodies that are made up to be strange are answered by nothing. */
function callbackOf(body: unknown, connection: number): Callback {
  const parsed = Delivered.safeParse(body);
  if (!parsed.success) return { kind: 'other', chat: '', isGroup: false, messageId: '', connection };
  const { msgid: messageId, chatid, from, event } = parsed.data;
  const about = { chat: chatid ?? from.userid, isGroup: chatid !== undefined, messageId, connection };
  if (event === undefined) return { ...about, kind: 'message' };
  if (event.eventtype === 'enter_chat') return { ...about, kind: 'enter_chat' };
  const taskId = event.template_card_event?.task_id;
  return taskId === undefined ? { ...about, kind: 'other' } : { ...about, kind: 'tap', taskId };
}
