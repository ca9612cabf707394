import { cutMark } from '../command/sentences.ts';
import { cutToBytes } from '../chat/text.ts';

/** What `build` makes of as much of `text` as keeps it within `maxBytes` as JSON. */
export function fitted<Message extends object>(
  text: string,
  maxBytes: number,
  build: (shown: string) => Message,
): Message {
  // Quotes and line breaks grow when they become JSON, so the room for the text is known only afterwards.
  let room = maxBytes;
  for (;;) {
    const message = build(cutToBytes(text, room, cutMark()));
    const excess = Buffer.byteLength(JSON.stringify(message)) - maxBytes;
    if (excess <= 0 || room === 0) return message;
    room -= Math.min(excess, Math.ceil(room / 2));
  }
}
