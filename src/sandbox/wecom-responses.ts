import { z } from 'zod';
import type { Envelope } from '../platforms/wecom/envelope.ts';

const MAX_CONTENT_BYTES = 20_480;

/** Documents show the time stamp as a number, Tencent's own code sends a text. */
const Outer = z.strictObject({
  encrypt: z.string(),
  msgsignature: z.string(),
  timestamp: z.union([z.int(), z.string()]),
  nonce: z.string(),
});

export const content = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= MAX_CONTENT_BYTES, `is over ${MAX_CONTENT_BYTES} bytes`);

const StreamBody = z
  .strictObject({ id: z.string().min(1), finish: z.boolean(), content })
  .refine((stream) => !stream.finish || stream.content !== '', 'ends without a text, which leaves "working" standing');

/** A client cuts what is longer, and what was cut tells nothing apart; WeCom itself would show it. */
const shownWhole = (characters: number) => z.string().min(1).max(characters);

const within = (bytes: number) => (text: string) => text !== '' && Buffer.byteLength(text) <= bytes;

/** Of the kinds of card there are, the one that this bot sends. */
export const Card = z.strictObject({
  card_type: z.literal('button_interaction'),
  main_title: z.strictObject({ title: shownWhole(26), desc: z.string().optional() }),
  sub_title_text: shownWhole(112).optional(),
  button_list: z
    .array(z.strictObject({ text: shownWhole(4), style: z.int().min(1).max(4), key: z.string().refine(within(1024)) }))
    .min(1)
    .max(6),
  task_id: z
    .string()
    .regex(/^[\w@-]+$/)
    .refine(within(128)),
});

/** What may answer a message. */
export const Stream = z.discriminatedUnion('msgtype', [
  z.strictObject({ msgtype: z.literal('stream'), stream: StreamBody }),
  z.strictObject({ msgtype: z.literal('stream_with_template_card'), stream: StreamBody, template_card: Card }),
]);

/** What may answer a tap. */
export const Update = z.strictObject({
  response_type: z.literal('update_template_card'),
  userids: z.array(z.string().min(1)).min(1).optional(),
  template_card: Card,
});

/** What may answer `enter_chat`. */
export const Greeting = z.strictObject({
  msgtype: z.literal('text'),
  text: z.strictObject({ content: content.min(1) }),
});

export type ButtonCard = z.infer<typeof Card>;
/** `card` comes along with the text, once. */
export type StreamVersion = z.infer<typeof StreamBody> & { readonly card: ButtonCard | null };
/** Another version of a card: for `userids`, or for all who see it. */
export type CardUpdate = z.infer<typeof Update>;

/** WeCom would not show this answer. `message` is for the log and quotes nothing of the answer. */
export class ResponseRefused extends Error {
  override readonly name = 'ResponseRefused';
}

/** The only answer that a message or a poll may get. Throws ResponseRefused or NotAuthentic. */
export function readStream(body: string, envelope: Envelope, nonce: string): StreamVersion {
  const answer = check(Stream, open(body, envelope, nonce));
  return { ...answer.stream, card: answer.msgtype === 'stream' ? null : answer.template_card };
}

/** The only answer that an `enter_chat` event may get. Throws ResponseRefused or NotAuthentic. */
export function readGreeting(body: string, envelope: Envelope, nonce: string): string {
  return check(Greeting, open(body, envelope, nonce)).text.content;
}

/** The only answer that a tap on a card may get. Throws ResponseRefused or NotAuthentic. */
export function readUpdate(body: string, envelope: Envelope, nonce: string): CardUpdate {
  return check(Update, open(body, envelope, nonce));
}

/** JSON, or null, which no schema here accepts; the parser's own complaint would quote the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function open(body: string, envelope: Envelope, nonce: string): unknown {
  const outer = check(Outer, parseJson(body));
  if (outer.nonce !== nonce) throw new ResponseRefused('nonce is not that of the callback');
  const query = new URLSearchParams({ msg_signature: outer.msgsignature, timestamp: String(outer.timestamp), nonce });
  return parseJson(envelope.open(query, outer.encrypt).plaintext);
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  if (error !== undefined) throw new ResponseRefused(z.prettifyError(error));
  return data;
}
