import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Usage } from '../../src/platforms/dingtalk/usage.ts';

/** The `sign` header for a `timestamp` header, as in DingTalk's own sample. */
export function signDingtalk(appSecret: string, timestamp: string): string {
  return createHmac('sha256', appSecret).update(`${timestamp}\n${appSecret}`).digest('base64');
}

export interface DingtalkRequest {
  readonly query: URLSearchParams;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** A signed callback around a JSON body; a string is sent as it is. `timestamp` in ms, 13 digits. */
export function dingtalkCallback(appSecret: string, body: unknown, timestamp = '1760000000456'): DingtalkRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    query: new URLSearchParams(),
    headers: {
      'content-type': 'application/json; charset=utf-8',
      timestamp,
      sign: signDingtalk(appSecret, timestamp),
    },
    body: Buffer.from(text),
  };
}

/** The body of a text message in a group; `overrides` replace or, when undefined, remove fields. */
export function dingtalkText(content: string, overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    msgtype: 'text',
    text: { content },
    msgId: 'msgAAA==',
    createAt: 1760000000123,
    conversationType: '2',
    conversationId: 'cidGROUP==',
    conversationTitle: '门店核销群',
    senderId: '$:LWCP_v1:$abc',
    senderStaffId: 'staff001',
    senderNick: '小王',
    senderCorpId: 'dingcorp1',
    isAdmin: false,
    chatbotCorpId: 'dingcorp1',
    chatbotUserId: '$:LWCP_v1:$bot',
    robotCode: 'dingappkey1',
    isInAtList: true,
    atUsers: [{ dingtalkId: '$:LWCP_v1:$bot' }],
    sessionWebhook: 'https://oapi.dingtalk.com/robot/sendBySession?session=0123abcd',
    sessionWebhookExpiredTime: 1760005400123,
    ...overrides,
  };
}

/** The body of a picture that was sent one to one. */
export function dingtalkPicture(
  downloadCode: string,
  overrides: Record<string, unknown> = {},
): Record<string, unknown> {
  const content = { downloadCode, pictureDownloadCode: `small-${downloadCode}` };
  return dingtalkText('', { msgtype: 'picture', text: undefined, conversationType: '1', content, ...overrides });
}

/** The body of rich text in a group; what is no text is the code of a picture. */
export function dingtalkRichText(
  pieces: readonly (string | { readonly picture: string })[],
  overrides: Record<string, unknown> = {},
): Record<string, unknown> {
  const richText = pieces.map((piece) =>
    typeof piece === 'string'
      ? { text: piece }
      : { type: 'picture', downloadCode: piece.picture, pictureDownloadCode: `small-${piece.picture}` },
  );
  return dingtalkText('', { msgtype: 'richText', text: undefined, content: { richText }, ...overrides });
}

/** The body of a text that answers another message. */
export function dingtalkQuoting(
  text: string,
  repliedMsg: unknown,
  overrides: Record<string, unknown> = {},
): Record<string, unknown> {
  return dingtalkText(text, { text: { content: text, isReplyMsg: true, repliedMsg }, ...overrides });
}

/** As a client sends along what a message answers. */
export function dingtalkQuoted(msgType: string, content: unknown): Record<string, unknown> {
  return { msgType, msgId: 'msgQUOTED==', senderId: '$:LWCP_v1:$xyz', content };
}

const Reply = z.strictObject({
  msgtype: z.literal('text'),
  text: z.strictObject({ content: z.string() }),
  at: z.strictObject({ atUserIds: z.array(z.string()), isAtAll: z.literal(false) }).optional(),
});

export type DingtalkReply = z.infer<typeof Reply>;

/** Reads the robot message in the response to a callback. Throws when DingTalk would not understand it. */
export function readDingtalkReply(body: string): DingtalkReply {
  return Reply.parse(JSON.parse(body));
}

/** Of tests in which nothing comes near a quota. */
export const UNCOUNTED: Usage = { count: () => undefined };
