import { z } from 'zod';
import type { Deliver, PlatformResponse } from '../platforms.ts';
import { parseJson } from './json.ts';

export interface WecomBotOptions {
  readonly now: () => number;
  readonly deliver: Deliver;
}

const MAX_BYTES = 20_480;
const LIFETIME_MS = 3_600_000;
/** The real one is not documented; any that is not 0 will do. */
const NOT_USABLE = 60140;

const Message = z.strictObject({ msgtype: z.literal('markdown'), markdown: z.strictObject({ content: z.string() }) });

/** The `response_url` of the AI bot: an hour, one use (document 101138). */
export function createWecomBot({ now, deliver }: WecomBotOptions) {
  const expiresAt = new Map<string, number>();

  return {
    issue(code: string): URLSearchParams {
      expiresAt.set(code, now() + LIFETIME_MS);
      return new URLSearchParams({ response_code: code });
    },

    respond(query: URLSearchParams, body: string): PlatformResponse {
      const code = query.get('response_code') ?? '';
      const message = Message.safeParse(parseJson(body));
      if (!message.success) return { errcode: 40058, errmsg: z.prettifyError(message.error) };
      const { content } = message.data.markdown;
      if (content === '') return { errcode: 44004, errmsg: 'empty content' };
      if (Buffer.byteLength(content) > MAX_BYTES) return { errcode: 45002, errmsg: 'content size out of limit' };
      if (now() >= (expiresAt.get(code) ?? -Infinity)) return { errcode: NOT_USABLE, errmsg: 'invalid response_code' };
      expiresAt.delete(code);
      deliver({ channel: 'wecom-bot', to: code, text: content, mentions: [] });
      return { errcode: 0, errmsg: 'ok' };
    },
  };
}
