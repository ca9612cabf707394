// Long, because all that a test can have the gateway do is one list, beside how it is done.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { botTap, botText, type BotTextFields } from '../wecom.ts';
import { createChanges } from '../changes.ts';
import { startStorage } from '../platforms/storage.ts';
import { keepWithKey } from '../platforms/wecom-media.ts';
import { createTroubles } from './troubles.ts';
import { createWecomChats, type ChatsOptions, type Shown } from './wecom-chats.ts';

export interface WecomGatewayOptions extends Partial<Omit<ChatsOptions, 'onShown'>> {
  readonly botId?: string;
  readonly secret?: string;
  /** How often a bot may subscribe in a minute; the real number is not known. Default: 30. */
  readonly subscribesPerMinute?: number;
  /** Told of everything that people see; `acknowledged` is false where the bot does not hear that it was taken. */
  readonly onShown?: (shown: Shown, acknowledged: boolean) => void;
}

export interface WecomGateway {
  /** For WECOM_SOCKET_URL. */
  readonly url: string;
  /** For MEDIA_HOSTS. */
  readonly mediaHost: string;
  readonly botId: string;
  readonly secret: string;
  /** All that people see, in the order in which it appeared. */
  readonly shown: readonly Shown[];
  /** Resolves with the first thing, past or future, that `accept` takes. */
  showing(accept: (shown: Shown) => boolean): Promise<Shown>;
  /** Every command that was looked at, with how it was answered; null: not at all. */
  readonly commands: readonly GivenCommand[];
  /** How many connections are open, subscribed or not. */
  connections(): number;
  /** Resolves when a connection has subscribed; at once where one has. */
  subscribed(): Promise<void>;
  isSubscribed(): boolean;
  /** A person writes to the bot. False where no connection is there: then it is lost, but can be redelivered. */
  say(fields: BotTextFields, change?: Readonly<Record<string, unknown>>): boolean;
  /** Keeps a picture for five minutes; what a message names it by. */
  picture(bytes: Uint8Array): { readonly url: string; readonly aeskey: string };
  /** Delivers the inner JSON of any callback. */
  deliver(body: Readonly<Record<string, unknown>>): boolean;
  /** A person writes to the bot by a callback, of which this gateway hears nothing else. */
  saidElsewhere(fields: Pick<BotTextFields, 'user' | 'chatId'>): void;
  /** The same message once more. */
  redeliver(messageId: string): boolean;
  /** A person opens the chat with the bot. */
  enter(user: string, messageId: string): boolean;
  /** A person taps a button of a card that is shown. Throws where they see none such. */
  tap(card: string, key: string, fields: { readonly user: string; readonly messageId: string }): boolean;
  /** Cuts all connections without a word. */
  drop(): void;
  /**
   * Cuts all connections as soon as all that was sent on them has arrived. What comes in meanwhile is carried out, and its
   * acknowledgement is lost. Resolves when they are cut.
   */
  dropInTheMiddle(): Promise<void>;
  /** How often a client asked to be the bot. */
  subscribes(): number;
  /** The connections of now stay open, and nothing is answered or sent on them any more. */
  goSilent(): void;
  /** Another client subscribes as the bot. */
  kick(): void;
  /** The connection stays open and is no longer subscribed. */
  loseSession(): void;
  /** The next `times` commands of this name are refused. */
  refuse(cmd: string, errcode: number, times?: number): void;
  /** The next command of this name cuts the connection, before it is carried out or after that. */
  cut(cmd: string, when: 'before' | 'after'): void;
  /** The next `times` commands of this name are carried out and not acknowledged. */
  loseAck(cmd: string, times?: number): void;
  /** No command meets any of these troubles any more. */
  behave(): void;
  /** Sends anything to the subscribed connection. */
  send(data: string | Buffer): void;
  /** No handshake succeeds while it is away. */
  setAway(isAway: boolean): void;
  close(): Promise<void>;
}

export interface GivenCommand {
  readonly cmd: string;
  readonly errcode: number | null;
  readonly isCarriedOut: boolean;
  readonly body: unknown;
}

