import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import type { Time } from '../../../src/time/time.ts';
import { createChanges } from '../changes.ts';
import { failed, type ApiAnswer } from '../platforms/dingtalk-api.ts';
import { parseJson } from '../platforms/json.ts';

const TICKET_MS = 90_000;
export const ROBOT_TOPIC = '/v1.0/im/bot/messages/get';
export const CARD_TOPIC = '/v1.0/card/instances/callback';

export interface DingtalkGatewayOptions {
  readonly clientId: string;
  readonly appSecret: string;
  readonly time: Time;
  /** Chooses the connection that gets a message: at least 0, less than 1. */
  readonly random: () => number;
  /** How long a robot message waits for its confirmation before it is delivered again, in milliseconds. */
  readonly redeliverAfterMs: number;
  /** How long a connection is open that was told to end, in milliseconds. */
  readonly closeAfterMs: number;
  /** Told of every message that is pushed, by its id. */
  readonly onPush: (id: string) => void;
  /** Told of every message that is confirmed, by its id. */
  readonly onConfirmed?: ((id: string) => void) | undefined;
}

/** One message for the robot, and what became of it. */
interface Pending {
  readonly topic: string;
  readonly data: string;
  deliveries: number;
  /** The deliveries that may still be confirmed: the id of the frame, and on which connection it went. */
  readonly frames: Map<string, Connection>;
  isConfirmed: boolean;
}

interface Connection {
  readonly socket: WebSocket;
  readonly topics: ReadonlySet<string>;
  /** Nothing more is sent to one that was told to end. */
  isEnding: boolean;
  /** What is in pings that have not come back, by their ids. */
  readonly pings: Map<string, string>;
}

const Open = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  ua: z.string().optional(),
  localIp: z.string().optional(),
  subscriptions: z.array(z.strictObject({ type: z.enum(['CALLBACK', 'EVENT']), topic: z.string().min(1) })).min(1),
});

const Reply = z.object({
  code: z.int(),
  headers: z.looseObject({ messageId: z.string(), contentType: z.literal('application/json') }),
  message: z.string(),
  data: z.string(),
});

/** What is said of a callback, as JSON in the data of its reply. */
const Said = z.object({ response: z.unknown() });

export type DingtalkGateway = ReturnType<typeof createDingtalkGateway>;

/**
 * DingTalk's Stream mode, as strict as its protocol: tickets for one connection each, frames whose data is JSON in a text,
 * confirmations that are looked at. Robot messages that are not confirmed come again, under the same `msgId` and another id of
 * their frame.
 */
