import type { NotRead } from '../redemption/shown.ts';
import type { Size } from './size.ts';

/** Second bytes of markers: ITU-T T.81, table B.1. */
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const TEM = 0x01;

/** Baseline, extended, progressive, and the last two with arithmetic coding; the others no decoder here reads. */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);

/** Before the first scan; no camera writes nearly as many, and each takes time of the thread that answers callbacks. */
const MAX_SEGMENTS = 10_000;
/** Bytes before a marker that only fill; a decoder takes any number of them, and encoders write one or two. */
const MAX_FILL = 4_096;

/**
 * From the frame header, which may stand behind any number of other segments. Looks for markers in the same way as libjpeg
 * does (skipping what is none), so that the two cannot be made to see different headers.
 */
export function jpegSize(bytes: Buffer): Size | NotRead {
  let frame: Size | null = null;
  for (const { marker, at, end } of segments(bytes)) {
    if (marker === SOS) return frame ?? 'damaged';
    if (!FRAMES.has(marker)) continue;
    // A second frame, or one that is cut off.
    if (frame !== null || end > bytes.length || end - at < 6) return 'damaged';
    // Four inks instead of three colours are for printing.
    if (bytes[at + 5] === 4) return 'not-a-picture';
    frame = { height: bytes.readUInt16BE(at + 1), width: bytes.readUInt16BE(at + 3) };
  }
  return 'damaged';
}

/**
 * Whether the end of the picture is there. A decoder shows what is missing in grey, without an error. In what follows the
 * first scan's header no end marker can stand but the real one.
 */
export function jpegIsWhole(bytes: Buffer): boolean {
  for (const { marker, at } of segments(bytes)) {
    if (marker === SOS) return bytes.includes(Buffer.of(0xff, EOI), at);
  }
  return false;
}

interface Segment {
  readonly marker: number;
  /** Where its content begins, behind the length. */
  readonly at: number;
  readonly end: number;
}

/** The segments up to the first that has none behind it. */
function* segments(bytes: Buffer): Generator<Segment> {
  let next = 2;
  for (let count = 0; count < MAX_SEGMENTS; count += 1) {
    next = bytes.indexOf(0xff, next);
    const fillEnd = next + MAX_FILL;
    while (bytes[next] === 0xff && next < fillEnd) next += 1;
    if (next === fillEnd) return;
    const marker = bytes[next];
    if (next < 0 || marker === undefined || marker === SOI || marker === EOI) return;
    next += 1;
    if (marker === 0 || marker === TEM || isRestart(marker)) continue;
    if (next + 2 > bytes.length) return;
    const end = next + bytes.readUInt16BE(next);
    if (end < next + 2) return;
    yield { marker, at: next + 2, end };
    next = end;
  }
}

const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