interface Connection {
  readonly id: number;
  readonly socket: WebSocket;
  isSubscribed: boolean;
  isSilent: boolean;
  /** It is about to be cut: nothing more is sent on it. */
  isEnding: boolean;
}

const Frame = z.strictObject({
  cmd: z.string().min(1),
  headers: z.strictObject({ req_id: z.string().min(1) }),
  body: z.unknown().optional(),
});
const Subscription = z.looseObject({ bot_id: z.string(), secret: z.string() });

/** Starts a simulated gateway of WeCom's long connections (document 101463) for one bot, on a loopback port. */
export async function startWecomGateway(options: WecomGatewayOptions = {}): Promise<WecomGateway> {
  const { botId = 'aibBOT01', secret = 'botSecret0123456789', subscribesPerMinute = 30, now = Date.now } = options;
  let isHeard = true;
  const chats = createWecomChats({ ...options, now, onShown: (shown) => options.onShown?.(shown, isHeard) });
  const connections = new Set<Connection>();
  const { changed, until } = createChanges();
  const troubles = createTroubles();
  const commands: GivenCommand[] = [];
  const bodies = new Map<string, Readonly<Record<string, unknown>>>();
  let subscribes: number[] = [];
  let isAway = false;
  let lastId = 0;

  const storage = await startStorage(now);
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient: (_info, done) => done(!isAway, 503),
  });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const live = () => [...connections].find(({ isSubscribed, isEnding }) => isSubscribed && !isEnding);

  function end(connection: Connection): void {
    connection.isSubscribed = false;
    connections.delete(connection);
    connection.socket.terminate();
    changed();
  }

  function takeOver(from: Connection): void {
    const event = { eventtype: 'disconnected_event' };
    const headers = { req_id: `disconnected_${(lastId += 1)}` };
    const body = { msgid: headers.req_id, create_time: seconds(), aibotid: botId, msgtype: 'event', event };
    if (!from.isSilent) from.socket.send(JSON.stringify({ cmd: 'aibot_event_callback', headers, body }));
    from.isSubscribed = false;
    from.socket.close();
    changed();
  }

  function subscribe(connection: Connection, body: unknown): readonly [number, string] {
    subscribes = [...subscribes.filter((at) => at > now() - 60_000), now()];
    if (subscribes.length > subscribesPerMinute) return [45009, 'api freq out of limit'];
    const parsed = Subscription.safeParse(body);
    if (!parsed.success || parsed.data.bot_id !== botId || parsed.data.secret !== secret) {
      return [853000, 'invalid bot_id or secret'];
    }
    const old = live();
    if (old !== undefined && old !== connection) takeOver(old);
    connection.isSubscribed = true;
    return [0, 'ok'];
  }

  function carryOut(connection: Connection, { cmd, headers, body }: z.infer<typeof Frame>): readonly [number, string] {
    if (cmd === 'aibot_subscribe') return subscribe(connection, body);
    if (!connection.isSubscribed) return [846609, 'aibot websocket not subscribed'];
    if (cmd === 'ping') return [0, 'ok'];
    return chats.command(cmd, headers.req_id, body, connection.id) ?? [40058, 'unknown command'];
  }

  function hear(connection: Connection, text: string): void {
    if (connection.isSilent) return;
    const frame = Frame.safeParse(JSON.parse(text));
    // Not even a request id to answer to.
    if (!frame.success) {
      connection.socket.close(1008);
      return;
    }
    const { cmd, headers, body } = frame.data;
    const trouble = troubles.next(cmd);
    if (trouble?.kind === 'before') {
      end(connection);
      return;
    }
    isHeard = (trouble === undefined || trouble.kind === 'refuse') && !connection.isEnding;
    const [errcode, errmsg] =
      trouble?.kind === 'refuse' ? [trouble.errcode, 'as told'] : carryOut(connection, frame.data);
    commands.push({ cmd, errcode: isHeard ? errcode : null, isCarriedOut: errcode === 0, body });
    if (isHeard) connection.socket.send(JSON.stringify({ headers, errcode, errmsg }));
    if (trouble?.kind === 'after') end(connection);
    changed();
  }

  server.on('connection', (socket) => {
    const connection: Connection = { id: (lastId += 1), socket, isSubscribed: false, isSilent: false, isEnding: false };
    connections.add(connection);
    // A client that sends what is no JSON is cut off.
    socket.on('message', (data: Buffer) => {
      try {
        hear(connection, data.toString());
      } catch {
        end(connection);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connection.isSubscribed = false;
      connections.delete(connection);
      changed();
    });
    changed();
  });

  const seconds = () => Math.floor(now() / 1000);
  function deliver(body: Readonly<Record<string, unknown>>): boolean {
    bodies.set(String(body['msgid']), body);
    const connection = live();
    if (connection === undefined || connection.isSilent) return false;
    const reqId = `req-${(lastId += 1)}`;
    chats.deliver(reqId, body, connection.id);
    const cmd = body['msgtype'] === 'event' ? 'aibot_event_callback' : 'aibot_msg_callback';
    connection.socket.send(JSON.stringify({ cmd, headers: { req_id: reqId }, body }));
    return true;
  }

  return {
    url,
    mediaHost: storage.host,
    botId,
    secret,
    shown: chats.shown,
    showing: (accept) => until(() => chats.shown.find(accept)),
    commands,
    connections: () => connections.size,
    isSubscribed: () => live() !== undefined,
    async subscribed() {
      await until(live);
    },
    picture: (bytes) => keepWithKey(storage, bytes),
    deliver,
    // A `response_url` is not documented for this mode.
    say: (fields, change = {}) => deliver({ ...botText({ botId, ...fields }), response_url: undefined, ...change }),
    saidElsewhere({ user = '', chatId = null }) {
      chats.noteSpoken(chatId ?? user, chatId !== null);
    },
    redeliver(messageId) {
      const body = bodies.get(messageId);
      if (body === undefined) throw new Error(`no message ${messageId}`);
      return deliver(body);
    },
    enter: (user, messageId) =>
      deliver({
        ...{ msgid: messageId, create_time: seconds(), aibotid: botId, from: { userid: user }, msgtype: 'event' },
        event: { eventtype: 'enter_chat' },
      }),
    tap(taskId, key, { user, messageId }) {
      const chat = chats.cards.find(taskId, user, key);
      if (chat === null) throw new Error(`${user} sees no such button`);
      const tapped = botTap({ taskId, key, user, messageId, chatId: chat === user ? null : chat });
      return deliver({ ...tapped, aibotid: botId, create_time: seconds(), response_url: undefined });
    },
    drop() {
      for (const connection of connections) end(connection);
    },
    async dropInTheMiddle() {
      const cut = [...connections].map(async (connection) => {
        connection.isEnding = true;
        const over = Promise.race([once(connection.socket, 'pong'), once(connection.socket, 'close')]);
        connection.socket.ping();
        await over;
        end(connection);
      });
      await Promise.all(cut);
    },
    subscribes: () => commands.filter(({ cmd }) => cmd === 'aibot_subscribe').length,
    goSilent() {
      for (const connection of connections) connection.isSilent = true;
    },
    kick() {
      const connection = live();
      if (connection !== undefined) takeOver(connection);
    },
    loseSession() {
      for (const connection of connections) connection.isSubscribed = false;
    },
    refuse: (cmd, errcode, count = 1) => troubles.add(cmd, { kind: 'refuse', errcode }, count),
    cut: (cmd, when) => troubles.add(cmd, { kind: when }),
    loseAck: (cmd, count = 1) => troubles.add(cmd, { kind: 'no-ack' }, count),
    behave() {
      troubles.clear();
    },
    send: (data) => live()?.socket.send(data),
    setAway(away) {
      isAway = away;
    },
    async close() {
      for (const { socket } of connections) socket.terminate();
      await storage.close();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