export function createDingtalkGateway(options: DingtalkGatewayOptions) {
  const { clientId, appSecret, time, random, redeliverAfterMs, closeAfterMs, onPush, onConfirmed } = options;
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, { readonly expiresAt: number; readonly topics: ReadonlySet<string> }>();
  const connections = new Set<Connection>();
  const pending = new Map<string, Pending>();
  const problems: string[] = [];
  const timers = new Set<() => void>();
  const { changed, until } = createChanges();
  let opened = 0;

  const after = (ms: number, work: () => void) => {
    const cancel = time.after(ms, () => {
      timers.delete(cancel);
      work();
    });
    timers.add(cancel);
  };
  const usable = (topic?: string) =>
    [...connections].filter(({ isEnding, topics }) => !isEnding && (topic === undefined || topics.has(topic)));

  function sendFrame({ socket }: Connection, type: string, topic: string, data: string): string {
    const messageId = randomUUID().replaceAll('-', '');
    const headers = {
      ...{ topic, messageId, contentType: 'application/json', time: String(time.now()) },
      ...{ appId: 'app', connectionId: 'connection' },
    };
    socket.send(JSON.stringify({ specVersion: '1.0', type, headers, data }));
    return messageId;
  }

  function deliver(id: string): void {
    const message = pending.get(id);
    if (message === undefined || message.isConfirmed) return;
    const subscribed = usable(message.topic);
    const connection = subscribed[Math.floor(random() * subscribed.length)];
    if (connection !== undefined) {
      message.deliveries += 1;
      onPush(id);
      message.frames.set(sendFrame(connection, 'CALLBACK', message.topic, message.data), connection);
    }
    after(redeliverAfterMs, () => deliver(id));
  }

  /** Takes what a client says; returns what is wrong with it. */
  function take(connection: Connection, data: Buffer, isBinary: boolean): string | null {
    const parsed = Reply.safeParse(isBinary ? undefined : parseJson(data.toString()));
    if (!parsed.success) return `not a reply: ${z.prettifyError(parsed.error)}`;
    const reply = parsed.data;
    const { messageId } = reply.headers;
    const ping = connection.pings.get(messageId);
    if (ping !== undefined) {
      connection.pings.delete(messageId);
      return reply.code === 200 && reply.data === ping ? null : 'a ping did not come back as it was';
    }
    const [id = '', message] = [...pending].find(([, { frames }]) => frames.get(messageId) === connection) ?? [];
    if (message === undefined) return 'confirms what was not sent on this connection';
    if (reply.code !== 200) return `answered with ${reply.code}`;
    if (!Said.safeParse(parseJson(reply.data)).success) return 'no response in data';
    message.isConfirmed = true;
    onConfirmed?.(id);
    return null;
  }

  function hear(connection: Connection, data: Buffer, isBinary: boolean): void {
    const problem = take(connection, data, isBinary);
    if (problem !== null) problems.push(problem);
    changed();
  }

  function accept(socket: WebSocket, topics: ReadonlySet<string>): void {
    const connection: Connection = { socket, topics, isEnding: false, pings: new Map() };
    connections.add(connection);
    socket.on('message', (data: Buffer, isBinary) => hear(connection, data, isBinary));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connections.delete(connection);
      changed();
    });
    changed();
  }

  return {
    /** What clients did that the protocol does not allow. */
    problems,
    /** `POST /v1.0/gateway/connections/open`. */
    open(body: string, headers: IncomingMessage['headers'], host: string): ApiAnswer {
      // The real one may answer in XML then.
      if (headers.accept?.includes('application/json') !== true) return failed(406, 'accept', 'Accept is missing');
      const { data: request, error } = Open.safeParse(parseJson(body));
      if (request === undefined) return failed(400, 'param.error', z.prettifyError(error));
      if (request.clientId !== clientId || request.clientSecret !== appSecret)
        return failed(401, 'authFailed', '鉴权失败');
      const ticket = randomUUID();
      const topics = new Set(request.subscriptions.map(({ topic }) => topic));
      tickets.set(ticket, { expiresAt: time.now() + TICKET_MS, topics });
      opened += 1;
      return { status: 200, body: { endpoint: `ws://${host}/connect`, ticket } };
    },
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://gateway');
      const ticket = searchParams.get('ticket') ?? '';
      const known = tickets.get(ticket);
      tickets.delete(ticket);
      if (pathname !== '/connect' || known === undefined || time.now() >= known.expiresAt) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, known.topics));
    },

    /** How often a connection was asked for, and granted. */
    opened: () => opened,
    /** How many connections get messages. */
    connected: () => usable().length,
    whenConnected: (count: number) => until(() => usable().length === count),
    /** Delivers a message for the robot: the JSON of a callback. Returns its id. */
    say(message: Readonly<Record<string, unknown>>, topic = ROBOT_TOPIC): string {
      const id = typeof message['msgId'] === 'string' ? message['msgId'] : randomUUID();
      pending.set(id, { topic, data: JSON.stringify(message), deliveries: 0, frames: new Map(), isConfirmed: false });
      deliver(id);
      return id;
    },
    knows: (id: string) => pending.has(id),
    /** How often a message has been delivered. */
    deliveries: (id: string) => pending.get(id)?.deliveries ?? 0,
    isConfirmed: (id: string) => pending.get(id)?.isConfirmed === true,
    whenConfirmed: (id: string) => until(() => pending.get(id)?.isConfirmed === true),
    /** Delivers once more what was confirmed already, as if the confirmation had been lost. */
    deliverAgain(id: string): void {
      const message = pending.get(id);
      if (message !== undefined) message.isConfirmed = false;
      deliver(id);
    },
    /** Sends a text as it is on every connection. */
    sendRaw(text: string | Buffer): void {
      for (const { socket } of usable()) socket.send(text);
    },
    /** Pings every connection; resolves when all have answered. */
    async ping(): Promise<void> {
      const asked = usable();
      for (const connection of asked) {
        const data = JSON.stringify({ opaque: randomUUID() });
        connection.pings.set(sendFrame(connection, 'SYSTEM', 'ping', data), data);
      }
      await until(() => asked.every(({ pings }) => pings.size === 0));
    },
    /** Tells every connection to end, and ends it some time later. */
    announceEnd(): void {
      for (const connection of usable()) {
        sendFrame(connection, 'SYSTEM', 'disconnect', JSON.stringify({ reason: 'connection is expired' }));
        connection.isEnding = true;
        after(closeAfterMs, () => connection.socket.close());
      }
      changed();
    },
    /** The connections of now stay open, and nothing comes from them any more. */
    goSilent(): void {
      for (const connection of usable()) {
        connection.isEnding = true;
        // Not even what a WebSocket answers to a ping.
        connection.socket.pause();
      }
      changed();
    },
    /** Cuts every connection without a word. */
    cut(): void {
      for (const { socket } of connections) socket.terminate();
    },
    close(): void {
      for (const cancel of timers) cancel();
      for (const { socket } of connections) socket.terminate();
      server.close();
    },
  };
}
