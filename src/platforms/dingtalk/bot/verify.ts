import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type CallbackRequest, NotAuthentic } from '../../../transports/webhook/webhook.ts';
import { isQuotaNotice } from './quota.ts';

/** DingTalk's own limit, on both sides of our clock; exactly an hour still passes. */
const WINDOW_MS = 3_600_000;

const Origin = z.object({
  robotCode: z.unknown().optional(),
  chatbotCorpId: z.unknown().optional(),
  createAt: z.unknown().optional(),
});

/** An unsigned request without a body. One with a body, or with only half of a signature, is none. */
export function isConsoleCheck({ headers, body }: CallbackRequest): boolean {
  return body.length === 0 && headers['timestamp'] === undefined && headers['sign'] === undefined;
}

export interface VerifyOptions {
  readonly appSecret: string;
  /** When set, the only robot that is listened to. */
  readonly robotCode: string | null;
  /** When set, the only corp whose robot is listened to. */
  readonly corpId: string | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An authentic callback. */
export interface Verified {
  readonly json: unknown;
  /** Milliseconds since 1970. Of the signed time and the message's own, the one that is further off. */
  readonly signedAt: number;
  readonly typedAt: number | null;
}

/**
 * Makes the check that returns a callback's JSON or throws NotAuthentic. The signature does not cover the body: who has seen one
 * good pair of headers can send any body for an hour. So what the body says about its origin and its time has to fit as well.
 */
export function createVerify({
  appSecret,
  robotCode,
  corpId,
  now,
}: VerifyOptions): (request: CallbackRequest) => Verified {
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
    const origin = Origin.safeParse(body);
    if (!origin.success) throw new NotAuthentic('body is not a JSON object');
    const { createAt } = origin.data;
    const typedAt = createAt === undefined ? null : toMs(createAt);
    if (typedAt !== null && !isFresh(typedAt)) throw new NotAuthentic('createAt is over an hour off');
    // A quota notice comes without most fields; all that it can bring about is one fixed sentence.
    const mayOmit = isQuotaNotice(body);
    const fits = (expected: string | null, given: unknown) =>
      expected === null || given === expected || (given === undefined && mayOmit);
    if (!fits(robotCode, origin.data.robotCode)) throw new NotAuthentic('from another robot');
    if (!fits(corpId, origin.data.chatbotCorpId)) throw new NotAuthentic('from the robot of another corp');
    return typedAt;
  }

  const offMs = (time: number) => Math.abs(now() - time);
  const isFresh = (time: number) => offMs(time) <= WINDOW_MS;

  return (request) => {
    const timestamp = checkSignature(request);
    const json = parseJson(request.body);
    const typedAt = checkOrigin(json);
    return { json, signedAt: typedAt !== null && offMs(typedAt) > offMs(timestamp) ? typedAt : timestamp, typedAt };
  };
}

/** The documentation's table calls `createAt` a string, its samples show a number. NaN when it is neither, which is never fresh. */
function toMs(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{13}$/.test(value) ? Number(value) : NaN;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // The parser's own message quotes the body, so it is not passed on.
    throw new NotAuthentic('body is not JSON');
  }
}
