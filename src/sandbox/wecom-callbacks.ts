import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Envelope } from '../platforms/wecom/envelope.ts';
import type { Log } from '../log.ts';

const DELIVERIES = 3;

export interface CallbacksOptions {
  readonly callbackUrl: string;
  readonly envelope: Envelope;
  /** Milliseconds. */
  readonly pace: { readonly respondWithin: number; readonly redeliverAfter: number };
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Ends everything that is under way. */
  readonly signal: AbortSignal;
  readonly log: Pick<Log, 'warn'>;
}

/** Reads an answer's body; `nonce` is that of the callback. Throws when WeCom would not take it. */
export type AnswerReader<T> = (body: string, envelope: Envelope, nonce: string) => T;

/** The requests that WeCom makes to a bot's callback URL. */
export interface Callbacks {
  /** Rejects unless the URL proves that it holds the same token and key. */
  checkUrl(): Promise<void>;
  /** One callback. Null = nothing to say; rejects on any status but 200, on silence, and on an answer that is wrong. */
  post<T>(inner: object, read: AnswerReader<T>): Promise<T | null>;
  /** The same, delivered up to three times until it is answered with 200. */
  deliver<T>(inner: object, read: AnswerReader<T>): Promise<T | null>;
}

interface Received<T> {
  /** Reads the body. Throws like the reader. */
  readonly answer: () => T | null;
}

export function createCallbacks(options: CallbacksOptions): Callbacks {
  const { callbackUrl, envelope, pace, now, signal, log } = options;

  function sign(plaintext: string): { url: URL; nonce: string; encrypted: string } {
    const timestamp = Math.floor(now() / 1000);
    const nonce = String(randomInt(1_000_000_000, 10_000_000_000));
    const { encrypted, signature } = envelope.seal(plaintext, timestamp, nonce);
    const url = new URL(callbackUrl);
    url.search = new URLSearchParams({ msg_signature: signature, timestamp: String(timestamp), nonce }).toString();
    return { url, nonce, encrypted };
  }

  async function request(url: URL, init: RequestInit): Promise<string> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(pace.respondWithin)]);
    const response = await fetch(url, { ...init, redirect: 'manual', signal: limit });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`the callback URL answered ${response.status}`);
    return body;
  }

  async function send<T>(inner: object, read: AnswerReader<T>): Promise<Received<T>> {
    const { url, nonce, encrypted } = sign(JSON.stringify(inner));
    const headers = { 'content-type': 'application/json' };
    const body = await request(url, { method: 'POST', headers, body: JSON.stringify({ encrypt: encrypted }) });
    return { answer: () => (body === '' ? null : read(body, envelope, nonce)) };
  }

  async function sendUntilTaken<T>(inner: object, read: AnswerReader<T>, delivery: number): Promise<Received<T>> {
    try {
      return await send(inner, read);
    } catch (error) {
      signal.throwIfAborted();
      if (delivery === DELIVERIES) throw error;
      log.warn({ err: error, delivery }, 'simulated WeCom delivers a callback again');
    }
    await pause(pace.redeliverAfter, undefined, { signal });
    return sendUntilTaken(inner, read, delivery + 1);
  }

  return {
    async checkUrl() {
      const echo = String(randomInt(1_000_000_000, 10_000_000_000)).repeat(2);
      const { url, encrypted } = sign(echo);
      url.searchParams.set('echostr', encrypted);
      if ((await request(url, {})) !== echo) throw new Error('the callback URL did not give the echo back');
    },

    post: async (inner, read) => (await send(inner, read)).answer(),

    deliver: async (inner, read) => (await sendUntilTaken(inner, read, 1)).answer(),
  };
}
