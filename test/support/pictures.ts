import { crc32, deflateSync } from 'node:zlib';
import encodeJpeg, { init as initJpeg } from '@jsquash/jpeg/encode.js';
import bwipjs from 'bwip-js/node';
import { wasmModule } from '../../src/pictures/wasm.ts';

/** Grey pixels, row by row from the top, 0 black to 255 white. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export type Format = 'qr' | 'code128' | 'datamatrix';

export interface PictureOptions {
  /** `qr` unless said. */
  readonly format?: Format;
  /** `png` unless said. */
  readonly as?: 'png' | 'jpeg';
}

/** A picture with a code that says `text`, on white. A Promise, because the JPEG encoder is loaded when first needed. */
export async function pictureOf(text: string, options: PictureOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { format = 'qr', as = 'png' } = options;
  const [wide, high] = format === 'code128' ? [3, 120] : [6, 6];
  const grey = enlarge(symbolOf(text, format), wide, high, 40);
  return as === 'png' ? pngOf(grey) : jpegOf(grey);
}

/** A picture of one colour in which there is no code. */
export async function pictureWithoutCode(as: 'png' | 'jpeg' = 'png'): Promise<Uint8Array<ArrayBuffer>> {
  const grey = blank(320, 240, 200);
  return as === 'png' ? pngOf(grey) : jpegOf(grey);
}

/** The modules of a code, a pixel each; of a bar code, a single row. */
export function symbolOf(text: string, format: Format): Grey {
  const bcid = { qr: 'qrcode', code128: 'code128', datamatrix: 'datamatrix' }[format];
  const [symbol] = bwipjs.raw({ bcid, text });
  if (symbol === undefined) throw new Error(`no ${format} of ${text}`);
  if ('pixs' in symbol) {
    const pixels = Uint8Array.from(symbol.pixs, (dark) => (dark === 0 ? 255 : 0));
    return { width: symbol.pixx, height: symbol.pixy, pixels };
  }
  const pixels = Uint8Array.from(symbol.sbs.flatMap((wide, at) => Array<number>(wide).fill(at % 2 === 0 ? 0 : 255)));
  return { width: pixels.length, height: 1, pixels };
}

export function blank(width: number, height: number, shade = 255): Grey {
  return { width, height, pixels: new Uint8Array(width * height).fill(shade) };
}

/** Each pixel `wide` × `high`, and a white margin around them all. */
export function enlarge(grey: Grey, wide: number, high: number, margin = 0): Grey {
  const whole = blank(grey.width * wide + 2 * margin, grey.height * high + 2 * margin);
  for (let y = 0; y < grey.height * high; y += 1) {
    for (let x = 0; x < grey.width * wide; x += 1) {
      const from = Math.floor(y / high) * grey.width + Math.floor(x / wide);
      whole.pixels[(y + margin) * whole.width + x + margin] = grey.pixels[from] ?? 255;
    }
  }
  return whole;
}

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** One chunk of a PNG: its length, type, content and checksum. */
export function pngChunk(type: string, content: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(content.length, 0);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}

/** The chunk that a PNG begins with. `colour`: 0 grey, 2 RGB, 6 RGBA. */
export function pngHeader(width: number, height: number, { depth = 8, colour = 0, interlaced = false } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
  return pngChunk('IHDR', header);
}

/** Puts the signature before a PNG's chunks and its end behind them. */
export function pngWith(...chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat([PNG_SIGNATURE, ...chunks, pngChunk('IEND', new Uint8Array(0))]));
}

export function pngOf({ width, height, pixels }: Grey): Uint8Array<ArrayBuffer> {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return pngWith(pngHeader(width, height), pngChunk('IDAT', deflateSync(rows)));
}

let jpegReady: Promise<void> | undefined;

/** `quality`: 0 to 100. */
export async function jpegOf(grey: Grey, quality = 80, progressive = false): Promise<Uint8Array<ArrayBuffer>> {
  // It writes to stderr what it thinks of a low quality.
  const load: (module: object, options: object) => Promise<void> = initJpeg;
  const silent = { print: () => undefined, printErr: () => undefined };
  jpegReady ??= wasmModule('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm').then((wasm) => load(wasm, silent));
  await jpegReady;
  return new Uint8Array(await encodeJpeg(imageDataOf(grey), { quality, progressive }));
}

/** As the encoders want it: an ImageData, which TypeScript knows only together with a browser's page. */
export function imageDataOf({ width, height, pixels }: Grey): never {
  const words = Uint32Array.from(pixels, (shade) => (0xff000000 | (shade * 0x010101)) >>> 0);
  return { width, height, data: new Uint8ClampedArray(words.buffer) } as never;
}
