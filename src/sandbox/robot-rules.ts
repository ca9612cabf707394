import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from './wecom-responses.ts';

/** A robot of a simulated group. */
export interface GroupRobot {
  readonly platform: 'wecom' | 'dingtalk' | 'feishu';
  /** What its address carries: WeCom's `key`, DingTalk's `access_token`, the end of Feishu's path. */
  readonly key: string;
  readonly secret?: string;
  /** Only messages that hold this word are let through; WeCom's robots know none. */
  readonly keyword?: string;
  readonly group: string;
}

export interface RobotRequest {
  readonly query: URLSearchParams;
  readonly isJson: boolean;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A message as its group would see it, in the platform's dialect. */
export interface Said {
  readonly text: string;
  /** Who is called. */
  readonly mentions: readonly string[];
  /** The sender's own number of the message; null where the platform takes none. */
  readonly uuid: string | null;
}

/** A platform's number for what is wrong, and its words. */
export interface Objection {
  readonly errcode: number;
  readonly errmsg: string;
}

const HOUR_MS = 60 * 60 * 1000;
const no = (errcode: number, errmsg: string): Objection => ({ errcode, errmsg });

/** What becomes of a message; all that the documents let a platform object to is objected to. */
export const RULES: Readonly<
  Record<GroupRobot['platform'], (robot: GroupRobot, request: RobotRequest) => Said | Objection>
> = { wecom, dingtalk, feishu };

const WecomMessage = z.strictObject({
  msgtype: z.literal('markdown'),
  markdown: z.strictObject({ content: z.string() }),
});

function wecom(_robot: GroupRobot, { isJson, body }: RobotRequest): Said | Objection {
  const message = WecomMessage.safeParse(parseJson(body));
  if (!isJson || !message.success) return no(40058, 'a parameter is wrong');
  const { content } = message.data.markdown;
  if (content === '') return no(44004, 'empty content');
  if (Buffer.byteLength(content) > 4096) return no(45002, 'content size out of limit');
  return { text: content, mentions: [...content.matchAll(/<@([^>]+)>/gu)].map(([, id = '']) => id), uuid: null };
}

const DingtalkMessage = z.strictObject({
  msgtype: z.literal('markdown'),
  markdown: z.strictObject({ title: z.string().min(1), text: z.string().min(1) }),
  at: z.strictObject({ atUserIds: z.array(z.string().min(1)).max(50), isAtAll: z.literal(false) }),
  msgUuid: z.string().min(1),
});

function dingtalk({ secret, keyword }: GroupRobot, { query, isJson, body, now }: RobotRequest): Said | Objection {
  if (!isJson) return no(43004, '无效的HTTP HEADER Content-Type');
  if (Buffer.byteLength(body) > 20_000) return no(460101, 'message too long');
  const message = DingtalkMessage.safeParse(parseJson(body));
  if (!message.success) return no(40035, z.prettifyError(message.error));
  if (secret !== undefined && !isSignedForDingtalk(query, secret, now)) return no(310000, 'sign not match');
  const { markdown, at, msgUuid } = message.data;
  if (keyword !== undefined && !`${markdown.title}${markdown.text}`.includes(keyword))
    return no(310000, 'keywords not in content');
  // The real one accepts it and mentions no person, which a test could not tell from success.
  if (!at.atUserIds.every((id) => markdown.text.includes(`@${id}`)))
    return no(40035, 'a mentioned person is not named in the text');
  return { text: markdown.text, mentions: at.atUserIds, uuid: msgUuid };
}

function isSignedForDingtalk(query: URLSearchParams, secret: string, now: number): boolean {
  const [timestamp = ''] = query.getAll('timestamp');
  if (query.getAll('sign').length !== 1 || !/^\d{13}$/u.test(timestamp)) return false;
  const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  return query.get('sign') === sign && Math.abs(now - Number(timestamp)) < HOUR_MS;
}

const FeishuPart = z.discriminatedUnion('tag', [
  z.strictObject({ tag: z.literal('text'), text: z.string() }),
  z.strictObject({ tag: z.literal('a'), text: z.string().min(1), href: z.url() }),
  z.strictObject({ tag: z.literal('at'), user_id: z.string().min(1) }),
]);
const FeishuPost = z.strictObject({ title: z.string(), content: z.array(z.array(FeishuPart)) });
const signed = { timestamp: z.string().optional(), sign: z.string().optional() };
const FeishuMessage = z.discriminatedUnion('msg_type', [
  z.strictObject({
    ...signed,
    msg_type: z.literal('text'),
    content: z.strictObject({ text: z.string().min(1) }),
  }),
  z.strictObject({
    ...signed,
    msg_type: z.literal('post'),
    content: z.strictObject({ post: z.strictObject({ zh_cn: FeishuPost }) }),
  }),
]);

/** Rich text as a text that shows the same. */
function asText({ title, content }: z.infer<typeof FeishuPost>): string {
  const lines = content.map((parts) =>
    parts
      .map((part) => {
        if (part.tag === 'text') return part.text;
        return part.tag === 'a' ? `[${part.text}](${part.href})` : `<at user_id="${part.user_id}"></at>`;
      })
      .join(''),
  );
  return [title, ...lines].join('\n');
}

function feishu({ secret, keyword }: GroupRobot, { isJson, body, now }: RobotRequest): Said | Objection {
  const message = FeishuMessage.safeParse(parseJson(body));
  if (!isJson || Buffer.byteLength(body) > 20 * 1024 || !message.success) return no(9499, 'Bad Request');
  const { timestamp = '', sign } = message.data;
  const text = message.data.msg_type === 'text' ? message.data.content.text : asText(message.data.content.post.zh_cn);
  if (secret !== undefined) {
    const right = createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
    const isFresh = /^\d{10}$/u.test(timestamp) && Math.abs(now - Number(timestamp) * 1000) < HOUR_MS;
    if (sign !== right || !isFresh) return no(19021, 'sign match fail or timestamp is not within one hour');
  }
  if (keyword !== undefined && !text.includes(keyword)) return no(19024, 'Key Words Not Found');
  const mentions = [...text.matchAll(/<at user_id="([^"]*)">[^<]*<\/at>/gu)].map(([, id = '']) => id);
  return { text, mentions, uuid: null };
}
