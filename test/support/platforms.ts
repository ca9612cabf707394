import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDingtalkSessions } from './platforms/dingtalk.ts';
import { createWecomApp } from './platforms/wecom-app.ts';
import { createWecomBot } from './platforms/wecom-bot.ts';
import { APP_KEYS } from './service.ts';

/** As the ledger has them. */
export type ChannelName = 'wecom-app' | 'wecom-bot' | 'dingtalk';

/** A message that a person now sees. */
export interface Delivered {
  readonly channel: ChannelName;
  /** The member's userid, the `response_code` or the DingTalk session that it went to. */
  readonly to: string;
  readonly text: string;
  /** Who is notified in a group; may be empty. */
  readonly mentions: readonly string[];
  /** False when the answer that says so was lost on the way. */
  readonly acknowledged: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What an endpoint shows to a person. */
export type Deliver = (message: Omit<Delivered, 'acknowledged' | 'at'>) => void;

export interface PlatformResponse {
  readonly errcode: number;
  readonly errmsg: string;
  readonly [field: string]: unknown;
}

/** `token` is `gettoken`; the others are what delivers to the channel of that name. */
export type Endpoint = 'token' | ChannelName;

/**
 * What a call meets instead of the normal course. A number is answered as errcode. The `-after` ones do what they were
 * asked first, so that only the answer is lost.
 */
export type Misbehaviour = number | 'hang' | 'hang-after' | 'reset' | 'reset-after' | 'html-500';

export interface PlatformsOptions {
  readonly corpId?: string;
  readonly secret?: string;
  readonly agentId?: number;
  /** How long an access token lasts, in seconds. Default: 7200. */
  readonly tokenSeconds?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
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
  const watching = new Set<() => void>();
  const called = new Map<Endpoint, number>();
  const misbehaving = new Map<Endpoint, { how: Misbehaviour; left: number }>();

  let acknowledged = true;
  const deliver: Deliver = (message) => {
    delivered.push({ ...message, acknowledged, at: now() });
    for (const look of watching) look();
  };
  const app = createWecomApp({ corpId, secret, agentId, tokenSeconds, now, deliver });
  const bot = createWecomBot({ now, deliver });
  const sessions = createDingtalkSessions({ deliver });

  const routes: Record<string, [Endpoint, (query: URLSearchParams, body: string) => PlatformResponse]> = {
    'GET /cgi-bin/gettoken': ['token', (query) => app.getToken(query)],
    'POST /cgi-bin/message/send': ['wecom-app', (query, body) => app.send(query, body)],
    'POST /cgi-bin/aibot/response': ['wecom-bot', (query, body) => bot.respond(query, body)],
    'POST /robot/sendBySession': ['dingtalk', (query, body) => sessions.send(query, body)],
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
      return json ? act(searchParams, body) : { errcode: 43004, errmsg: 'require json content type' };
    };

    if (how === null) sendJson(response, run());
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
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}`;

  return {
    url,
    host,
    delivered,
    delivery: (accept) =>
      new Promise((resolve) => {
        const look = () => {
          const found = delivered.find(accept);
          if (found === undefined) return;
          watching.delete(look);
          resolve(found);
        };
        watching.add(look);
        look();
      }),
    calls: (endpoint) => called.get(endpoint) ?? 0,
    misbehave(endpoint, how, times) {
      misbehaving.set(endpoint, { how, left: times });
    },
    revokeToken: (errcode) => app.revokeToken(errcode),
    hideUser: (user) => app.hideUser(user),
    responseUrl: (code) => `${url}/cgi-bin/aibot/response?${bot.issue(code).toString()}`,
    sessionWebhook: (session) => `${url}/robot/sendBySession?${sessions.open(session).toString()}`,
    endSession: (session) => sessions.end(session),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function sendJson(response: ServerResponse, answer: PlatformResponse): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(answer));
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(request.headers['content-type'] ?? '');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
