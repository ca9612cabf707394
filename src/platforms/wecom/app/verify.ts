import { type CallbackRequest, NotAuthentic, type ResponseBody } from '../../../transports/webhook/webhook.ts';
import type { RandomBytes } from '../cipher.ts';
import type { Envelope, Opened } from '../envelope.ts';
import { cdata } from './xml.ts';

/** An element that is not `Encrypt`: it is not signed, so it is not looked at. */
const OTHER = String.raw`\s*<(?!Encrypt>)(?:\w+/>|\w+>(?:<!\[CDATA\[[^<]*\]\]>|[^<]*)</\w+>)`;
const ENCRYPT = String.raw`\s*<Encrypt>(?:\s*<!\[CDATA\[([^<\]]*)\]\]>\s*|([^<&]*))</Encrypt>`;
/** The whole envelope, which is always as flat as this (document/path/90930). */
const ENVELOPE = new RegExp(
  String.raw`^\s*(?:<\?xml[^<>]*\?>\s*)?<xml>(?:${OTHER})*${ENCRYPT}(?:${OTHER})*\s*</xml>\s*$`,
);

/** The inner XML of an authentic callback. Throws NotAuthentic; a body that is not encrypted counts as such. */
export function verify({ query, body }: CallbackRequest, envelope: Envelope): Opened {
  return envelope.open(query, readEncrypted(body));
}

/** Read without an XML parser, which would work on bytes that are not authentic yet, and take most of the time. */
function readEncrypted(body: Buffer): string {
  const [, inCdata, plain] = ENVELOPE.exec(body.toString()) ?? [];
  const encrypted = inCdata ?? plain;
  if (encrypted === undefined) throw new NotAuthentic('body is not an encrypted XML envelope');
  return encrypted;
}

export interface WrapContext {
  readonly envelope: Envelope;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
}

/** The response that carries inner XML, encrypted and signed. */
export function wrap(inner: string, { envelope, now, randomBytes }: WrapContext): ResponseBody {
  const timestamp = Math.floor(now() / 1000);
  const nonce = randomBytes(8).toString('hex');
  const { encrypted, signature } = envelope.seal(inner, timestamp, nonce);
  const body =
    `<xml><Encrypt>${cdata(encrypted)}</Encrypt><MsgSignature>${cdata(signature)}</MsgSignature>` +
    `<TimeStamp>${timestamp}</TimeStamp><Nonce>${cdata(nonce)}</Nonce></xml>`;
  return { type: 'text/plain', body };
}
