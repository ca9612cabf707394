import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../platforms/json.ts';
import type { FeishuAppKeys, FeishuMessage } from './feishu-callbacks.ts';
import { createFeishuPictures } from './feishu-pictures.ts';

/** A message of the bot's that people see. */
export interface FeishuShown {
  readonly messageId: string;
  /** The chat's id, or the open_id of the person that it was sent to. */
  readonly to: string;
  /** The message that it answers; null where it answers none. */
  readonly replyTo: string | null;
  /** The text, without its mentions; of a card its title. */
  readonly text: string;
  readonly mentions: readonly string[];
  /** As it is now; null where it is a text. */
  card: FeishuCard | null;
}

const Plain = z.strictObject({ tag: z.literal('plain_text'), content: z.string().min(1) });
const Button = z.strictObject({
  tag: z.literal('button'),
  text: Plain,
  type: z.enum(['default', 'primary', 'danger']),
  behaviors: z.tuple([z.strictObject({ type: z.literal('callback'), value: z.record(z.string(), z.unknown()) })]),
});
const Element = z.union([
  z.strictObject({ tag: z.literal('div'), text: Plain }),
  z.strictObject({
    tag: z.literal('column_set'),
    flex_mode: z.enum(['none', 'stretch', 'flow', 'bisect', 'trisect']),
    columns: z
      .array(
        z.strictObject({ tag: z.literal('column'), width: z.enum(['auto', 'weighted']), elements: z.array(Button) }),
      )
      .min(1),
  }),
]);
/** Of JSON 2.0, as far as bots here use it. */
export const FeishuCard = z.strictObject({
  schema: z.literal('2.0'),
  config: z.strictObject({ update_multi: z.boolean() }),
  header: z.strictObject({ title: Plain, template: z.string() }),
  body: z.strictObject({ elements: z.array(Element) }),
});
export type FeishuCard = z.infer<typeof FeishuCard>;

const Text = z.strictObject({ text: z.string().min(1) });
const Common = { msg_type: z.enum(['text', 'interactive']), content: z.string(), uuid: z.string().max(50).optional() };
const ReplyBody = z.strictObject({ ...Common, reply_in_thread: z.boolean().optional() });
const SendBody = z.strictObject({ ...Common, receive_id: z.string().min(1) });
const PatchBody = z.strictObject({ content: z.string() });
const UpdateBody = z.strictObject({ token: z.string(), card: FeishuCard });
const TokenBody = z.object({ app_id: z.string(), app_secret: z.string() });

