import { cutMark } from '../command/sentences.ts';
import { cutToBytes } from '../chat/text.ts';

/** Builds a message around `text`, which is cut so that the whole of it has at most `maxBytes` as JSON. */
export function buildToFit(text: string, maxBytes: number, build: (text: string) => object): object {
  // Quotes and line breaks grow when they become JSON, so the room for the text is known only afterwards.
  let room = maxBytes;
  for (;;) {
    const message = build(cutToBytes(text, room, cutMark()));
    const excess = Buffer.byteLength(JSON.stringify(message)) - maxBytes;
    if (excess <= 0 || room === 0) return message;
    room -= Math.min(excess, Math.ceil(room / 2));
  }
}
