import { z } from 'zod';
import type { Deliver, PlatformResponse, ShownButton } from '../platforms.ts';
import { parseJson } from './json.ts';

export interface DingtalkSessionsOptions {
  readonly deliver: Deliver;
}

const MAX_BODY_BYTES = 20_000;
const MAX_MENTIONS = 50;
const MAX_URL = 500;

const Message = z.discriminatedUnion('msgtype', [
  z.strictObject({
    msgtype: z.literal('text'),
    text: z.strictObject({ content: z.string().min(1) }),
    at: z
      .strictObject({ atUserIds: z.array(z.string().min(1)).max(MAX_MENTIONS), isAtAll: z.literal(false).optional() })
      .optional(),
  }),
  z.strictObject({
    msgtype: z.literal('actionCard'),
    actionCard: z.strictObject({
      title: z.string().min(1),
      text: z.string().min(1),
      btnOrientation: z.enum(['0', '1']),
      btns: z.array(z.strictObject({ title: z.string().min(1), actionURL: z.string().max(MAX_URL) })).min(1),
    }),
  }),
]);

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
      const { data: message, error } = Message.safeParse(parseJson(body));
      if (message === undefined) return { errcode: 40035, errmsg: z.prettifyError(error) };
      if (message.msgtype === 'actionCard') {
        const { text, btns } = message.actionCard;
        const buttons = btns.map(({ title, actionURL }) => buttonOf(title, actionURL));
        deliver({ channel: 'dingtalk', to: session, text, mentions: [], buttons });
        return { errcode: 0, errmsg: 'ok' };
      }
      const { text, at } = message;
      const mentions = at?.atUserIds ?? [];
      // The real one accepts it and notifies no person, which a test could not tell from success.
      const unnamed = mentions.find((id) => !text.content.includes(`@${id}`));
      if (unnamed !== undefined) return { errcode: 40035, errmsg: `the text does not hold @${unnamed}` };
      deliver({ channel: 'dingtalk', to: session, text: text.content, mentions });
      return { errcode: 0, errmsg: 'ok' };
    },
  };
}

/** A button of a card whose tap makes the client send a text. Throws where its address is no such thing. */
export function buttonOf(label: string, address: string): ShownButton {
  const { protocol, host, pathname, searchParams } = new URL(address);
  const says = searchParams.get('content') ?? '';
  if (`${protocol}//${host}${pathname}` !== 'dtmd://dingtalkclient/sendMessage' || says === '')
    throw new Error(`a button that sends nothing: ${address}`);
  return { label, says };
}
