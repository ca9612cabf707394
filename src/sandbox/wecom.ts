import { randomBytes, randomUUID } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createEnvelope } from '../platforms/wecom/envelope.ts';
import { readBody } from '../transports/webhook/body.ts';
import type { Log } from '../log.ts';
import { ResponseRefused, readGreeting, readStream, readUpdate, type StreamVersion } from './wecom-responses.ts';
import { createCallbacks, type Callbacks } from './wecom-callbacks.ts';
import { createCards, type ShownCard } from './wecom-cards.ts';
import { contentOf, placeOf, type Said } from './wecom-content.ts';
import { createMedia } from './wecom-media.ts';
import { createResponseUrls } from './wecom-response-urls.ts';

const RESPONSE_PATH = '/cgi-bin/aibot/response';
const MAX_BODY_BYTES = 64 * 1024;
const BOT_ID = 'aibSANDBOX';

/** What WeCom documents, except `pollEvery` and `redeliverAfter`, which are not documented. In milliseconds. */
const PACE = { respondWithin: 5_000, redeliverAfter: 1_000, pollEvery: 1_000, streamLives: 6 * 60_000 };

export type Pace = typeof PACE;

/** Something that the bot says in the chat, in its latest version. */
export interface Bubble {
  readonly id: string;
  readonly text: string;
  readonly finished: boolean;
  /** Message id; null for the greeting. */
  readonly inReplyTo: string | null;
  /** The card below the text; null where there is none. */
  readonly card: ShownCard | null;
}

export interface SimulatedWecomOptions {
  /** The bot's display name: in groups, only what mentions it is delivered. */
  readonly botName: string;
  /** Called for each bubble, and again whenever its text changes or it is finished. */
  readonly onBubble: (bubble: Bubble) => void;
  readonly log: Pick<Log, 'warn'>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly pace?: Partial<Pace>;
}

/** Empty text: only a picture. */
export interface ChatMessage extends Said {
  readonly userId: string;
  /** Null: in the person's own chat with the bot. */
  readonly chatId: string | null;
  /** What it answers. */
  readonly quote?: Said | undefined;
}

export interface CardTap {
  readonly userId: string;
  /** Of the card. */
  readonly taskId: string;
  /** Of the button. */
  readonly key: string;
}

/** What the bot's page in the console asks for. */
export interface BotSettings {
  readonly callbackUrl: string;
  readonly token: string;
  readonly aesKey: string;
}

export interface SimulatedWecom {
  /** Where `response_url`s and pictures live; stands for `https://qyapi.weixin.qq.com` and others. */
  readonly url: string;
  /** Saves the bot's settings after the URL check. Rejects when the check fails. */
  connect(settings: BotSettings): Promise<void>;
  /** Sends a message and returns its id; what comes back arrives as bubbles. Throws before `connect`. */
  say(message: ChatMessage): string;
  /** Taps a button that is shown to this person; false when there is no such button. Throws before `connect`. */
  tap(tap: CardTap): boolean;
  /** Opens the chat with the bot, which it may greet. Throws before `connect`. */
  enterChat(userId: string): void;
  /** Ends all deliveries and polls. */
  close(): Promise<void>;
}

