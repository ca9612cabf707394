import type { Kind } from './protocol.ts';
import { pngAlone } from './png.ts';
import type { Size } from './size.ts';
import { wasmModule } from './wasm.ts';

/** Four bytes a pixel, row by row from the top: red, green, blue, and how opaque it is. */
export interface Rgba extends Size {
  readonly data: Uint8ClampedArray;
}

/** The packages' types leave the module out. */
type Init = (module: object, options: object) => Promise<unknown>;

type Decoder = (bytes: ArrayBuffer) => Promise<unknown>;

/** Decoders write to stdout and stderr what they do not like about a picture. */
const SILENT = { print: () => undefined, printErr: () => undefined };

/** Each is loaded with the first picture of its kind, and from the installed package: left alone it would fetch. */
const DECODERS: Readonly<Record<Kind, () => Promise<Decoder>>> = {
  async jpeg() {
    const { default: decode, init } = await import('@jsquash/jpeg/decode.js');
    const load: Init = init;
    await load(await wasmModule('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'), SILENT);
    // Turned by a camera's note or not: codes are read in every direction.
    return (bytes) => decode(bytes, { preserveOrientation: false });
  },
  async png() {
    const { default: decode, init } = await import('@jsquash/png/decode.js');
    await init(await wasmModule('@jsquash/png/codec/pkg/squoosh_png_bg.wasm'));
    return (bytes) => decode(pngAlone(bytes));
  },
  async webp() {
    const { default: decode, init } = await import('@jsquash/webp/decode.js');
    const load: Init = init;
    await load(await wasmModule('@jsquash/webp/codec/dec/webp_dec.wasm'), SILENT);
    return (bytes) => decode(bytes);
  },
};

/** Makes a function that decodes pictures; it throws what a decoder throws, which is not always an Error. */
export function createDecoder(): (kind: Kind, bytes: ArrayBuffer) => Promise<Rgba> {
  const loaded = new Map<Kind, Promise<Decoder>>();
  return async (kind, bytes) => {
    const decoder = loaded.get(kind) ?? DECODERS[kind]();
    loaded.set(kind, decoder);
    return (await (
      await decoder
    )(bytes)) as Rgba;
  };
}
