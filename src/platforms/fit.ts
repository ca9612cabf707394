import { cutMark } from '../command/sentences.ts';
import { cutToBytes } from '../chat/text.ts';
import type { Shown } from './links.ts';

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

/** The same of a text with links: where they make it too long it is shown without them, for a link that is cut leads nowhere. */
export function fittedLinks<Message extends object>(
  { linked, bare }: Shown,
  maxBytes: number,
  build: (shown: string) => Message,
): Message {
  const message = build(linked.toWellFormed());
  return Buffer.byteLength(JSON.stringify(message)) <= maxBytes ? message : fitted(bare, maxBytes, build);
}

/** The same of a text that is a message by itself. */
export function cutLinks({ linked, bare }: Shown, maxBytes: number): string {
  return Buffer.byteLength(linked) <= maxBytes ? linked.toWellFormed() : cutToBytes(bare, maxBytes, cutMark());
}
