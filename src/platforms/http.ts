import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { decodeBody } from '../content-coding.ts';
import type { Proxy } from '../proxy.ts';
import { parseJson } from './json.ts';
import { createDispatcher, receive, type Silence } from './receive.ts';

export type { Silence } from './receive.ts';

const BOUNDS = { timeoutMs: 8_000, maxBytes: 64 * 1024 };
/** With this status nothing was done with the request. */
export const TOO_MANY_REQUESTS = 429;

/** A result code. A documented DingTalk sample has it as a text; every other value says nothing. */
export const ResultCode = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/u)
    .transform(Number),
]);

/** What WeCom and DingTalk answer. */
export const PlatformResponse = z.looseObject({ errcode: ResultCode, errmsg: z.string().catch('') });

/**
 * `response`: the platform said something; `errcode` 0 is yes. `silence`: it was not heard from, and `left` tells
 * whether it may have got the request all the same.
 */
export type PostResult =
  | {
      readonly kind: 'response';
      readonly errcode: number;
      readonly errmsg: string;
      readonly body: Record<string, unknown>;
    }
  | Silence;

/** `json` is null where the body was no JSON; names of headers are in lower case. */
export interface Heard {
  readonly kind: 'heard';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly json: unknown;
}

/** Calls a chat platform's API. */
export interface PlatformHttp {
  /** POSTs `body` as JSON, or GETs without one. Never rejects, follows no redirect, and reads at most 64 KiB, compressed or not. */
  call(url: string, body?: object): Promise<PostResult>;
  /** The same for a caller that reads the answer differently. */
  exchange(url: string, body?: object, how?: Exchanging): Promise<Heard | Silence>;
  close(): Promise<void>;
}

/** What a call has besides its body. */
export interface Exchanging {
  /** Absent: POST with a body, GET without one. */
  readonly method?: 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends it, as silence. */
  readonly signal?: AbortSignal;
}

export function createPlatformHttp(proxy: Proxy | null = null): PlatformHttp {
  const agent = createDispatcher(proxy, { connections: 16, allowH2: false, connect: { timeout: 3_000 } });
  return callingBy(
    (url, body, how) => exchange(agent, url, body, how),
    () => agent.close(),
  );
}

/** The same, whose calls all end with `signal`. Nothing is to be closed. */
export function until(signal: AbortSignal, http: Pick<PlatformHttp, 'exchange'>): PlatformHttp {
  return callingBy(
    (url, body, how = {}) =>
      http.exchange(url, body, {
        ...how,
        signal: how.signal === undefined ? signal : AbortSignal.any([how.signal, signal]),
      }),
    async () => undefined,
  );
}

function callingBy(exchange: PlatformHttp['exchange'], close: PlatformHttp['close']): PlatformHttp {
  return { call: (url, body) => call(exchange, url, body), exchange, close };
}

async function call(exchange: PlatformHttp['exchange'], url: string, body: object | undefined): Promise<PostResult> {
  const heard = await exchange(url, body);
  if (heard.kind === 'silence') return heard;
  const response = PlatformResponse.safeParse(heard.json);
  const left = heard.status !== TOO_MANY_REQUESTS;
  if (!response.success) return { kind: 'silence', left, cause: `answer without errcode (${heard.status})` };
  return { kind: 'response', errcode: response.data.errcode, errmsg: response.data.errmsg, body: response.data };
}

async function exchange(
  dispatcher: Dispatcher,
  url: string,
  body: object | undefined,
  { method = 'POST', headers = {}, signal }: Exchanging = {},
): Promise<Heard | Silence> {
  const json = { 'content-type': 'application/json; charset=utf-8', ...headers };
  const what =
    body === undefined ? { method: 'GET' as const, headers } : { method, headers: json, body: JSON.stringify(body) };
  const received = await receive(dispatcher, url, { ...what, ...(signal && { signal }) }, BOUNDS);
  if (received.kind === 'silence') return received;
  const bytes = decodeBody(received.body, received.headers['content-encoding'], BOUNDS.maxBytes);
  return { kind: 'heard', status: received.status, headers: received.headers, json: parseJson(bytes.toString()) };
}
