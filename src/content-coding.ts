import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** Asks for answers as they are; some servers and proxies still compress them. */
export const AS_IT_IS = { 'accept-encoding': 'identity' } as const;

/** No server compresses more often. */
const MAX_CODINGS = 3;

/**
 * An answer's body without its content coding (gzip, deflate, br), at most `maxBytes` of it. What cannot be undone, is
 * longer or is not coded at all comes back as it is: its reader finds that it is no JSON. Never throws.
 */
export function decodeBody(body: Buffer, contentEncoding: string | string[] | undefined, maxBytes: number): Buffer {
  if (contentEncoding === undefined && !isGzip(body)) return body;
  const codings = [contentEncoding ?? []].flat().join(',').toLowerCase().split(',').slice(-MAX_CODINGS);
  try {
    // The last coding was put on last. A short answer is decoded within a millisecond, so it blocks no other work.
    return codings.reduceRight((coded, coding) => decode(coded, coding.trim(), maxBytes), body);
  } catch {
    return body;
  }
}

function decode(body: Buffer, coding: string, maxOutputLength: number): Buffer {
  // Some proxies decode the body and leave the header, or the other way round.
  if (isPlain(body)) return body;
  if (isGzip(body)) return gunzipSync(body, { maxOutputLength });
  if (coding === 'br') return brotliDecompressSync(body, { maxOutputLength });
  // By the standard `deflate` is zlib's format; some servers send it without zlib's frame.
  if (coding === 'deflate')
    return isZlib(body) ? inflateSync(body, { maxOutputLength }) : inflateRawSync(body, { maxOutputLength });
  return body;
}

/** JSON objects are all that is asked for; neither a gzip, a zlib nor a brotli stream with anything in it begins so. */
const isPlain = (body: Buffer): boolean => body[0] === 0x7b;
const isGzip = (body: Buffer): boolean => body[0] === 0x1f && body[1] === 0x8b;
/** RFC 1950: method 8, and a checksum of the two bytes. */
const isZlib = (body: Buffer): boolean =>
  body.length > 1 && (body.readUInt8(0) & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;
