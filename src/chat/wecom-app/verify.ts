import { z } from 'zod';
import { type CallbackRequest, NotAuthentic } from '../channel.ts';
import type { Envelope } from '../wecom/envelope.ts';
import { parseXml } from './xml.ts';

// The elements next to it are not signed, so nothing else of the outer document is looked at.
const Outer = z.object({ xml: z.object({ Encrypt: z.string() }) });

/** The inner XML of an authentic callback. Throws NotAuthentic; a body that is not encrypted counts as such. */
export async function verify({ query, body }: CallbackRequest, envelope: Envelope): Promise<string> {
  return envelope.open(query, await readEncrypted(body)).plaintext;
}

async function readEncrypted(body: Buffer): Promise<string> {
  const outer = Outer.safeParse(await parseXml(body.toString()).catch(() => null));
  // The parser's own message quotes the body, so it is not passed on.
  if (!outer.success) throw new NotAuthentic('body is not an encrypted XML envelope');
  return outer.data.xml.Encrypt;
}
