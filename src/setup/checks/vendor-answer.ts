import { randomBytes, randomInt } from 'node:crypto';
import type { VendorAccess } from '../../config.ts';
import { decodeBody } from '../../content-coding.ts';
import { DETAIL_PATH } from '../../liantuofu/card-looks.ts';
import { detailForm, readDetail } from '../../liantuofu/detail.ts';
import { readResponse } from '../../liantuofu/outcome.ts';
import { troubleIn, type Trouble } from '../../liantuofu/refusals.ts';
import { createDispatcher, receive, type Silence } from '../../platforms/receive.ts';

/** Numbers of cards have as many digits; nobody is ever given this one. */
const NO_CARD = '0'.repeat(18);
const BOUNDS = { timeoutMs: 4_000, maxBytes: 64 * 1024 };

/**
 * What the vendor says of a card that cannot exist. `accepted`: yes, all the same. `missing`: a status that means that there
 * is no such endpoint, or not for us. `unclear`: anything else.
 */
export type VendorAnswer = Silence | (Read & { readonly status: number; readonly ms: number });

/**
 * Asks the vendor for the details of a card that cannot exist, signed with `key`. Nothing is ever redeemed by that. Directly,
 * as the service calls the vendor. Never rejects.
 */
export async function askForNoCard(
  { url, appId }: Pick<VendorAccess, 'url' | 'appId'>,
  key: string,
  signal: AbortSignal,
): Promise<VendorAnswer> {
  const dispatcher = createDispatcher(null, { connections: 1, allowH2: false, connect: { timeout: 3_000 } });
  const random = String(randomInt(10 ** 14)).padStart(14, '0');
  const since = performance.now();
  try {
    const received = await receive(
      dispatcher,
      url + DETAIL_PATH,
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: detailForm(NO_CARD, { appId, key }, random),
        signal,
      },
      BOUNDS,
    );
    if (received.kind === 'silence') return received;
    const { status, headers } = received;
    const body = decodeBody(received.body, headers['content-encoding'], BOUNDS.maxBytes);
    return { ...read(status, body), status, ms: Math.round(performance.now() - since) };
  } finally {
    await dispatcher.destroy();
  }
}

type Read =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unclear' }
  | { readonly kind: 'refused'; readonly words: string | null; readonly trouble: Trouble | null };

function read(status: number, body: Uint8Array): Read {
  const look = readDetail(status, body);
  switch (look.kind) {
    case 'missing':
      return { kind: 'missing' };
    case 'found':
      return { kind: 'accepted' };
    case 'refused':
      return { kind: 'refused', words: look.vendorMsg, trouble: troubleIn(look.vendorMsg) };
    case 'unavailable':
      // A yes without details is one, too.
      return { kind: readResponse(status, body).outcome.state === 'succeeded' ? 'accepted' : 'unclear' };
  }
}

/** A key that is certainly not the right one. */
export const wrongKey = (): string => randomBytes(16).toString('hex');

/** The vendor's own words, for people; at most one line of them. */
export function quote(words: string | null): string {
  const line = (words ?? '').replace(/\s+/gu, ' ').trim();
  return line === '' ? '「…」' : `「${Array.from(line).slice(0, 100).join('')}」`;
}
