import { z } from 'zod';
import type { Deliver, PlatformResponse } from '../platforms.ts';
import { parseJson } from './json.ts';

export interface DingtalkSessionsOptions {
  readonly deliver: Deliver;
}

const MAX_BODY_BYTES = 20_000;
const MAX_MENTIONS = 50;

const Message = z.strictObject({
  msgtype: z.literal('text'),
  text: z.strictObject({ content: z.string().min(1) }),
  at: z
    .strictObject({ atUserIds: z.array(z.string().min(1)).max(MAX_MENTIONS), isAtAll: z.literal(false).optional() })
    .optional(),
});

/** The `sessionWebhook` of a DingTalk robot's messages. */
export function createDingtalkSessions({ deliver }: DingtalkSessionsOptions) {
  const open = new Set<string>();

  return {
    open(session: string): URLSearchParams {
      open.add(session);
      return new URLSearchParams({ session });
    },
    end(session: string): void {
      open.delete(session);
    },

    send(query: URLSearchParams, body: string): PlatformResponse {
      const session = query.get('session') ?? '';
      if (!open.has(session)) return { errcode: 300001, errmsg: 'session 不存在' };
      if (Buffer.byteLength(body) > MAX_BODY_BYTES) return { errcode: 460101, errmsg: 'message too long' };
      const message = Message.safeParse(parseJson(body));
      if (!message.success) return { errcode: 40035, errmsg: z.prettifyError(message.error) };
      const { text, at } = message.data;
      const mentions = at?.atUserIds ?? [];
      // The real one accepts it and notifies no person, which a test could not tell from success.
      const unnamed = mentions.find((id) => !text.content.includes(`@${id}`));
      if (unnamed !== undefined) return { errcode: 40035, errmsg: `the text does not hold @${unnamed}` };
      deliver({ channel: 'dingtalk', to: session, text: text.content, mentions });
      return { errcode: 0, errmsg: 'ok' };
    },
  };
}
