import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { createChanges } from '../changes.ts';
import { parseJson } from '../platforms/json.ts';
import { FEISHU_APP, feishuEvent, feishuText, type FeishuAppKeys, type FeishuMessage } from './feishu-callbacks.ts';
import { createFeishuLines, type FeishuConfirmed, type FeishuLinesOptions } from './feishu-lines.ts';
import { createFeishuMessages, FeishuCard, type FeishuAnswer, type FeishuShown } from './feishu-messages.ts';

/** The part of the server API, or `endpoint`, that a call is to. */
export const FEISHU_ENDPOINTS = ['token', 'endpoint', 'bot', 'message', 'read', 'picture', 'card'] as const;
export type FeishuEndpoint = (typeof FEISHU_ENDPOINTS)[number];
/** A number is answered as code; the `-after` ones do what they were asked first. */
export type FeishuMisbehaviour = number | 'hang' | 'reset' | 'reset-after' | 'html-500' | 'status-429';

export interface FeishuGatewayOptions {
  readonly keys?: FeishuAppKeys;
  /** Seconds between two pings, as the client is told. */
  readonly pingSeconds?: number;
  readonly tokenSeconds?: number;
  /** How long an answer may take, in milliseconds. */
  readonly ackWithinMs?: number;
  /** After these many milliseconds what was not confirmed is delivered again. */
  readonly redeliverAfterMs?: readonly number[];
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Told of every message of the bot's that people see; `acknowledged` is false where it does not hear that it was taken. */
  readonly onShown?: (shown: FeishuShown, acknowledged: boolean) => void;
  /** Told of every event that goes out by a connection, and of every one that is confirmed. */
  readonly onPush?: FeishuLinesOptions['onPush'];
  readonly onConfirmed?: FeishuLinesOptions['onConfirmed'];
}

export type FeishuGateway = Awaited<ReturnType<typeof startFeishuGateway>>;

const CardAnswer = z.strictObject({
  toast: z
    .strictObject({ type: z.enum(['success', 'info', 'warning', 'error']), content: z.string().min(1) })
    .optional(),
  card: z.strictObject({ type: z.literal('raw'), data: FeishuCard }).optional(),
});
export type FeishuCardAnswer = z.infer<typeof CardAnswer>;

