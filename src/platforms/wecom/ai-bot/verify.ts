import { z } from 'zod';
import { type CallbackRequest, NotAuthentic, type ResponseBody } from '../../../transports/webhook/webhook.ts';
import type { Envelope, Opened } from '../envelope.ts';

const Outer = z.object({ encrypt: z.string() });

/** The inner JSON of an authentic callback, still as text. Throws NotAuthentic; a body that is not encrypted counts as such. */
export function verify({ query, body }: CallbackRequest, envelope: Envelope): Opened {
  return envelope.open(query, readEncrypted(body));
}

function readEncrypted(body: Buffer): string {
  try {
    return Outer.parse(JSON.parse(body.toString())).encrypt;
  } catch {
    // The parser's own message quotes the body, so it is not passed on.
    throw new NotAuthentic('body is not an encrypted JSON envelope');
  }
}

/** The response that carries inner JSON, encrypted and signed; `nonce` is that of the callback, `now` in milliseconds since 1970. */
export function wrap(inner: object, envelope: Envelope, nonce: string, now: number): ResponseBody {
  const timestamp = Math.floor(now / 1000);
  const { encrypted, signature } = envelope.seal(JSON.stringify(inner), timestamp, nonce);
  const body = JSON.stringify({ encrypt: encrypted, msgsignature: signature, timestamp, nonce });
  // As Tencent's own plugin has it.
  return { type: 'text/plain', body };
}
