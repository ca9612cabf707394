import { hash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type CallbackRequest, NotAuthentic, type ResponseBody } from '../../../transports/webhook/webhook.ts';
import { decrypt, signatureOf } from '../cipher.ts';

/** Something authentic, by a callback or over the long connection. */
export type Verified = Event | Challenge;

export interface Event {
  readonly kind: 'event';
  readonly json: unknown;
  /** When this delivery was signed, in milliseconds since 1970. */
  readonly signedAt: number;
}

/** The console's check of the address, which is a callback as well. */
export interface Challenge {
  readonly kind: 'challenge';
  readonly challenge: string;
}

export interface VerifyOptions {
  readonly appId: string;
  readonly encryptKey: string;
  readonly verificationToken: string;
}

// The signature joins time and nonce with nothing in between, so only their shapes keep characters from wandering from one
// to the other. In practice the time is in seconds; the documents do not say.
const TIMESTAMP = /^\d{10}(?:\d{3})?$/;
const NONCE = /^[!-~]{1,128}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
/** Whatever a stranger may have echoed stays short. */
const CHALLENGE = /^[!-~]{1,256}$/;

const Outer = z.object({ encrypt: z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/u) });
const Check = z.object({ type: z.literal('url_verification'), challenge: z.string(), token: z.string() });
const Envelope = z.object({ schema: z.literal('2.0'), header: z.object({ token: z.string(), app_id: z.string() }) });

/**
 * Makes the check that returns what a callback says, or throws NotAuthentic. It is always encrypted and signed: without an
 * Encrypt Key there is nothing but a token in the body, which this bot does not take for a proof. Repetitions come for seven
 * hours, and it is not known whether they are signed anew, so the signature's time is no reason to refuse.
 */
export function createVerify({
  appId,
  encryptKey,
  verificationToken,
}: VerifyOptions): (request: CallbackRequest) => Verified {
  /** Returns the signed time; null where the request is not signed as it should be. */
  function signedTime({ headers, body }: CallbackRequest): number | null {
    const timestamp = headers['x-lark-request-timestamp'];
    const nonce = headers['x-lark-request-nonce'];
    const signature = headers['x-lark-signature'];
    // Node joins a repeated header with a comma, which none of the shapes but the nonce's allows.
    if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) return null;
    if (typeof nonce !== 'string' || !NONCE.test(nonce)) return null;
    if (typeof signature !== 'string' || !SIGNATURE.test(signature)) return null;
    const expected = signatureOf(timestamp, nonce, encryptKey, body);
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) return null;
    return timestamp.length === 10 ? Number(timestamp) * 1000 : Number(timestamp);
  }

  function open(body: Buffer): unknown {
    try {
      return JSON.parse(decrypt(encryptKey, Outer.parse(JSON.parse(body.toString())).encrypt));
    } catch {
      // Only one sentence, whatever is wrong: how far it came says something about the plaintext.
      throw new NotAuthentic('body is not encrypted with the Encrypt Key');
    }
  }

  return (request) => {
    const signedAt = signedTime(request);
    const json = open(request.body);
    const check = Check.safeParse(json);
    // It may come unsigned.
    if (check.success) {
      const { challenge, token } = check.data;
      if (!isSame(token, verificationToken)) throw new NotAuthentic('challenge with another token');
      if (!CHALLENGE.test(challenge)) throw new NotAuthentic('challenge has an odd shape');
      return { kind: 'challenge', challenge };
    }
    if (signedAt === null) throw new NotAuthentic('signature is missing or does not match');
    const envelope = Envelope.safeParse(json);
    if (!envelope.success) throw new NotAuthentic('not an event of version 2.0');
    const { token, app_id } = envelope.data.header;
    if (!isSame(token, verificationToken)) throw new NotAuthentic('event with another token');
    if (!isSame(app_id, appId)) throw new NotAuthentic('event of another app');
    return { kind: 'event', json, signedAt };
  };
}

/** The response that confirms: the challenge where there is one, and `{}` otherwise, which is known to count. */
export function confirm(content: Verified): ResponseBody {
  return toJson(content.kind === 'challenge' ? { challenge: content.challenge } : {});
}

export function toJson(body: object): ResponseBody {
  return { type: 'application/json', body: JSON.stringify(body) };
}

/** Compares in a time that does not depend on where two texts differ. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'));
}
