import type { NotRead } from '../redemption/shown.ts';
import type { Size } from './size.ts';

/** In the flags of an extended file: https://developers.google.com/speed/webp/docs/riff_container */
const ANIMATED = 0x02;

/** Before the frame; there are three kinds of them. */
const MAX_CHUNKS = 100;

/** Of the frame itself, and no less than what the header of an extended file says. */
export function webpSize(bytes: Buffer): Size | NotRead {
  let canvas: Size = { width: 0, height: 0 };
  for (let at = 12, count = 0; at + 8 <= bytes.length && count < MAX_CHUNKS; count += 1) {
    const type = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const content = bytes.subarray(at + 8, Math.min(at + 8 + length, bytes.length));
    if (type === 'VP8X') {
      if (content.length < 10) return 'damaged';
      if (((content[0] ?? 0) & ANIMATED) !== 0) return 'not-a-picture';
      canvas = { width: content.readUIntLE(4, 3) + 1, height: content.readUIntLE(7, 3) + 1 };
    }
    if (type === 'VP8 ' || type === 'VP8L') {
      const frame = type === 'VP8 ' ? lossySize(content) : losslessSize(content);
      if (frame === null) return 'damaged';
      return { width: Math.max(canvas.width, frame.width), height: Math.max(canvas.height, frame.height) };
    }
    at += 8 + length + (length % 2);
  }
  return 'damaged';
}

/** RFC 6386, 9.1: three bytes of tag, a start code, then 14 bits each; the upper two are a scale. */
function lossySize(frame: Buffer): Size | null {
  if (frame.length < 10 || frame.readUIntBE(3, 3) !== 0x9d012a) return null;
  return { width: frame.readUInt16LE(6) & 0x3fff, height: frame.readUInt16LE(8) & 0x3fff };
}

/** RFC 9649, 3.4: a signature, then 14 bits each, less one. */
function losslessSize(frame: Buffer): Size | null {
  if (frame.length < 5 || frame[0] !== 0x2f) return null;
  const bits = frame.readUInt32LE(1);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
