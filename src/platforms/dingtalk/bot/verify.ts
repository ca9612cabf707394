import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { type CallbackRequest, NotAuthentic } from '../../../transports/webhook/webhook.ts';
import { createJudgeOrigin, type OriginOptions } from './origin.ts';

/** DingTalk's own limit, on both sides of our clock; exactly an hour still passes. */
const WINDOW_MS = 3_600_000;

/** An unsigned request without a body. One with a body, or with only half of a signature, is none. */
export function isConsoleCheck({ headers, body }: CallbackRequest): boolean {
  return body.length === 0 && headers['timestamp'] === undefined && headers['sign'] === undefined;
}

export interface VerifyOptions extends OriginOptions {
  readonly appSecret: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An authentic message. */
export interface Verified {
  readonly json: unknown;
  /** Milliseconds since 1970. Of the time of its delivery and the message's own, the one that is further off. */
  readonly signedAt: number;
  readonly typedAt: number | null;
}

/**
 * Makes the check that returns a callback's JSON or throws NotAuthentic. The signature does not cover the body: who has seen one
 * good pair of headers can send any body for an hour. So what the body says about its origin and its time has to fit as well.
 */
export function createVerify({ appSecret, now, ...origin }: VerifyOptions): (request: CallbackRequest) => Verified {
  const judgeOrigin = createJudgeOrigin(origin);
  const key = createSecretKey(Buffer.from(appSecret));

  function checkSignature({ headers }: CallbackRequest): number {
    const { timestamp, sign } = headers;
    // Node joins a repeated header with a comma, which neither shape allows.
    if (typeof timestamp !== 'string' || !/^\d{13}$/.test(timestamp)) throw new NotAuthentic('timestamp is not in ms');
    if (typeof sign !== 'string' || !/^[A-Za-z0-9+/]{43}=$/.test(sign)) throw new NotAuthentic('sign is not a SHA-256');
    const expected = createHmac('sha256', key).update(`${timestamp}\n${appSecret}`).digest('base64');
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(sign))) throw new NotAuthentic('sign does not match');
    if (!isFresh(Number(timestamp))) throw new NotAuthentic('timestamp is over an hour off');
    return Number(timestamp);
  }

  /** Returns when the message was typed; null where it does not say. */
  function checkOrigin(body: unknown): number | null {
    const origin = judgeOrigin(body);
    if (!origin.ours) throw new NotAuthentic(origin.why);
    // What is no time is never fresh.
    if (origin.typedAt !== null && !isFresh(origin.typedAt)) throw new NotAuthentic('createAt is over an hour off');
    return origin.typedAt;
  }

  const isFresh = (time: number) => Math.abs(now() - time) <= WINDOW_MS;

  return (request) => {
    const timestamp = checkSignature(request);
    const json = parseJson(request.body);
    const typedAt = checkOrigin(json);
    return { json, signedAt: furtherOff(now(), timestamp, typedAt), typedAt };
  };
}

/** Of when a message was delivered and when it was typed, the one that is further off `now`; all in milliseconds since 1970. */
export function furtherOff(now: number, deliveredAt: number, typedAt: number | null): number {
  const offMs = (time: number) => Math.abs(now - time);
  return typedAt !== null && offMs(typedAt) > offMs(deliveredAt) ? typedAt : deliveredAt;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // The parser's own message quotes the body, so it is not passed on.
    throw new NotAuthentic('body is not JSON');
  }
}