export interface FeishuAnswer {
  readonly code: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

const HOUR_MS = 3_600_000;
const MAX_TEXT = 150_000;
const MAX_CARD = 30_000;
const PER_SECOND = 5;
const no = (code: number, msg: string): FeishuAnswer => ({ code, msg, error: { log_id: 'log-1' } });
const yes = (data: object): FeishuAnswer => ({ code: 0, msg: 'success', data });

export interface FeishuMessagesOptions {
  readonly keys: FeishuAppKeys;
  readonly tokenSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onShown: (message: FeishuShown) => void;
}

/** What the server API knows: tokens, who may be written to, and what was written. */
export function createFeishuMessages({ keys, tokenSeconds, now, onShown }: FeishuMessagesOptions) {
  let token: { readonly value: string; readonly expiresAt: number } | null = null;
  const refusedTokens = new Map<string, number>();
  const shown = new Map<string, FeishuShown>();
  const byUuid = new Map<string, { readonly messageId: string; readonly at: number }>();
  const sentAt = new Map<string, readonly number[]>();
  /** Codes by the id of a message, chat or person. */
  const closed = new Map<string, number>();
  /** Chats of messages that people wrote. */
  const chats = new Map<string, string>();
  const pictures = createFeishuPictures();
  /** Of the bot; 2 is in use. Null: the app has none. */
  let status: number | null = 2;
  const cardTokens = new Map<string, { readonly messageId: string; left: number; readonly expiresAt: number }>();

  function tokenProblem(authorization: string | undefined): FeishuAnswer | null {
    const value = /^Bearer (\S+)$/u.exec(authorization ?? '')?.[1];
    if (value === undefined) return no(99991661, 'Missing access token for authorization');
    const refused = refusedTokens.get(value);
    if (refused !== undefined) return no(refused, 'Invalid access token for authorization');
    const isValid = value === token?.value && now() < token.expiresAt;
    return isValid ? null : no(99991663, 'Invalid access token for authorization');
  }

  function show(
    to: string,
    replyTo: string | null,
    body: { readonly msg_type: string; readonly content: string; readonly uuid?: string | undefined },
  ): FeishuAnswer {
    for (const id of [replyTo ?? '', to]) {
      const code = closed.get(id);
      if (code !== undefined) return no(code, 'as it is');
    }
    const content = parseJson(body.content);
    const text = body.msg_type === 'text' ? Text.safeParse(content) : null;
    const card = body.msg_type === 'interactive' ? FeishuCard.safeParse(content) : null;
    if (text?.success === false) return no(230001, z.prettifyError(text.error));
    if (card?.success === false) return no(230099, z.prettifyError(card.error));
    const max = card === null ? MAX_TEXT : MAX_CARD;
    if (Buffer.byteLength(body.content) > max) return no(230025, 'The length of the message content reaches its limit');
    const known = body.uuid === undefined ? undefined : byUuid.get(body.uuid);
    if (known !== undefined && now() - known.at < HOUR_MS) return yes({ message_id: known.messageId });
    const lately = (sentAt.get(to) ?? []).filter((at) => now() - at < 1_000);
    if (lately.length >= PER_SECOND) return { ...no(99991400, 'request trigger frequency limit'), resetSeconds: 1 };
    sentAt.set(to, [...lately, now()]);
    const messageId = `om_bot_${shown.size + 1}`;
    if (body.uuid !== undefined) byUuid.set(body.uuid, { messageId, at: now() });
    const said = text?.data.text ?? card?.data.header.title.content ?? '';
    const mentions = [...said.matchAll(/<at user_id="([^"<>]+)"><\/at>/gu)].map(([, id = '']) => id);
    const message: FeishuShown = {
      messageId,
      to,
      replyTo,
      text: said.replace(/\n?<at user_id="[^"<>]+"><\/at>/gu, ''),
      mentions,
      card: card?.data ?? null,
    };
    shown.set(messageId, message);
    onShown(message);
    return yes({ message_id: messageId });
  }

  return {
    fetchToken(body: unknown): FeishuAnswer {
      const asked = TokenBody.safeParse(body);
      if (!asked.success) return no(10003, 'invalid param');
      const { app_id, app_secret } = asked.data;
      if (app_id !== keys.appId || app_secret !== keys.appSecret) return no(10014, 'app secret invalid');
      // With half an hour left a new one comes, and both work; here only the new one does.
      const left = token === null ? 0 : token.expiresAt - now();
      if (token === null || left < HOUR_MS / 2)
        token = { value: `t-${randomUUID()}`, expiresAt: now() + tokenSeconds * 1000 };
      const expire = Math.floor((token.expiresAt - now()) / 1000);
      return { code: 0, msg: 'ok', tenant_access_token: token.value, expire };
    },

    /** Answers a call that needs a token. */
    call(method: string, url: URL, authorization: string | undefined, body: unknown): FeishuAnswer | Uint8Array | null {
      const { pathname, searchParams } = url;
      const [, id, act] = /^\/open-apis\/im\/v1\/messages(?:\/([^/]+)(?:\/(reply))?)?$/u.exec(pathname) ?? [];
      const problem = tokenProblem(authorization);
      if (problem !== null) return problem;
      if (method === 'GET' && pathname === '/open-apis/bot/v3/info' && status === null)
        return no(11205, 'app do not have bot');
      if (method === 'GET' && pathname === '/open-apis/bot/v3/info')
        return {
          code: 0,
          msg: 'ok',
          bot: { activate_status: status, app_name: '核销助手', open_id: keys.botOpenId },
        };
      if (method === 'POST' && pathname === '/open-apis/interactive/v1/card/update') {
        const update = UpdateBody.safeParse(body);
        if (!update.success) return no(300000, z.prettifyError(update.error));
        const given = cardTokens.get(update.data.token);
        if (given === undefined || given.left === 0 || now() >= given.expiresAt) return no(300120, 'token is invalid');
        given.left -= 1;
        return this.change(given.messageId, update.data.card);
      }
      if (method === 'POST' && id !== undefined && act === 'reply') {
        const reply = ReplyBody.safeParse(body);
        if (!reply.success) return no(230001, z.prettifyError(reply.error));
        const to = chats.get(id) ?? shown.get(id)?.to;
        return to === undefined ? no(230001, 'no such message') : show(to, id, reply.data);
      }
      if (method === 'PATCH' && id !== undefined && act === undefined) {
        const patch = PatchBody.safeParse(body);
        const card = FeishuCard.safeParse(parseJson(patch.data?.content ?? ''));
        if (!card.success) return no(230099, z.prettifyError(card.error));
        return this.change(id, card.data);
      }
      if (method === 'POST' && pathname === '/open-apis/im/v1/messages') {
        const send = SendBody.safeParse(body);
        if (!send.success) return no(230001, z.prettifyError(send.error));
        const type = searchParams.get('receive_id_type');
        const { receive_id } = send.data;
        const fits =
          (type === 'chat_id' && /^oc_/u.test(receive_id)) || (type === 'open_id' && /^ou_/u.test(receive_id));
        return fits ? show(receive_id, null, send.data) : no(230034, 'invalid receive_id');
      }
      return pictures.call(method, url);
    },

    /** Another version of a card, for all who see it. */
    change(messageId: string, card: FeishuCard): FeishuAnswer {
      const message = shown.get(messageId);
      if (message?.card == null) return no(230001, 'no such card');
      if (!message.card.config.update_multi || !card.config.update_multi) return no(230099, 'the card is not shared');
      message.card = card;
      return yes({});
    },
    /** What a person writes. */
    heard(message: FeishuMessage): void {
      const { messageId = 'om_1', openId = 'ou_staff001', group = null } = message;
      chats.set(messageId, group ?? `oc_p2p_${openId}`);
      pictures.write(message);
    },
    pictures,
    find: (messageId: string) => shown.get(messageId),
    /** For an update of the card by its token: two within half an hour. */
    issueCardToken(messageId: string): string {
      const value = `c-${randomUUID()}`;
      cardTokens.set(value, { messageId, left: 2, expiresAt: now() + HOUR_MS / 2 });
      return value;
    },
    close(id: string, code: number): void {
      closed.set(id, code);
    },
    setBotStatus(code: number | null): void {
      status = code;
    },
    revokeToken(code: number): void {
      if (token !== null) refusedTokens.set(token.value, code);
      token = null;
    },
  };
}
