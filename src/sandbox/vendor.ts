import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { SANDBOX_CARDS, type CardManner, type SandboxCard } from './cards.ts';
import { keepBooks, type Books } from './vendor-books.ts';
import { CALM, type Moods } from './vendor-chaos.ts';
import { ConsumeParams, DetailParams, readParams, type Credentials } from './vendor-params.ts';

const CONSUME_PATH = '/open/timescard/userTimesCardConsume';
const DETAIL_PATH = '/open/timescard/userTimesCardDetail';
const MAX_BODY_BYTES = 64 * 1024;
const SUCCESS = JSON.stringify({ code: 'SUCCESS', msg: '成功' });

export interface SimulatedVendorOptions extends Credentials {
  /** Default: a free one. */
  readonly port?: number;
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  /** Default: `SANDBOX_CARDS`. */
  readonly cards?: readonly SandboxCard[];
  /** How long a slow card takes, in milliseconds. Default: 6000. */
  readonly slowMs?: number;
  /** Default: calm. */
  readonly moods?: Moods;
  /** Called when visits were taken off a card, before the response is sent. Default: nothing. */
  readonly onBooked?: (books: Books) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly log?: Pick<BaseLogger, 'info'>;
}

export interface SimulatedVendor {
  readonly url: string;
  /** Other processes read the same as JSON at `GET /__books`. */
  readonly books: Books;
  /** Cuts all open connections. */
  close(): Promise<void>;
}

/** Starts a vendor that checks as strictly as the real one could and keeps its books in memory. Rejects when the port is taken. */
export async function startSimulatedVendor(options: SimulatedVendorOptions): Promise<SimulatedVendor> {
  const { host = '127.0.0.1', port = 0, cards = SANDBOX_CARDS, slowMs = 6000, now = Date.now, log } = options;
  const { moods = CALM, onBooked } = options;
  const books = keepBooks(cards, now);
  const server = createServer((request, response) => {
    respond(request, response).catch(() => request.destroy());
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://vendor');
    const act = actions.get(pathname);
    if (pathname === '/__books') {
      sendJson(response, JSON.stringify(books));
    } else if (act === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
    } else if (request.method === 'GET') {
      await act(searchParams, response);
    } else if (request.method === 'POST' && isForm(request)) {
      const body = await readBody(request);
      if (body === undefined) response.writeHead(413, { connection: 'close' }).end();
      else await act(new URLSearchParams(body), response);
    } else {
      refuse(response, '请求格式错误');
    }
  }

  async function consume(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const read = readParams(form, options, ConsumeParams);
    const card = 'params' in read ? read.params.cardNo : '';
    const { manner, beforeMs, afterMs } = moods(card, books.manner(card));
    if (beforeMs > 0) await sleep(beforeMs, undefined, { ref: false });
    const cut = manner === 'reset-before';
    const refused = 'refused' in read ? read.refused : cut ? '连接中断' : books.book(read.params);
    if (refused === null) onBooked?.(books);
    const params = Object.fromEntries([...form].filter(([name]) => name !== 'sign'));
    books.calls.push({ params, refused, at: now() });
    log?.info({ refused, manner }, 'simulated vendor was called');
    if (afterMs > 0) await sleep(afterMs, undefined, { ref: false });
    if (cut) response.socket?.resetAndDestroy();
    else if (refused !== null) refuse(response, refused);
    else confirm(response, manner, slowMs);
  }

  async function show(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const read = readParams(form, options, DetailParams);
    if ('refused' in read) {
      refuse(response, read.refused);
      return;
    }
    const seen = books.look(read.params.cardNo);
    if (seen.manner === 'slow') await sleep(slowMs, undefined, { ref: false });
    if ('refused' in seen) refuse(response, seen.refused);
    // Without a code, as the vendor's own client has it.
    else sendJson(response, JSON.stringify(seen.detail));
  }

  const actions = new Map([
    [CONSUME_PATH, consume],
    [DETAIL_PATH, show],
  ]);
  server.listen(port, host);
  await once(server, 'listening');
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${boundPort}`,
    books,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers a booked request in its card's manner. */
function confirm(response: ServerResponse, manner: Exclude<CardManner, 'reset-before'>, slowMs: number): void {
  switch (manner) {
    case 'normal':
      sendJson(response, SUCCESS);
      return;
    case 'slow': {
      const timer = setTimeout(() => sendJson(response, SUCCESS), slowMs);
      response.on('close', () => clearTimeout(timer));
      return;
    }
    case 'silent':
      return;
    case 'reset-after':
      response.socket?.resetAndDestroy();
      return;
    case 'html-500':
      response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>');
      return;
    case 'truncated':
      sendJson(response, SUCCESS.slice(0, 20));
      return;
    case 'odd-code':
      sendJson(response, JSON.stringify({ code: 'PROCESSING', msg: '处理中' }));
  }
}

function refuse(response: ServerResponse, msg: string): void {
  sendJson(response, JSON.stringify({ code: 'FAILED', msg }));
}

function sendJson(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' }).end(body);
}

function isForm(request: IncomingMessage): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;\s*charset=utf-8\s*)?$/i.test(
    request.headers['content-type'] ?? '',
  );
}

/** Undefined when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // The rest is read and dropped: a client that is still writing would not see the answer.
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString();
}
