import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** What of WebAssembly is used here: TypeScript knows it only together with a browser's page. */
interface Compiler {
  compile(bytes: Uint8Array): Promise<object>;
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Compiler };

const { resolve } = createRequire(import.meta.url);

/** The bytes of a wasm file of an installed package, such as `@jsquash/webp/codec/dec/webp_dec.wasm`. */
export async function wasmBytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(resolve(file)));
}

/** The same, compiled. */
export async function wasmModule(file: string): Promise<object> {
  return WebAssembly.compile(await wasmBytes(file));
}
