import type { IncomingHttpHeaders } from 'node:http';
import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';
import { AS_IT_IS } from '../content-coding.ts';
import { codeOf } from '../log/describe-error.ts';
import type { Proxy } from '../proxy.ts';

/** It was not heard from; `left` tells whether it may have got the request all the same. */
export interface Silence {
  readonly kind: 'silence';
  readonly left: boolean;
  readonly cause: string;
}

/** The cause of a silence: it sent more than may be received. */
export const TOO_LARGE = 'TOO_LARGE';

/** An answer as it came; names of headers are in lower case. */
export interface Received {
  readonly kind: 'received';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends it, as silence. */
  readonly signal?: AbortSignal;
}

export interface Bounds {
  /** For all of it, in milliseconds. */
  readonly timeoutMs: number;
  /** Of the body as it comes. */
  readonly maxBytes: number;
}

/** What makes the connections: directly, or through `proxy`. What is on this machine is called directly: so is all plain http, which only that may be. */
export function createDispatcher(proxy: Proxy | null, options: Agent.Options): Dispatcher {
  if (proxy === null) return new Agent(options);
  const noProxy = [proxy.except, ...THIS_MACHINE].join(',');
  return new EnvHttpProxyAgent({ ...options, httpsProxy: proxy.url, httpProxy: '', noProxy });
}
const THIS_MACHINE = ['localhost', '127.0.0.1', '::1'];

/**
 * Makes one request, and follows no redirect. Never rejects. By the dispatcher itself: for each answer, undici's `request` makes
 * a stream, and a signal with a time limit an entry that outlives it.
 */
export function receive(
  dispatcher: Dispatcher,
  url: string,
  { method, headers = {}, body, signal }: Request,
  { timeoutMs, maxBytes }: Bounds,
): Promise<Received | Silence> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    let heard: IncomingHttpHeaders = {};
    let started: Dispatcher.DispatchController | null = null;
    let isOver = false;

    const end = (result: Received | Silence): void => {
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
    const timer = setTimeout(() => giveUp('TimeoutError'), timeoutMs);
    signal?.addEventListener('abort', onAbort);

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        if (isOver) controller.abort(new Error('it is too late'));
        else started = controller;
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode;
        heard = received;
        if (Number(received['content-length']) > maxBytes) giveUp(TOO_LARGE);
      },
      onResponseData(_controller, chunk) {
        size += chunk.length;
        if (size > maxBytes) giveUp(TOO_LARGE);
        else chunks.push(chunk);
      },
      onResponseEnd() {
        if (!isOver) end({ kind: 'received', status, headers: heard, body: Buffer.concat(chunks, size) });
      },
      onResponseError: (_controller, error) => fail(codeOf(error)),
    };

    try {
      const { origin, pathname, search } = new URL(url);
      const to = { origin, path: pathname + search, method, headers: { ...AS_IT_IS, ...headers } };
      if (signal?.aborted === true) onAbort();
      else dispatcher.dispatch({ ...to, ...(body === undefined ? {} : { body }) }, handler);
    } catch (error) {
      fail(codeOf(error));
    }
  });
}
