import type { NotRead } from '../redemption/shown.ts';
import type { Size } from './size.ts';

const SIGNATURE = 8;
/** Length and type before a chunk's content, checksum behind it. */
const FRAME = 12;

/** From the chunk that a PNG must begin with. */
export function pngSize(bytes: Buffer): Size | NotRead {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR' || bytes.readUInt32BE(8) !== 13)
    return 'damaged';
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** What the pixels are in. */
const NEEDED: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/**
 * The same picture without colour profile, texts and animation, of which some are compressed and could be unpacked to any
 * size. The content is moved within `file`.
 */
export function pngAlone(file: ArrayBuffer): ArrayBuffer {
  const bytes = Buffer.from(file);
  let from = SIGNATURE;
  let to = SIGNATURE;
  while (from + FRAME <= bytes.length) {
    const end = Math.min(from + FRAME + bytes.readUInt32BE(from), bytes.length);
    const type = bytes.toString('latin1', from + 4, from + 8);
    if (NEEDED.has(type)) {
      bytes.copyWithin(to, from, end);
      to += end - from;
    }
    from = end;
    if (type === 'IEND') break;
  }
  return file.slice(0, to);
}