/** Starts a simulated Feishu on one loopback port: its server API and the gateway of long connections, as strict as on record. */
export async function startFeishuGateway(options: FeishuGatewayOptions = {}) {
  const { keys = FEISHU_APP, pingSeconds = 120, tokenSeconds = 7200, ackWithinMs = 3_000, now = Date.now } = options;
  const { redeliverAfterMs, onShown, onPush = () => undefined, onConfirmed = () => undefined } = options;
  let isHeard = true;
  const shown: FeishuShown[] = [];
  /** The messages of which the bot was told that they are shown. */
  const confirmed = new Set<string>();
  const { changed, until } = createChanges();
  const messages = createFeishuMessages({
    keys,
    tokenSeconds,
    now,
    onShown(message) {
      shown.push(message);
      onShown?.(message, isHeard);
      changed();
    },
  });
  const called = new Map<FeishuEndpoint, number>();
  const misbehaving = new Map<FeishuEndpoint, { readonly how: FeishuMisbehaviour; left: number }>();
  const lines = createFeishuLines({
    pingSeconds,
    ackWithinMs,
    redeliverAfterMs,
    now,
    onChange: changed,
    onPush,
    onConfirmed,
  });

  function openEndpoint(body: unknown): FeishuAnswer {
    const asked = z.strictObject({ AppID: z.string(), AppSecret: z.string() }).safeParse(body);
    if (!asked.success) return { code: 1000040343, msg: 'internal error', data: {} };
    if (asked.data.AppID !== keys.appId || asked.data.AppSecret !== keys.appSecret)
      return { code: 1000040345, msg: 'app_id or app_secret is invalid', data: {} };
    return { code: 0, msg: '', data: { URL: `ws://${host}${lines.issuePath()}`, ClientConfig: lines.config() } };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = parseJson(Buffer.concat(chunks).toString());
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '/', 'http://feishu');
    const endpoint = endpointOf(method, url.pathname);
    called.set(endpoint, (called.get(endpoint) ?? 0) + 1);
    const manner = misbehaving.get(endpoint);
    const how = manner !== undefined && manner.left > 0 ? manner.how : null;
    if (manner !== undefined && how !== null) manner.left -= 1;
    const run = () => {
      isHeard = how === null;
      if (method !== 'GET' && !/^application\/json\b/u.test(headers['content-type'] ?? ''))
        return { code: 9499, msg: '' };
      if (endpoint === 'token') return messages.fetchToken(body);
      if (endpoint === 'endpoint') return openEndpoint(body);
      return messages.call(method, url, headers.authorization, body);
    };
    if (how === 'hang') return;
    if (how === 'reset-after') run();
    if (how === 'reset' || how === 'reset-after') return void response.socket?.resetAndDestroy();
    if (how === 'html-500') return void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>500</h1>');
    if (how === 'status-429')
      return void response.writeHead(429, { 'x-ogw-ratelimit-reset': '7' }).end('too many requests');
    const said = how === null ? run() : { code: how, msg: 'as told', data: {}, error: { log_id: 'log-2' } };
    if (said === null) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
    if (said instanceof Uint8Array)
      return void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(said);
    const { resetSeconds, ...json } = said;
    const { data: sent } = z.object({ data: z.object({ message_id: z.string() }) }).safeParse(said);
    if (sent !== undefined) confirmed.add(sent.data.message_id);
    const isEndpoint = endpoint === 'endpoint';
    response
      .writeHead(said.code === 0 || isEndpoint || endpoint === 'token' ? 200 : 400, {
        'content-type': 'application/json; charset=utf-8',
        ...(resetSeconds === undefined ? {} : { 'x-ogw-ratelimit-reset': `${resetSeconds as number}` }),
      })
      .end(JSON.stringify(json));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.destroy());
  });
  server.on('upgrade', lines.upgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    /** For FEISHU_API_URL. */
    url: `http://${host}`,
    keys,
    shown,
    isConfirmed: (messageId: string) => confirmed.has(messageId),
    complaints: lines.complaints,
    /** Resolves with the first message, past or future, that `accept` takes. */
    shows: (accept: (message: FeishuShown) => boolean) => until(() => shown.find(accept)),
    /** Resolves when so many connections are open. */
    connected: (count: number) => until(() => lines.open() === count && count),
    pinged: (times: number) => until(() => lines.pings() >= times && lines.pings()),
    opened: () => lines.opened(),
    calls: (endpoint: FeishuEndpoint) => called.get(endpoint) ?? 0,
    misbehave(endpoint: FeishuEndpoint, how: FeishuMisbehaviour, times: number): void {
      misbehaving.set(endpoint, { how, left: times });
    },
    /** Long connections: what may be done to them. */
    lines,
    /** Ends the access token that is in use. */
    revokeToken: (code: number) => messages.revokeToken(code),
    /** The bot's `activate_status`; null: the bot ability is off. */
    setBotStatus: (code: number | null) => messages.setBotStatus(code),
    /** From now on what concerns this message, chat or person is answered with `code`. */
    closeTo: (id: string, code: number) => messages.close(id, code),
    /** A person writes; `text` names the bot by `@_user_1`. */
    say(text: string, message: FeishuMessage = {}, parts = 1): Promise<FeishuConfirmed> {
      this.notes({ content: { text }, ...message });
      return lines.send(feishuText(text, { at: now(), ...message }, keys), parts);
    },
    /** A message is written, of which the bot hears by a callback. */
    notes: (message: FeishuMessage) => messages.heard(message),
    /** The pictures in what people write, and what the bot may see of it. */
    pictures: messages.pictures,
    send: lines.send,
    /** What the tap on a button of a card sends. */
    tapEvent(card: FeishuShown, label: string, openId = 'ou_staff001'): Record<string, unknown> {
      const rows = card.card?.body.elements.flatMap((element) => ('columns' in element ? element.columns : [])) ?? [];
      const button = rows.flatMap(({ elements }) => elements).find(({ text }) => text.content === label);
      if (button === undefined) throw new Error(`no button ${label}`);
      return feishuEvent(
        'card.action.trigger',
        {
          operator: { open_id: openId, union_id: 'on_1', user_id: 'u1', tenant_key: 'tenant1' },
          token: messages.issueCardToken(card.messageId),
          action: { tag: 'button', value: button.behaviors[0].value, timezone: 'Asia/Shanghai' },
          host: 'im_message',
          context: { open_message_id: card.messageId, open_chat_id: card.to },
        },
        { eventId: randomUUID(), createTime: now() },
        keys,
      );
    },
    /** What a client makes of the answer to a tap. Throws where it would show an error. */
    show(card: FeishuShown, data: unknown): FeishuCardAnswer {
      const shows = CardAnswer.parse(data ?? {});
      if (shows.card !== undefined) messages.change(card.messageId, shows.card.data);
      return shows;
    },
    async close(): Promise<void> {
      lines.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function endpointOf(method: string, pathname: string): FeishuEndpoint {
  if (pathname === '/callback/ws/endpoint') return 'endpoint';
  if (pathname.startsWith('/open-apis/auth/')) return 'token';
  if (pathname === '/open-apis/bot/v3/info') return 'bot';
  if (pathname.includes('/resources/')) return 'picture';
  if (pathname.startsWith('/open-apis/interactive/')) return 'card';
  return method === 'GET' ? 'read' : 'message';
}