/** Plays WeCom's side of an AI bot (智能机器人, URL callback): what the real one would not show is not shown here either. */
export async function startSimulatedWecom(options: SimulatedWecomOptions): Promise<SimulatedWecom> {
  const { botName, onBubble, log, now = Date.now } = options;
  const pace = { ...PACE, ...options.pace };
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const running = new Set<Promise<void>>();
  let connected: { readonly callbacks: Callbacks; readonly aesKey: string } | null = null;

  const cards = createCards<{ readonly bubble: Omit<Bubble, 'card'>; readonly chatId: string | null }>();
  const media = createMedia({ now });
  const responseUrls = createResponseUrls({
    now,
    onReply: (messageId, text) =>
      onBubble({ id: randomUUID(), text, finished: true, inReplyTo: messageId, card: null }),
  });
  const server = createServer((request, response) => {
    respond(request, response).catch(() => request.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    if (request.method !== 'POST' || pathname !== RESPONSE_PATH) {
      const picture = request.method === 'GET' && connected !== null ? media.take(pathname, connected.aesKey) : null;
      response.writeHead(picture === null ? 404 : 200).end(picture);
      return;
    }
    const body = await readBody(request, MAX_BODY_BYTES);
    const answer = responseUrls.take(searchParams.get('response_code'), body.toString());
    if (answer.errcode !== 0) log.warn(answer, 'simulated WeCom refused a late reply');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  function callbacks(): Callbacks {
    if (connected === null) throw new Error('the simulated bot has no callback URL yet');
    return connected.callbacks;
  }

  function run(conversation: Promise<void>): void {
    const done = conversation
      .catch((error: unknown) => {
        if (!closing.signal.aborted) log.warn({ err: error }, 'simulated WeCom shows no answer');
      })
      .finally(() => running.delete(done));
    running.add(done);
  }

  const offer = (picture: Uint8Array) => url + media.offer(picture);

  async function converse(messageId: string, message: ChatMessage): Promise<void> {
    const endsAt = now() + pace.streamLives;
    const about = { aibotid: BOT_ID, ...placeOf(message.chatId), from: { userid: message.userId } };
    const responseUrl = `${url}${RESPONSE_PATH}?response_code=${responseUrls.issue(messageId)}`;
    const quote = message.quote === undefined ? {} : { quote: contentOf(message.quote, offer) };
    let shown = await callbacks().deliver(
      { msgid: messageId, ...about, response_url: responseUrl, ...contentOf(message, offer), ...quote },
      readStream,
    );
    if (shown === null) return;
    const { id } = shown;
    const show = (version: StreamVersion) => {
      const bubble = { id, text: version.content, finished: version.finish, inReplyTo: messageId };
      const { chatId } = message;
      const card = version.card === null ? null : cards.add(version.card, { bubble, chatId });
      if (version.card !== null && card === null)
        throw new ResponseRefused('a card with this task_id is there already');
      onBubble({ ...bubble, card });
    };
    show(shown);

    while (!shown.finish && now() < endsAt) {
      await pause(pace.pollEvery, undefined, { signal: closing.signal });
      const version = await poll({ msgid: newMessageId(), ...about, msgtype: 'stream', stream: { id } }, id);
      if (version === null || (version.content === shown.content && version.finish === shown.finish)) continue;
      shown = version;
      show(shown);
    }
    if (!shown.finish) show({ ...shown, finish: true });
  }

  /** A poll that fails is no harm: the next one comes soon. */
  async function poll(inner: object, id: string): Promise<StreamVersion | null> {
    try {
      const version = await callbacks().post(inner, readStream);
      if (version === null || version.id === id) return version;
      log.warn('simulated WeCom refused an answer to a poll: it is for another stream');
    } catch (error) {
      closing.signal.throwIfAborted();
      log.warn({ err: error }, 'simulated WeCom got no usable answer to a poll');
    }
    return null;
  }

  /** A tap is delivered once, and answered with another version of the card or with nothing (document 101027). */
  async function tapCard(
    { userId, taskId, key }: CardTap,
    { bubble, chatId }: NonNullable<ReturnType<typeof cards.find>>,
  ): Promise<void> {
    const responseUrl = `${url}${RESPONSE_PATH}?response_code=${responseUrls.issue(bubble.inReplyTo ?? '')}`;
    const tapped = { card_type: 'button_interaction', event_key: key, task_id: taskId };
    const inner = {
      msgid: newMessageId(),
      create_time: Math.floor(now() / 1000),
      aibotid: BOT_ID,
      ...placeOf(chatId),
      from: { userid: userId },
      response_url: responseUrl,
      msgtype: 'event',
      event: { eventtype: 'template_card_event', template_card_event: tapped },
    };
    const update = await callbacks().post(inner, readUpdate);
    if (update === null) return;
    if (update.template_card.task_id !== taskId) throw new ResponseRefused('the update is for another card');
    onBubble({ ...bubble, card: cards.update(update) });
  }

  async function greet(userId: string): Promise<void> {
    const createTime = Math.floor(now() / 1000);
    const event = { create_time: createTime, msgtype: 'event', event: { eventtype: 'enter_chat' } };
    const inner = { msgid: newMessageId(), aibotid: BOT_ID, from: { userid: userId }, ...event };
    const text = await callbacks().deliver(inner, readGreeting);
    if (text !== null) onBubble({ id: randomUUID(), text, finished: true, inReplyTo: null, card: null });
  }

  return {
    url,
    async connect({ callbackUrl, token, aesKey }) {
      const envelope = createEnvelope({ token, aesKey, receiveId: '', randomBytes });
      const candidate = createCallbacks({ callbackUrl, envelope, pace, now, signal: closing.signal, log });
      await candidate.checkUrl();
      connected = { callbacks: candidate, aesKey };
    },
    say(message) {
      callbacks();
      const messageId = newMessageId();
      if (message.chatId === null || message.text.includes(`@${botName}`)) run(converse(messageId, message));
      return messageId;
    },
    tap(tap) {
      callbacks();
      const where = cards.find(tap.taskId, tap.userId, tap.key);
      if (where !== null) run(tapCard(tap, where));
      return where !== null;
    },
    enterChat: (userId) => run(greet(userId)),
    async close() {
      closing.abort();
      await Promise.all(running);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function newMessageId(): string {
  return `CAIQ${randomBytes(18).toString('base64url')}`;
}
