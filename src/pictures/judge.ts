import type { NotRead } from '../redemption/shown.ts';
import { jpegSize } from './jpeg.ts';
import { pngSize } from './png.ts';
import type { Kind } from './protocol.ts';
import type { Size } from './size.ts';
import { webpSize } from './webp.ts';

const MAX_BYTES = 10_000_000;
const MAX_PIXELS = 25_000_000;
const MAX_SIDE = 10_000;

const SIZES: Readonly<Record<Kind, (bytes: Buffer) => Size | NotRead>> = {
  jpeg: jpegSize,
  png: pngSize,
  webp: webpSize,
};

/**
 * What kind of picture the bytes are, or why they are not worth decoding. A decoder takes memory for as many pixels as a
 * header names before it sees the first of them, so this reads nothing but the header.
 */
export function judge(bytes: Uint8Array): { readonly kind: Kind } | { readonly why: NotRead } {
  if (bytes.length > MAX_BYTES) return { why: 'too-large' };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = kindOf(buffer);
  if (kind === 'heic' || kind === 'not-a-picture') return { why: kind };
  const size = SIZES[kind](buffer);
  if (typeof size === 'string') return { why: size };
  const { width, height } = size;
  if (width === 0 || height === 0) return { why: 'damaged' };
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) return { why: 'too-many-pixels' };
  return { kind };
}

/** By the first bytes, whatever a name or a header says. */
function kindOf(bytes: Buffer): Kind | 'heic' | 'not-a-picture' {
  if (bytes.subarray(0, 3).toString('hex') === 'ffd8ff') return 'jpeg';
  if (bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a') return 'png';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  return isHeic(bytes) ? 'heic' : 'not-a-picture';
}

/** ISO 14496-12, 4.3, names of brands from ISO 23008-12, annex B: AVIF pictures are in the same container. */
function isHeic(bytes: Buffer): boolean {
  if (bytes.length < 12 || bytes.toString('latin1', 4, 8) !== 'ftyp') return false;
  const brands = bytes.toString('latin1', 8, Math.min(bytes.readUInt32BE(0), 128));
  return /^(?:hei[cmsx]|hev[cmsx]|m[is]f1)/u.test(brands) && !brands.includes('avi');
}
