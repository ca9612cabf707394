import { z } from 'zod';
import { type CallbackRequest, NotAuthentic } from '../../../chat/channel.ts';
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
