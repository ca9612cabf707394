import { isUtf8 } from 'node:buffer';

/**
 * Reads bytes that people may have saved from any editor. Returns the text, a byte order mark included; or what is
 * wrong with them and where. Node's own decoding would put U+FFFD for what is not UTF-8, and a program that then writes
 * the text back destroys what stood there.
 */
export function readUtf8(bytes: Buffer): { readonly text: string } | { readonly problem: string } {
  const zero = bytes.indexOf(0);
  if (isUtf16(bytes) || zero >= 0)
    return { problem: `${placeOf(bytes, Math.max(zero, 0))}: this is UTF-16, or no text at all; save it as UTF-8` };
  if (isUtf8(bytes)) return { text: bytes.toString() };
  const place = placeOf(bytes, firstDifference(bytes, Buffer.from(bytes.toString())));
  return { problem: `${place}: this is not UTF-8, but perhaps GBK, which Notepad calls ANSI; save it as UTF-8` };
}

function isUtf16(bytes: Buffer): boolean {
  const mark = bytes.subarray(0, 2).toString('hex');
  return mark === 'fffe' || mark === 'feff';
}

function firstDifference(bytes: Buffer, others: Buffer): number {
  const at = bytes.findIndex((byte, index) => byte !== others[index]);
  return at < 0 ? bytes.length : at;
}

/** Line and column count from 1. */
function placeOf(bytes: Buffer, offset: number): string {
  const lineStart = offset === 0 ? 0 : bytes.lastIndexOf(0x0a, offset - 1) + 1;
  const line = bytes.subarray(0, lineStart).reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 1);
  return `line ${line}, column ${bytes.subarray(lineStart, offset).toString().length + 1}`;
}
