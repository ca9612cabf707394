import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { content, parseJson } from './wecom-responses.ts';

const LIFETIME_MS = 60 * 60 * 1000;

const Reply = z.strictObject({
  msgtype: z.literal('markdown'),
  markdown: z.strictObject({ content: content.min(1) }),
});

export interface PlatformResponse {
  readonly errcode: number;
  readonly errmsg: string;
}

/** The `response_url`s of messages: each takes one reply within one hour (document 101138). */
export interface ResponseUrls {
  /** Makes the code that stands for a message in its URL. */
  issue(messageId: string): string;
  /** What the reply is answered with; `onReply` has then been called if it was good. */
  take(code: string | null, body: string): PlatformResponse;
}

export interface ResponseUrlsOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onReply: (messageId: string, text: string) => void;
}

export function createResponseUrls({ now, onReply }: ResponseUrlsOptions): ResponseUrls {
  const open = new Map<string, { readonly messageId: string; readonly until: number }>();

  function forgetExpired(): void {
    for (const [code, { until }] of open) if (until <= now()) open.delete(code);
  }

  return {
    issue(messageId) {
      forgetExpired();
      const code = randomUUID();
      open.set(code, { messageId, until: now() + LIFETIME_MS });
      return code;
    },

    take(code, body) {
      forgetExpired();
      const issued = code === null ? undefined : open.get(code);
      // Which number the real one gives is not documented.
      if (code === null || issued === undefined) return { errcode: 40029, errmsg: 'invalid response_code' };
      const reply = Reply.safeParse(parseJson(body));
      if (!reply.success) return { errcode: 40058, errmsg: z.prettifyError(reply.error) };
      open.delete(code);
      onReply(issued.messageId, reply.data.markdown.content);
      return { errcode: 0, errmsg: 'ok' };
    },
  };
}
