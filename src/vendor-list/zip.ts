import { inflateRawSync } from 'node:zlib';
import { Unreadable } from './unreadable.ts';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_ENTRIES = 1_000;

interface Entry {
  readonly method: number;
  readonly flags: number;
  readonly size: number;
  readonly at: number;
}

/** The files of a ZIP archive, of which no more than a budget of bytes is ever unpacked, whatever the archive says. */
export class Zip {
  readonly #bytes: Buffer;
  readonly #entries = new Map<string, Entry>();
  #left: number;

  /** Reads the archive's directory (APPNOTE 4.3.12). Throws Unreadable. */
  constructor(bytes: Buffer, budget: number) {
    this.#bytes = bytes;
    this.#left = budget;
    // Nothing but a comment may stand behind the end, and none is longer than this.
    const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || end + END_BYTES > bytes.length || bytes.readUInt32LE(end) !== END) throw new Unreadable('damaged');
    const count = bytes.readUInt16LE(end + 10);
    let at = bytes.readUInt32LE(end + 16);
    if (count > MAX_ENTRIES) throw new Unreadable('too-large');
    for (let seen = 0; seen < count; seen += 1) {
      if (at + ENTRY_BYTES > bytes.length || bytes.readUInt32LE(at) !== ENTRY) throw new Unreadable('damaged');
      const nameLength = bytes.readUInt16LE(at + 28);
      const name = bytes.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength);
      this.#entries.set(name, {
        flags: bytes.readUInt16LE(at + 8),
        method: bytes.readUInt16LE(at + 10),
        size: bytes.readUInt32LE(at + 20),
        at: bytes.readUInt32LE(at + 42),
      });
      at += ENTRY_BYTES + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
  }

  /** The text of a file; null: there is none of this name. Throws Unreadable. */
  text(name: string): string | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    const { flags, method, size, at } = entry;
    if ((flags & 1) === 1) throw new Unreadable('password');
    if (at + LOCAL_BYTES > this.#bytes.length) throw new Unreadable('damaged');
    const start = at + LOCAL_BYTES + this.#bytes.readUInt16LE(at + 26) + this.#bytes.readUInt16LE(at + 28);
    const packed = this.#bytes.subarray(start, start + size);
    const bytes = method === 0 ? packed : method === 8 ? this.#unpack(packed) : null;
    if (bytes === null) throw new Unreadable('damaged');
    this.#left -= bytes.length;
    if (this.#left < 0) throw new Unreadable('too-large');
    return new TextDecoder().decode(bytes);
  }

  #unpack(packed: Buffer): Buffer {
    try {
      return inflateRawSync(packed, { maxOutputLength: Math.max(1, this.#left) });
    } catch (cause) {
      const isTooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
      throw new Unreadable(isTooLarge ? 'too-large' : 'damaged', { cause });
    }
  }
}
