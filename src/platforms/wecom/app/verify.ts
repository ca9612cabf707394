import { type CallbackRequest, NotAuthentic } from '../../../chat/channel.ts';
import type { Envelope, Opened } from '../envelope.ts';

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

/** Read without an XML parser, which would work on bytes that nobody has vouched for, and take most of the time. */
function readEncrypted(body: Buffer): string {
  const [, inCdata, plain] = ENVELOPE.exec(body.toString()) ?? [];
  const encrypted = inCdata ?? plain;
  if (encrypted === undefined) throw new NotAuthentic('body is not an encrypted XML envelope');
  return encrypted;
}
