/** What a person wrote or showed. */
export interface Said {
  readonly text: string;
  readonly picture?: Uint8Array | undefined;
}

/**
 * The part of a callback that says what a message, or a quotation, consists of (document 100719). `offer` returns the
 * address under which the bot can fetch a picture.
 */
export function contentOf({ text, picture }: Said, offer: (picture: Uint8Array) => string): object {
  const words = { msgtype: 'text', text: { content: text } };
  if (picture === undefined) return words;
  const image = { msgtype: 'image', image: { url: offer(picture) } };
  return text === '' ? image : { msgtype: 'mixed', mixed: { msg_item: [words, image] } };
}

/** The part of a callback that says in which chat it happened; null: in the person's own with the bot. */
export function placeOf(chatId: string | null): object {
  return chatId === null ? { chattype: 'single' } : { chattype: 'group', chatid: chatId };
}
