import type { IncomingHttpHeaders } from 'node:http';
import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { z } from 'zod';
import { AS_IT_IS, decodeBody } from '../content-coding.ts';
import { codeOf } from '../log/describe-error.ts';
import type { Proxy } from '../proxy.ts';
import { parseJson } from './json.ts';

const TIMEOUT_MS = 8_000;
/** With this status nothing was done with the request. */
export const TOO_MANY_REQUESTS = 429;
const MAX_RESPONSE_BYTES = 64 * 1024;

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

export interface Silence {
  readonly kind: 'silence';
  readonly left: boolean;
  readonly cause: string;
}

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
  const options = { connections: 16, allowH2: false, connect: { timeout: 3_000 } };
  const agent = proxy === null ? new Agent(options) : throughProxy(proxy, options);
  return {
    call: (url, body) => call(agent, url, body),
    exchange: (url, body, how) => exchange(agent, url, body, how),
    close: () => agent.close(),
  };
}

/** What is on this machine is called directly: so is all plain http, which only that may be. */
function throughProxy({ url, except }: Proxy, options: Agent.Options): Dispatcher {
  const noProxy = [except, ...THIS_MACHINE].join(',');
  return new EnvHttpProxyAgent({ ...options, httpsProxy: url, httpProxy: '', noProxy });
}
const THIS_MACHINE = ['localhost', '127.0.0.1', '::1'];

async function call(dispatcher: Dispatcher, url: string, body: object | undefined): Promise<PostResult> {
  const heard = await exchange(dispatcher, url, body);
  if (heard.kind === 'silence') return heard;
  const response = PlatformResponse.safeParse(heard.json);
  const left = heard.status !== TOO_MANY_REQUESTS;
  if (!response.success) return { kind: 'silence', left, cause: `answer without errcode (${heard.status})` };
  return { kind: 'response', errcode: response.data.errcode, errmsg: response.data.errmsg, body: response.data };
}

/** By the dispatcher itself: for each answer, undici's `request` makes a stream, and a signal with a time limit an entry that outlives it. */
function exchange(
  dispatcher: Dispatcher,
  url: string,
  body: object | undefined,
  { method = 'POST', headers = {}, signal }: Exchanging = {},
): Promise<Heard | Silence> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    let heard: IncomingHttpHeaders = {};
    let started: Dispatcher.DispatchController | null = null;
    let isOver = false;

    const end = (result: Heard | Silence): void => {
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    // undici calls `onRequestStart` on an established connection, right before it writes.
    const fail = (cause: string): void => {
      if (!isOver) end({ kind: 'silence', left: started !== null, cause });
    };
    const giveUp = (cause: string): void => {
      fail(cause);
      started?.abort(new Error(cause));
    };
    const onAbort = () => giveUp('AbortError');
    const timer = setTimeout(() => giveUp('TimeoutError'), TIMEOUT_MS);
    signal?.addEventListener('abort', onAbort);

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        if (isOver) controller.abort(new Error('it is too late'));
        else started = controller;
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode;
        heard = received;
      },
      onResponseData(_controller, chunk) {
        size += chunk.length;
        if (size > MAX_RESPONSE_BYTES) giveUp('TOO_LARGE');
        else chunks.push(chunk);
      },
      onResponseEnd() {
        if (isOver) return;
        const bytes = decodeBody(Buffer.concat(chunks, size), heard['content-encoding'], MAX_RESPONSE_BYTES);
        end({ kind: 'heard', status, headers: heard, json: parseJson(bytes.toString()) });
      },
      onResponseError: (_controller, error) => fail(codeOf(error)),
    };

    try {
      const { origin, pathname, search } = new URL(url);
      const to = { origin, path: pathname + search };
      const post = { ...AS_IT_IS, ...headers };
      if (signal?.aborted === true) onAbort();
      else if (body === undefined) dispatcher.dispatch({ ...to, method: 'GET', headers: post }, handler);
      else {
        const json = { 'content-type': 'application/json; charset=utf-8', ...post };
        dispatcher.dispatch({ ...to, method, body: JSON.stringify(body), headers: json }, handler);
      }
    } catch (error) {
      fail(codeOf(error));
    }
  });
}
