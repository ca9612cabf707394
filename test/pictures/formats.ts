import { deflateSync } from 'node:zlib';
import encodeWebp, { init } from '@jsquash/webp/encode.js';
import { wasmModule } from '../../src/pictures/wasm.ts';
import { type Grey, imageDataOf, pngChunk, pngHeader, pngWith } from '../support/pictures.ts';

/** A segment of a JPEG: its marker, length and content. */
export function jpegSegment(marker: number, content: Uint8Array): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** A WebP of the chunks given, each a type and its content. */
export function riff(...chunks: readonly (readonly [string, Uint8Array])[]): Uint8Array<ArrayBuffer> {
  const framed = chunks.map(([type, content]) => {
    const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
  });
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...framed]);
  const head = Buffer.from('RIFF\0\0\0\0', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Uint8Array.from(Buffer.concat([head, body]));
}

/** The header of an extended WebP. */
export function vp8x(width: number, height: number, flags = 0): Buffer {
  const header = Buffer.alloc(10);
  header[0] = flags;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  return header;
}

export function animatedWebp(width: number, height: number): Uint8Array<ArrayBuffer> {
  return riff(['VP8X', vp8x(width, height, 0x02)], ['ANIM', new Uint8Array(6)], ['ANMF', new Uint8Array(24)]);
}

let ready: Promise<unknown> | undefined;

export async function webpOf(grey: Grey, lossless = false): Promise<Uint8Array<ArrayBuffer>> {
  const load: (module: object) => Promise<unknown> = init as never;
  ready ??= wasmModule('@jsquash/webp/codec/enc/webp_enc_simd.wasm').then(load);
  await ready;
  return new Uint8Array(await encodeWebp(imageDataOf(grey), { lossless: lossless ? 1 : 0 }));
}

/** First column and row of each of the seven passes, and the steps between them: PNG specification, 8.2. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Interlaced, with 16 bits for each of red, green, blue and opacity. */
export function interlacedPngOf({ width, height, pixels }: Grey): Uint8Array<ArrayBuffer> {
  const lines: Buffer[] = [];
  for (const [left, top, right, down] of PASSES) {
    for (let y = top; y < height; y += down) {
      const line: number[] = [0];
      for (let x = left; x < width; x += right) {
        const shade = pixels[y * width + x] ?? 0;
        line.push(shade, shade, shade, shade, shade, shade, 0xff, 0xff);
      }
      if (line.length > 1) lines.push(Buffer.from(line));
    }
  }
  const header = pngHeader(width, height, { depth: 16, colour: 6, interlaced: true });
  return pngWith(header, pngChunk('IDAT', deflateSync(Buffer.concat(lines))));
}

/** Black where the picture is dark, and transparent everywhere else. */
export function transparentPngOf({ width, height, pixels }: Grey): Uint8Array<ArrayBuffer> {
  const rows = Buffer.alloc((width * 4 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows[y * (width * 4 + 1) + 1 + x * 4 + 3] = 255 - (pixels[y * width + x] ?? 0);
    }
  }
  return pngWith(pngHeader(width, height, { colour: 6 }), pngChunk('IDAT', deflateSync(rows)));
}
