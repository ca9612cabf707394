import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import { parseStringPromise } from 'xml2js';
import { z } from 'zod';

/** What the console shows. `receiveId` is the corp id for an app, empty for an AI bot. */
export interface WecomKeys {
  readonly token: string;
  readonly aesKey: string;
  readonly receiveId: string;
}

/** Everything here signs and encrypts with Tencent's own package, so that our code is never checked against itself. */
export interface SignedRequest {
  readonly query: URLSearchParams;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export interface SignOptions {
  /** Seconds since 1970, 10 digits. */
  readonly timestamp?: string;
  readonly nonce?: string;
}

export function signQuery(keys: WecomKeys, encrypted: string, options: SignOptions = {}): URLSearchParams {
  const { timestamp = '1760000010', nonce = '1760111120' } = options;
  const signature = getSignature(keys.token, timestamp, nonce, encrypted);
  return new URLSearchParams({ msg_signature: signature, timestamp, nonce });
}

/** The console's URL check (GET) for `echo`. */
export function urlCheck(keys: WecomKeys, echo: string, options?: SignOptions): SignedRequest {
  const encrypted = encrypt(keys.aesKey, echo, keys.receiveId);
  const query = signQuery(keys, encrypted, options);
  query.set('echostr', encrypted);
  return { query, headers: {}, body: Buffer.alloc(0) };
}

/** A callback (POST) of the self-built app around inner XML. */
export function appCallback(keys: WecomKeys, innerXml: string, options?: SignOptions): SignedRequest {
  const encrypted = encrypt(keys.aesKey, innerXml, keys.receiveId);
  const body =
    `<xml><ToUserName><![CDATA[${keys.receiveId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt>` +
    `<AgentID><![CDATA[1000002]]></AgentID></xml>`;
  return { query: signQuery(keys, encrypted, options), headers: {}, body: Buffer.from(body) };
}

/** A callback (POST) of the AI bot around inner JSON; a string is sent as it is. */
export function botCallback(keys: WecomKeys, inner: unknown, options?: SignOptions): SignedRequest {
  const plain = typeof inner === 'string' ? inner : JSON.stringify(inner);
  const encrypted = encrypt(keys.aesKey, plain, keys.receiveId);
  const body = JSON.stringify({ encrypt: encrypted });
  return { query: signQuery(keys, encrypted, options), headers: {}, body: Buffer.from(body) };
}

export interface AppTextFields {
  readonly content: string;
  readonly user?: string;
  readonly messageId?: string;
  readonly agentId?: string;
  /** In seconds since 1970. */
  readonly createTime?: number;
}

/** Inner XML of a text message to the app. */
export function appText(corpId: string, fields: AppTextFields): string {
  const {
    content,
    user = 'zhangsan',
    messageId = '7301234567890123457',
    agentId = '1000002',
    createTime = 1_760_000_010,
  } = fields;
  return (
    `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName>${cdata(user)}</FromUserName>` +
    `<CreateTime>${createTime}</CreateTime><MsgType><![CDATA[text]]></MsgType>` +
    `<Content>${cdata(content)}</Content>` +
    `<MsgId>${messageId}</MsgId><AgentID>${agentId}</AgentID></xml>`
  );
}

function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

export interface BotTextFields {
  readonly content: string;
  readonly user?: string;
  readonly messageId?: string;
  /** Null for a one-to-one chat. */
  readonly chatId?: string | null;
  readonly botId?: string;
  readonly responseUrl?: string;
}

/** Inner JSON of a text message to the AI bot. */
export function botText(fields: BotTextFields): Record<string, unknown> {
  const { content, user = 'zhangsan', messageId = 'CAIQ-0001', chatId = 'wrGROUP01', botId = 'aibBOT01' } = fields;
  // A reserved address, so that no test reaches the real one.
  const { responseUrl = 'https://wecom.invalid/cgi-bin/aibot/response?response_code=CODE' } = fields;
  return {
    msgid: messageId,
    aibotid: botId,
    ...(chatId === null ? { chattype: 'single' } : { chattype: 'group', chatid: chatId }),
    from: { userid: user },
    response_url: responseUrl,
    msgtype: 'text',
    text: { content },
  };
}

export interface BotTapFields extends Pick<BotTextFields, 'user' | 'messageId' | 'chatId' | 'responseUrl'> {
  /** Of the button. */
  readonly key: string;
  /** Of the card. */
  readonly taskId: string;
}

/** Inner JSON of a tap on a card of the AI bot. */
export function botTap({ key, taskId, ...fields }: BotTapFields): Record<string, unknown> {
  const tapped = { card_type: 'button_interaction', event_key: key, task_id: taskId, selected_items: {} };
  const event = { eventtype: 'template_card_event', template_card_event: tapped };
  return {
    ...botText({ content: '', ...fields }),
    text: undefined,
    create_time: 1_760_000_000,
    msgtype: 'event',
    event,
  };
}

/** Inner JSON of the refresh poll for a stream. */
export function botPoll(streamId: string, botId = 'aibBOT01'): Record<string, unknown> {
  return {
    msgid: `poll-of-${streamId}`,
    aibotid: botId,
    chattype: 'single',
    from: { userid: 'zhangsan' },
    msgtype: 'stream',
    stream: { id: streamId },
  };
}

const AppEnvelope = z.object({
  xml: z.object({ Encrypt: z.string(), MsgSignature: z.string(), TimeStamp: z.string(), Nonce: z.string() }),
});

const AppReply = z.object({
  xml: z.object({
    ToUserName: z.string(),
    FromUserName: z.string(),
    CreateTime: z.string(),
    MsgType: z.string(),
    Content: z.string(),
  }),
});

export type AppReply = z.infer<typeof AppReply>['xml'];

/** Checks and decrypts a passive reply of the app. Throws when its signature or receive id is wrong. */
export async function openAppReply(keys: WecomKeys, body: string): Promise<AppReply> {
  const outer = AppEnvelope.parse(await parseStringPromise(body, { explicitArray: false })).xml;
  return readAppReply(openSealed(keys, outer.Encrypt, outer.MsgSignature, outer.TimeStamp, outer.Nonce));
}

/** Reads the inner XML of one. */
export async function readAppReply(inner: unknown): Promise<AppReply> {
  return AppReply.parse(await parseStringPromise(z.string().parse(inner), { explicitArray: false })).xml;
}

const BotEnvelope = z.object({
  encrypt: z.string(),
  msgsignature: z.string(),
  timestamp: z.number().int(),
  nonce: z.string(),
});

const BotStream = z.object({ id: z.string(), finish: z.boolean(), content: z.string() });

const BotCard = z.object({
  main_title: z.object({ title: z.string().max(26) }),
  sub_title_text: z.string().max(112).optional(),
  button_list: z.array(z.object({ text: z.string().max(4), key: z.string() })),
  task_id: z.string(),
});

const BotReply = z.discriminatedUnion('msgtype', [
  z.object({ msgtype: z.literal('stream'), stream: BotStream }),
  z.object({ msgtype: z.literal('stream_with_template_card'), stream: BotStream, template_card: BotCard }),
  z.object({ msgtype: z.literal('text'), text: z.object({ content: z.string() }) }),
]);

export type BotReply = z.infer<typeof BotReply>;

/** Checks and decrypts an answer of the AI bot. Throws when its signature or receive id is wrong. */
export function openBotReply(keys: WecomKeys, body: string): BotReply {
  return readBotReply(openBotEnvelope(keys, body));
}

/** Reads the inner JSON of one. */
export function readBotReply(inner: unknown): BotReply {
  return BotReply.parse(inner);
}

const BotUpdate = z.object({
  response_type: z.literal('update_template_card'),
  userids: z.array(z.string()).optional(),
  template_card: BotCard,
});

export type BotUpdate = z.infer<typeof BotUpdate>;

/** The same for the answer to a tap. */
export function openBotUpdate(keys: WecomKeys, body: string): BotUpdate {
  return BotUpdate.parse(openBotEnvelope(keys, body));
}

function openBotEnvelope(keys: WecomKeys, body: string): unknown {
  const { encrypt, msgsignature, timestamp, nonce } = BotEnvelope.parse(JSON.parse(body));
  return JSON.parse(openSealed(keys, encrypt, msgsignature, String(timestamp), nonce));
}

function openSealed(keys: WecomKeys, encrypted: string, signature: string, timestamp: string, nonce: string): string {
  if (getSignature(keys.token, timestamp, nonce, encrypted) !== signature) throw new Error('reply is not signed well');
  const { message, id } = decrypt(keys.aesKey, encrypted);
  if (id !== keys.receiveId) throw new Error('reply is for another receive id');
  return message;
}
