import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { parseJson } from '../platforms/json.ts';
import { headerOf, readFrame, writeFrame, type WireFrame } from './feishu-frames.ts';

/** How one frame of the platform's was answered. */
export interface FeishuConfirmed {
  readonly code: number;
  /** What the answer says; null where it only confirms. */
  readonly data: unknown;
  /** Whether the numbers of the frame came back as they were. */
  readonly isExact: boolean;
}

interface Delivery {
  readonly envelope: Record<string, unknown>;
  readonly messageId: string;
  readonly confirmed: PromiseWithResolvers<FeishuConfirmed>;
  isConfirmed: boolean;
  times: number;
}

const REDELIVER_AFTER_MS = [15_000, 5 * 60_000, 3_600_000, 6 * 3_600_000];
const Payload = z.strictObject({
  code: z.number(),
  headers: z.record(z.string(), z.string()).nullable().optional(),
  data: z.string().nullable().optional(),
});
export interface FeishuLinesOptions {
  readonly pingSeconds: number;
  readonly ackWithinMs: number;
  readonly redeliverAfterMs: readonly number[] | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told that a connection came or went, and that a ping came. */
  readonly onChange: () => void;
  /** Told of every event that goes out, and of every one that is confirmed. */
  readonly onPush: (event: Readonly<Record<string, unknown>>) => void;
  readonly onConfirmed: (event: Readonly<Record<string, unknown>>) => void;
}

