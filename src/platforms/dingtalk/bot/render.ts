import { cutNotice, inert } from '../../../command/sentences.ts';
import { EMPTY_RESPONSE, type ReplyForm } from '../../../chat/channel.ts';
import { cutToBytes } from '../../../chat/text.ts';
import { MAX_BODY_BYTES } from '../limits.ts';

/** Text grows when it becomes JSON. */
const PLAIN_SHARE = 0.75;

/**
 * A robot message for the webhook behind `returnAddress`; null: in the response, as older documentation has it. `mention` is
 * the staff id to notify, null for nobody.
 */
export function createReplyForm(mention: string | null, returnAddress: object | null): ReplyForm {
  return {
    room: MAX_BODY_BYTES * PLAIN_SHARE,
    confirmsOnly: returnAddress !== null,
    final: (text) => ({
      status: 200,
      type: 'application/json',
      body: JSON.stringify(textMessage(text, mention)),
      ...(returnAddress === null ? {} : { late: { channel: 'dingtalk', returnAddress, text } }),
    }),
    waiting: () => EMPTY_RESPONSE,
  };
}

/** The text message for the response and for `sessionWebhook` alike; `text` is cut so that the whole of it is not too long. */
export function textMessage(text: string, mention: string | null): object {
  // Quotes and line breaks grow when they become JSON, so the room for the text is known only afterwards.
  const shown = inert(text);
  let room = MAX_BODY_BYTES;
  for (;;) {
    const message = buildMessage(cutToBytes(shown, room, cutNotice()), mention);
    const excess = Buffer.byteLength(JSON.stringify(message)) - MAX_BODY_BYTES;
    if (excess <= 0 || room === 0) return message;
    room -= Math.min(excess, Math.ceil(room / 2));
  }
}

function buildMessage(content: string, mention: string | null): object {
  if (mention === null) return { msgtype: 'text', text: { content } };
  return {
    msgtype: 'text',
    // Only an id that the text names too is notified. It stands last, so that the outcome is the first thing to read.
    text: { content: `${content}\n@${mention}` },
    at: { atUserIds: [mention], isAtAll: false },
  };
}
