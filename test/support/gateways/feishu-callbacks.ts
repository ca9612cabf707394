import { createCipheriv, createHash } from 'node:crypto';

/** Secrets of the made-up app. */
export const FEISHU_APP = {
  appId: 'cli_a1b2c3d4e5f60718',
  appSecret: 'feishuAppSecret0123456789',
  encryptKey: 'feishu encrypt key',
  verificationToken: 'feishuVerificationToken01',
  botOpenId: 'ou_b07b07b07b07b07b07b07b07b07b07b0',
};

export type FeishuAppKeys = typeof FEISHU_APP;

/** A callback as the platform sends it. */
export interface FeishuRequest {
  readonly query: URLSearchParams;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** AES-256-CBC with the SHA-256 of the key, the IV in front, as base64. */
function encryptFeishu(encryptKey: string, text: string): string {
  const key = createHash('sha256').update(encryptKey).digest();
  // As good as a random one, and the same in each run.
  const iv = createHash('md5').update(text).digest();
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

export function signFeishu(encryptKey: string, timestamp: string, nonce: string, body: string): string {
  return createHash('sha256')
    .update(timestamp + nonce + encryptKey + body)
    .digest('hex');
}

/** An encrypted and signed callback around what it says; a string is sent as it is. `timestamp` in seconds. */
export function feishuCallback(
  said: unknown,
  { encryptKey }: Pick<FeishuAppKeys, 'encryptKey'> = FEISHU_APP,
  timestamp = '1760000000',
): FeishuRequest {
  const text = typeof said === 'string' ? said : JSON.stringify(said);
  // The platform does not promise any white space.
  const body = `{ "encrypt" : ${JSON.stringify(encryptFeishu(encryptKey, text))} }\n`;
  const nonce = 'feishu-nonce';
  return {
    query: new URLSearchParams(),
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-lark-request-timestamp': timestamp,
      'x-lark-request-nonce': nonce,
      'x-lark-signature': signFeishu(encryptKey, timestamp, nonce, body),
    },
    body: Buffer.from(body),
  };
}

/** The console's check of the address, which is encrypted and not signed. */
export function feishuChallenge(challenge: string, keys: FeishuAppKeys = FEISHU_APP): FeishuRequest {
  const request = feishuCallback({ challenge, token: keys.verificationToken, type: 'url_verification' }, keys);
  return { ...request, headers: { 'content-type': 'application/json; charset=utf-8' } };
}

/** An envelope of version 2.0. `createTime` in milliseconds since 1970. */
export function feishuEvent(
  type: string,
  event: unknown,
  { eventId, createTime = 1760000000000 }: { readonly eventId: string; readonly createTime?: number },
  keys: FeishuAppKeys = FEISHU_APP,
): Record<string, unknown> {
  const header = {
    event_id: eventId,
    event_type: type,
    create_time: String(createTime),
    token: keys.verificationToken,
    app_id: keys.appId,
    tenant_key: 'tenant1',
  };
  return { schema: '2.0', header, event };
}

export interface FeishuMessage {
  readonly messageId?: string;
  readonly openId?: string;
  /** Null: a one-to-one chat. */
  readonly group?: string | null;
  /** Milliseconds since 1970. */
  readonly at?: number;
  readonly type?: string;
  /** Instead of `{"text":…}`. */
  readonly content?: unknown;
  /** Other people that the text names by `@_user_2` and so on. */
  readonly others?: readonly { readonly openId: string; readonly name: string }[];
  /** Whether the text names the bot, by `@_user_1`. Default: in a group. */
  readonly mentionsBot?: boolean;
  readonly senderType?: string;
  /** What it answers. */
  readonly parentId?: string;
}

/** The event of a message, in which `@_user_1` is the bot. */
export function feishuText(
  text: string,
  message: FeishuMessage = {},
  keys: FeishuAppKeys = FEISHU_APP,
): Record<string, unknown> {
  const { messageId = 'om_1', openId = 'ou_staff001', group = null, at = 1760000000000, others = [] } = message;
  const { mentionsBot = group !== null, type = 'text', content = { text }, senderType = 'user', parentId } = message;
  const bot = mentionsBot ? [mention(1, keys.botOpenId, '核销助手')] : [];
  return feishuEvent(
    'im.message.receive_v1',
    {
      sender: {
        sender_id: { open_id: openId, union_id: 'on_1', user_id: 'u1' },
        sender_type: senderType,
        tenant_key: 'tenant1',
      },
      message: {
        message_id: messageId,
        ...(parentId === undefined ? {} : { root_id: parentId, parent_id: parentId }),
        create_time: String(at),
        update_time: String(at),
        chat_id: group ?? `oc_p2p_${openId}`,
        chat_type: group === null ? 'p2p' : 'group',
        message_type: type,
        content: JSON.stringify(content),
        mentions: [...bot, ...others.map(({ openId, name }, index) => mention(index + 2, openId, name))],
      },
    },
    { eventId: `ev-${messageId}`, createTime: at },
    keys,
  );
}

function mention(number: number, openId: string, name: string): object {
  return {
    key: `@_user_${number}`,
    id: { open_id: openId, union_id: `on_${number}`, user_id: '' },
    name,
    tenant_key: 'tenant1',
  };
}
