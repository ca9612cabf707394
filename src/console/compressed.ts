import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'koa';

/** Shorter ones fit into one packet anyway. */
const LEAST_BYTES = 1_000;
/** What is larger goes out as it is: nothing a person waits for. */
const MOST_BYTES = 2 * 1024 * 1024;
/** Of a page: a hundredth of the time of the best one, and a tenth larger. */
const QUALITY = 5;
const BEST = constants.BROTLI_MAX_QUALITY;

const asBrotli = promisify(brotliCompress);
const asGzip = promisify(gzip);

/** A text as it goes over the wire. */
export interface Coded {
  readonly coding: 'br' | 'gzip' | 'identity';
  readonly body: Buffer;
}

/** What the browser takes of what can be made here. */
export function codingFor(ctx: Context): Coded['coding'] {
  ctx.vary('Accept-Encoding');
  const coding = ctx.acceptsEncodings('br', 'gzip', 'identity');
  return coding === 'br' || coding === 'gzip' ? coding : 'identity';
}

/** Compresses a text, away from the event loop; `once` does it as well as can be, for what is kept. */
export async function compress(text: string, coding: Coded['coding'], once = false): Promise<Coded> {
  const body = Buffer.from(text);
  if (coding === 'identity' || body.length < LEAST_BYTES || body.length > MOST_BYTES)
    return { coding: 'identity', body };
  const quality = once ? BEST : QUALITY;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  return { coding, body: coding === 'br' ? await asBrotli(body, { params }) : await asGzip(body) };
}

export function sendCoded(ctx: Context, { coding, body }: Coded): void {
  if (coding !== 'identity') ctx.set('Content-Encoding', coding);
  ctx.body = body;
}

/**
 * Sends a page. Compressed lengths tell something of what a page has twice, such as its form token and what was put into its
 * address: a remark of a random length takes the use out of measuring them.
 */
export async function sendPage(ctx: Context, markup: string): Promise<void> {
  ctx.type = 'html';
  const noise = randomBytes(1 + ((randomBytes(1)[0] ?? 0) >> 1)).toString('base64url');
  sendCoded(ctx, await compress(`${markup}<!-- ${noise.replaceAll('-', '_')} -->\n`, codingFor(ctx)));
}
