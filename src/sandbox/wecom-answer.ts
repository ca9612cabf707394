import { z } from 'zod';
import type { Envelope } from '../chat/wecom/envelope.ts';

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

const Stream = z.strictObject({
  msgtype: z.literal('stream'),
  stream: z
    .strictObject({ id: z.string().min(1), finish: z.boolean(), content })
    .refine(
      (stream) => !stream.finish || stream.content !== '',
      'ends without a text, which leaves "working" standing',
    ),
});

const Greeting = z.strictObject({ msgtype: z.literal('text'), text: z.strictObject({ content: content.min(1) }) });

export type StreamVersion = z.infer<typeof Stream>['stream'];

/** WeCom would not show this answer. `message` is for the log and quotes nothing of the answer. */
export class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused';
}

/** The only answer that a message or a poll may get. Throws AnswerRefused or NotAuthentic. */
export function readStream(body: string, envelope: Envelope, nonce: string): StreamVersion {
  return check(Stream, open(body, envelope, nonce)).stream;
}

/** The only answer that an `enter_chat` event may get. Throws AnswerRefused or NotAuthentic. */
export function readGreeting(body: string, envelope: Envelope, nonce: string): string {
  return check(Greeting, open(body, envelope, nonce)).text.content;
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
  if (outer.nonce !== nonce) throw new AnswerRefused('nonce is not that of the callback');
  const query = new URLSearchParams({ msg_signature: outer.msgsignature, timestamp: String(outer.timestamp), nonce });
  return parseJson(envelope.open(query, outer.encrypt).plaintext);
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  if (error !== undefined) throw new AnswerRefused(z.prettifyError(error));
  return data;
}
