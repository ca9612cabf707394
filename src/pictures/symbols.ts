import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';
import type { Grey } from './grey.ts';
import { wasmBytes } from './wasm.ts';

/** In one picture. */
export const MAX_SYMBOLS = 4;

const OPTIONS: ReaderOptions = {
  // Of the QR codes only the usual kind: the small ones check too little of what they say.
  formats: ['QRCodeModel2', 'Code128', 'DataMatrix'],
  maxNumberOfSymbols: MAX_SYMBOLS,
  textMode: 'Plain',
};

/** Loads the reader, from the installed package: left alone it would fetch itself. */
export async function createSymbolReader(): Promise<(grey: Grey) => Promise<string[]>> {
  const wasmBinary = (await wasmBytes('zxing-wasm/reader/zxing_reader.wasm')).buffer;
  await prepareZXingModule({
    overrides: { wasmBinary, print: () => undefined, printErr: () => undefined },
    fireImmediately: true,
  });
  return async (grey) => {
    const symbols = await readBarcodes(rgbaOf(grey), OPTIONS);
    return [...new Set(symbols.filter(({ isValid, text }) => isValid && text !== '').map(({ text }) => text))];
  };
}

/** The form in which it takes pixels. */
function rgbaOf({ width, height, pixels }: Grey) {
  const words = new Uint32Array(pixels.length);
  for (let at = 0; at < pixels.length; at += 1) words[at] = (pixels[at] ?? 0) * 0x010101;
  return { width, height, data: new Uint8ClampedArray(words.buffer) };
}
