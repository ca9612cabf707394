// Long, because all that a test can have the platforms do is one list, beside how it is done.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realTime } from '../../src/time/real.ts';
import type { Time } from '../../src/time/time.ts';
import { createChanges } from './changes.ts';
import { createDingtalkGateway, type DingtalkGateway } from './gateways/dingtalk.ts';
import { createDingtalkApi, type ApiAnswer } from './platforms/dingtalk-api.ts';
import { createDingtalkSessions } from './platforms/dingtalk.ts';
import { startStorage } from './platforms/storage.ts';
import { createWecomApp } from './platforms/wecom-app.ts';
import { createWecomBot } from './platforms/wecom-bot.ts';
import { keepForBot } from './platforms/wecom-media.ts';
import { createWecomMenu } from './platforms/wecom-menu.ts';
import { APP_KEYS, DINGTALK_CLIENT_ID, DINGTALK_SECRET } from './service.ts';

/** As the ledger has them. */
export type ChannelName = 'wecom-app' | 'wecom-bot' | 'dingtalk';

/** A message that a person now sees. */
export interface Delivered {
  readonly channel: ChannelName;
  /** The member's userid, the `response_code`, or the DingTalk session, group or person that it went to. */
  readonly to: string;
  readonly text: string;
  /** Who is notified in a group; may be empty. */
  readonly mentions: readonly string[];
  /** Where it is a card. */
  readonly buttons?: readonly ShownButton[];
  /** False when the answer that says so was lost on the way. */
  readonly acknowledged: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A button whose tap is a message of the person who taps. */
export interface ShownButton {
  readonly label: string;
  readonly says: string;
}

/** What an endpoint shows to a person. */
export type Deliver = (message: Omit<Delivered, 'acknowledged' | 'at'>) => void;

export interface PlatformResponse {
  readonly errcode: number;
  readonly errmsg: string;
  readonly [field: string]: unknown;
}

export const ENDPOINTS = [
  'token',
  'wecom-app',
  'wecom-bot',
  'wecom-media',
  'wecom-menu',
  'wecom-agent',
  'dingtalk',
  'dingtalk-token',
  'dingtalk-group',
  'dingtalk-person',
  'dingtalk-file',
  'dingtalk-gateway',
] as const;

/**
 * `token` is WeCom's `gettoken`; those with the name of a channel deliver to it, DingTalk's by `sessionWebhook`. `wecom-media` and
 * `wecom-menu` are more of WeCom's API. The others are DingTalk's OpenAPI and the gateway of its connections.
 */
export type Endpoint = (typeof ENDPOINTS)[number];

/**
 * What a call meets instead of the normal course. A number is answered as errcode, an object as it is. The `-after` ones do
 * what they were asked first, so that only the answer is lost.
 */
export type Misbehaviour = number | ApiAnswer | 'hang' | 'hang-after' | 'reset' | 'reset-after' | 'html-500';

export interface PlatformsOptions {
  readonly corpId?: string;
  readonly secret?: string;
  readonly agentId?: number;
  /** How long an access token lasts, in seconds. Default: 7200. */
  readonly tokenSeconds?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly dingtalk?: {
    /** Of its gateway. */
    readonly time?: Time;
    readonly random?: () => number;
    /** How long a robot message waits for its confirmation before it comes again, in milliseconds. Default: 60,000. */
    readonly redeliverAfterMs?: number;
    /** How long a connection lives that was told to end, in milliseconds. Default: 10,000. */
    readonly closeAfterMs?: number;
    /** Calls of the OpenAPI in a month. */
    readonly apiQuota?: number;
    /** Told of every message that goes out by a connection, and of every one that is confirmed, by its id. */
    readonly onPush?: (id: string) => void;
    readonly onConfirmed?: (id: string) => void;
  };
}

export interface Platforms {
  /** For WECOM_API_URL. */
  readonly url: string;
  /** For DINGTALK_WEBHOOK_HOSTS. */
  readonly host: string;
  /** Everything that was accepted and shown, in order; what a duplicate check swallowed is not in here. */
  readonly delivered: readonly Delivered[];
  /** Resolves with the first delivered message, past or future, that `accept` takes. */
  delivery(accept: (message: Delivered) => boolean): Promise<Delivered>;
  /** How often an endpoint was called, with any answer. */
  calls(endpoint: Endpoint): number;
  /** The next `times` calls of an endpoint go wrong. Replaces what was told before. */
  misbehave(endpoint: Endpoint, how: Misbehaviour, times: number): void;
  /** Ends the access token that is in use; a request that shows it is answered with `errcode`. */
  revokeToken(errcode: 40014 | 42001): void;
  /** From now on this member is not in the visible range of the app: `errcode` 0, but listed in `invaliduser`. */
  hideUser(user: string): void;
  /** A `response_url` that works once; `code` is what `to` says in `delivered`. */
  responseUrl(code: string): string;
  /** A `sessionWebhook`; `session` is what `to` says in `delivered`. */
  sessionWebhook(session: string): string;
  endSession(session: string): void;
  /** What WeCom keeps of a picture: as a message to the app names it, and as one to the AI bot does, by its key. */
  readonly wecomPictures: {
    toApp(bytes: Uint8Array): { readonly mediaId: string; readonly picUrl: string };
    toBot(bytes: Uint8Array, aesKey: string): { readonly url: string };
  };
  /** The app as the console shows it. */
  readonly wecomAgent: Pick<ReturnType<typeof createWecomApp>, 'changeAgent' | 'distrust'>;
  readonly wecomMenu: Pick<ReturnType<typeof createWecomMenu>, 'current' | 'set'>;
  /** DingTalk's connections. */
  readonly dingtalk: DingtalkGateway;
  readonly dingtalkApi: Pick<
    ReturnType<typeof createDingtalkApi>,
    'revokeToken' | 'controlFlowTo' | 'leaveGroup' | 'keepPicture' | 'dropPicture'
  >;
  /** Where the pictures of messages to WeCom's bots and DingTalk's robot are, for MEDIA_HOSTS. */
  readonly mediaHost: string;
  /** How often one of them was asked for there. */
  mediaCalls(): number;
  /** What DingTalk has counted: calls of its OpenAPI, and messages by webhook and stream. */
  readonly dingtalkUsage: { readonly api: number; readonly push: number };
  /** Cuts all open connections. */
  close(): Promise<void>;
}

/** The app secret that the simulated WeCom expects, for WECOM_APP_SECRET. */
export const APP_SECRET = 'appSecret0123456789';

/** Starts simulated back ends of WeCom and DingTalk, as strict as their documents, on one loopback port. */
export async function startPlatforms(options: PlatformsOptions = {}): Promise<Platforms> {
  const { corpId = APP_KEYS.receiveId, secret = APP_SECRET, agentId = 1000002, tokenSeconds = 7200 } = options;
  const now = options.now ?? Date.now;
  const delivered: Delivered[] = [];
  const { changed, until } = createChanges();
  const called = new Map<Endpoint, number>();
  const misbehaving = new Map<Endpoint, { how: Misbehaviour; left: number }>();

  let acknowledged = true;
  const deliver: Deliver = (message) => {
    delivered.push({ ...message, acknowledged, at: now() });
    changed();
  };
  const app = createWecomApp({ corpId, secret, agentId, tokenSeconds, now, deliver });
  const bot = createWecomBot({ now, deliver });
  const menu = createWecomMenu({ agentId });
  const usage = { api: 0, push: 0 };
  const sessions = createDingtalkSessions({ deliver });
  const { redeliverAfterMs = 60_000, closeAfterMs = 10_000, apiQuota = 5_000, ...chosen } = options.dingtalk ?? {};
  const ding = { clientId: DINGTALK_CLIENT_ID, appSecret: DINGTALK_SECRET, robotCode: DINGTALK_CLIENT_ID };
  const storage = await startStorage(now);
  const api = createDingtalkApi({ ...ding, tokenSeconds, now, deliver, storage, onCall: () => ++usage.api > apiQuota });
  const gateway = createDingtalkGateway({
    ...ding,
    ...{ redeliverAfterMs, closeAfterMs, time: chosen.time ?? realTime, random: chosen.random ?? Math.random },
    onPush(id) {
      usage.push += 1;
      chosen.onPush?.(id);
    },
    onConfirmed: chosen.onConfirmed,
  });

  type Act = (
    query: URLSearchParams,
    body: string,
    headers: IncomingMessage['headers'],
  ) => PlatformResponse | ApiAnswer;
  const routes: Record<string, [Endpoint, Act]> = {
    'GET /cgi-bin/gettoken': ['token', (query) => app.getToken(query)],
    'POST /cgi-bin/message/send': ['wecom-app', (query, body) => app.send(query, body)],
    'GET /cgi-bin/media/get': ['wecom-media', (query) => app.withToken(query, () => app.getMedia(query))],
    'GET /cgi-bin/menu/get': ['wecom-menu', (query) => app.withToken(query, () => menu.get(query))],
    'GET /cgi-bin/agent/get': ['wecom-agent', (query) => app.withToken(query, () => app.getAgent(query))],
    'POST /cgi-bin/menu/create': ['wecom-menu', (query, body) => app.withToken(query, () => menu.create(query, body))],
    'POST /cgi-bin/aibot/response': ['wecom-bot', (query, body) => bot.respond(query, body)],
    'POST /robot/sendBySession': [
      'dingtalk',
      (query, body) => {
        usage.push += 1;
        return sessions.send(query, body);
      },
    ],
    'POST /v1.0/oauth2/accessToken': ['dingtalk-token', (_, body) => api.getToken(body)],
    'POST /v1.0/robot/groupMessages/send': ['dingtalk-group', (_, body, headers) => api.toGroup(headers, body)],
    'POST /v1.0/robot/oToMessages/batchSend': ['dingtalk-person', (_, body, headers) => api.toPeople(headers, body)],
    'POST /v1.0/robot/messageFiles/download': ['dingtalk-file', (_, body, headers) => api.getFile(headers, body)],
    'POST /v1.0/gateway/connections/open': [
      'dingtalk-gateway',
      (_, body, headers) => gateway.open(body, headers, host),
    ],
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://platforms');
    const route = routes[`${request.method ?? ''} ${pathname}`];
    if (route === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
      return;
    }
    const [endpoint, act] = route;
    called.set(endpoint, (called.get(endpoint) ?? 0) + 1);
    const how = nextManner(endpoint);
    const body = await readBody(request);
    const json = request.method === 'GET' || isJson(request);
    const run = () => {
      acknowledged = how === null;
      return json ? act(searchParams, body, request.headers) : { errcode: 43004, errmsg: 'require json content type' };
    };

    if (how === null) sendJson(response, run());
    if (typeof how === 'object' && how !== null) sendJson(response, how);
    if (typeof how === 'number') sendJson(response, { errcode: how, errmsg: 'as told, from ip: 203.0.113.7' });
    if (how === 'hang-after' || how === 'reset-after') run();
    if (how === 'reset' || how === 'reset-after') response.socket?.resetAndDestroy();
    if (how === 'html-500') response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>500</h1>');
  }

  function nextManner(endpoint: Endpoint): Misbehaviour | null {
    const manner = misbehaving.get(endpoint);
    if (manner === undefined || manner.left === 0) return null;
    manner.left--;
    return manner.how;
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.destroy());
  });
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}`;

  return {
    url,
    host,
    delivered,
    delivery: (accept) => until(() => delivered.find(accept)),
    calls: (endpoint) => called.get(endpoint) ?? 0,
    misbehave(endpoint, how, times) {
      misbehaving.set(endpoint, { how, left: times });
    },
    revokeToken: (errcode) => app.revokeToken(errcode),
    hideUser: (user) => app.hideUser(user),
    responseUrl: (code) => `${url}/cgi-bin/aibot/response?${bot.issue(code).toString()}`,
    sessionWebhook: (session) => `${url}/robot/sendBySession?${sessions.open(session).toString()}`,
    endSession: (session) => sessions.end(session),
    wecomPictures: {
      toApp: (bytes) => ({ mediaId: app.addMedia(bytes), picUrl: storage.addressOf(storage.keep(bytes)) }),
      toBot: (bytes, aesKey) => keepForBot(storage, bytes, aesKey),
    },
    wecomAgent: app,
    wecomMenu: menu,
    dingtalk: gateway,
    dingtalkApi: api,
    mediaHost: storage.host,
    mediaCalls: () => storage.asked(),
    dingtalkUsage: usage,
    async close() {
      gateway.close();
      await storage.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function sendJson(response: ServerResponse, answer: PlatformResponse | ApiAnswer): void {
  const { status, body } = isApiAnswer(answer) ? answer : { status: 200, body: answer };
  if (body instanceof Uint8Array) response.writeHead(status, { 'content-type': 'application/octet-stream' }).end(body);
  else if (typeof body === 'string') response.writeHead(status, { 'content-type': 'text/html' }).end(body);
  else response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
}

function isApiAnswer(answer: PlatformResponse | ApiAnswer): answer is ApiAnswer {
  return !('errcode' in answer);
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(request.headers['content-type'] ?? '');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