/** The gateway of long connections. */
export function createFeishuLines(options: FeishuLinesOptions) {
  const {
    pingSeconds,
    ackWithinMs,
    redeliverAfterMs = REDELIVER_AFTER_MS,
    now,
    onChange,
    onPush,
    onConfirmed,
  } = options;
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const tickets = new Set<string>();
  const sockets = new Set<WebSocket>();
  const waiting = new Map<string, Delivery>();
  const timers = new Set<NodeJS.Timeout>();
  /** What a real one may not forgive. */
  const complaints: string[] = [];
  let opened = 0;
  let pings = 0;
  let isSilent = false;
  let handshake: { readonly headers: Record<string, string>; left: number } | null = null;
  let interval = pingSeconds;

  const config = () => ({ ReconnectCount: -1, ReconnectInterval: 1, ReconnectNonce: 1, PingInterval: interval });

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://feishu');
    // Whether one can be used twice is not known: here it cannot.
    const knows = tickets.delete(searchParams.get('ticket') ?? '');
    const wrong = pathname !== '/ws/v2' || !knows || !searchParams.has('device_id') || !searchParams.has('service_id');
    const told = handshake !== null && handshake.left > 0 ? handshake : null;
    if (told !== null) told.left -= 1;
    if (wrong || told !== null) {
      const headers = told?.headers ?? { 'Handshake-Status': '403', 'Handshake-Msg': 'ticket is invalid' };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\n${lines.join('')}\r\n`);
      return;
    }
    wss.handleUpgrade(request, socket, head, (ws) => {
      opened += 1;
      sockets.add(ws);
      ws.on('message', (data, isBinary) => heard(ws, Buffer.from(data as Buffer), isBinary));
      ws.on('close', () => {
        sockets.delete(ws);
        onChange();
      });
      ws.on('error', () => undefined);
      onChange();
    });
  }

  function heard(ws: WebSocket, data: Buffer, isBinary: boolean): void {
    if (isSilent) return;
    let frame: WireFrame;
    try {
      if (!isBinary) throw new Error('a text');
      frame = readFrame(data);
    } catch (error) {
      complaints.push(`not a frame: ${String(error)}`);
      return;
    }
    if (frame.service !== SERVICE) complaints.push(`service ${frame.service}`);
    if (frame.method === 0) {
      if (headerOf(frame, 'type') !== 'ping') complaints.push('control that is no ping');
      pings += 1;
      const headers = [{ key: 'type', value: 'pong' }];
      ws.send(writeFrame({ ...frame, headers, payload: Buffer.from(JSON.stringify(config())) }));
      onChange();
      return;
    }
    confirm(frame);
  }

  function confirm(frame: WireFrame): void {
    const delivery = waiting.get(headerOf(frame, 'message_id') ?? '');
    const payload = Payload.safeParse(parseJson(frame.payload?.toString() ?? ''));
    if (delivery === undefined || !payload.success) {
      complaints.push('an answer that fits to nothing');
      return;
    }
    for (const key of ['type', 'message_id', 'sum', 'seq', 'trace_id', 'timestamp', 'instance_id'])
      if (headerOf(frame, key) === undefined) complaints.push(`an answer without ${key}`);
    if (!/^-?\d+$/u.test(headerOf(frame, 'biz_rt') ?? '')) complaints.push('an answer without biz_rt');
    const { code, data } = payload.data;
    if (code === 200) {
      delivery.isConfirmed = true;
      onConfirmed(delivery.envelope);
    }
    delivery.confirmed.resolve({
      code,
      data: data == null ? null : parseJson(Buffer.from(data, 'base64').toString()),
      isExact: frame.SeqID === SEQ_ID && frame.LogID === LOG_ID,
    });
  }

  /** To one of the connections, chosen by chance. */
  function deliver(delivery: Delivery, parts = 1): void {
    delivery.times += 1;
    const redeliverMs = redeliverAfterMs[delivery.times - 1];
    if (redeliverMs !== undefined) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (!delivery.isConfirmed) deliver(delivery);
      }, ackWithinMs + redeliverMs);
      timers.add(timer);
    }
    const all = [...sockets];
    const ws = all[Math.floor(Math.random() * all.length)];
    if (ws === undefined || isSilent) return;
    onPush(delivery.envelope);
    const payload = Buffer.from(JSON.stringify(delivery.envelope));
    const size = Math.ceil(payload.length / parts);
    const order = Array.from({ length: parts }, (_, index) => parts - 1 - index);
    for (const seq of order) {
      const piece = payload.subarray(seq * size, (seq + 1) * size);
      ws.send(writeFrame({ ...envelopeFrame(delivery.messageId, parts, seq, now()), payload: piece }));
    }
  }

  function send(envelope: Record<string, unknown>, parts = 1): Promise<FeishuConfirmed> {
    const messageId = randomUUID();
    const confirmed = Promise.withResolvers<FeishuConfirmed>();
    const delivery = { envelope, messageId, confirmed, isConfirmed: false, times: 0 };
    waiting.set(messageId, delivery);
    deliver(delivery, parts);
    return confirmed.promise;
  }

  return {
    complaints,
    config,
    upgrade,
    send,
    open: () => sockets.size,
    opened: () => opened,
    pings: () => pings,
    /** The path and the query of an address for one connection. */
    issuePath(): string {
      const ticket = randomUUID();
      tickets.add(ticket);
      const query = new URLSearchParams({
        ...{ fpid: '493', aid: '552564', device_id: '7392018274650192837', access_key: 'ab12' },
        ...{ service_id: String(SERVICE), ticket },
      });
      return `/ws/v2?${query.toString()}`;
    },
    refuseHandshakes(status: number, autherrcode: number | null, times: number): void {
      const code = autherrcode === null ? {} : { 'Handshake-Autherrcode': String(autherrcode) };
      handshake = { headers: { 'Handshake-Status': String(status), 'Handshake-Msg': 'as told', ...code }, left: times };
    },
    /** Sends bytes to all. */
    spoil(data: Buffer | string): void {
      for (const ws of sockets) ws.send(data);
    },
    /** What clients are told from now on, in seconds. */
    setPing(seconds: number): void {
      interval = seconds;
    },
    /** Closes all connections without a word. */
    drop(): void {
      for (const ws of sockets) ws.terminate();
    },
    /** Nothing comes from here any more, and nothing is heard; the connections stay. */
    fallSilent(silent: boolean): void {
      isSilent = silent;
    },
    close(): void {
      for (const timer of timers) clearTimeout(timer);
      for (const ws of sockets) ws.terminate();
    },
  };
}

const SERVICE = 33554678;
// Beyond what a double can hold.
const SEQ_ID = '9007199254740993';
const LOG_ID = '18446744073709551557';

function envelopeFrame(messageId: string, sum: number, seq: number, at: number): WireFrame {
  const headers = {
    ...{ type: 'event', message_id: messageId, sum: String(sum), seq: String(seq), trace_id: 'trace-1' },
    ...{ timestamp: String(at), instance_id: 'instance-1' },
  };
  return {
    SeqID: SEQ_ID,
    LogID: LOG_ID,
    service: SERVICE,
    method: 1,
    headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
  };
}
