import { randomUUID } from 'node:crypto';
import type { FeishuMessage } from './feishu-callbacks.ts';
import type { FeishuAnswer } from './feishu-messages.ts';

/** A permission of the app. */
export type FeishuScope = 'im:message' | 'im:message.group_msg';

const no = (code: number, msg: string): FeishuAnswer => ({ code, msg, error: { log_id: 'log-3' } });
/** The platform gives out files up to 100 MB. */
const MAX_BYTES = 100_000_000;

interface Written {
  readonly type: string;
  readonly content: unknown;
  readonly chat: string;
  readonly isGroup: boolean;
  readonly parentId: string | undefined;
  readonly at: number;
  readonly openId: string;
}

/** What people have written, and the pictures in it, as the server API gives them to a bot that is in the chat. */
export function createFeishuPictures() {
  const messages = new Map<string, Written>();
  const pictures = new Map<string, Uint8Array>();
  const scopes = new Set<FeishuScope>(['im:message', 'im:message.group_msg']);
  const deleted = new Set<string>();
  const left = new Set<string>();

  function readMessage(id: string): FeishuAnswer {
    if (!scopes.has('im:message'))
      return no(99991672, 'Access denied. One of the following scopes is required: [im:message, im:message:readonly].');
    const message = messages.get(id);
    if (message === undefined) return no(230001, 'Your request contains an invalid request parameter, ext=message_id.');
    if (left.has(message.chat)) return no(230002, 'Bot/User can NOT be out of the chat.');
    if (message.isGroup && !scopes.has('im:message.group_msg'))
      return no(230027, 'Lack of necessary permissions, ext=need scope: im:message.group_msg');
    const isDeleted = deleted.has(id);
    const item = {
      message_id: id,
      ...(message.parentId === undefined ? {} : { root_id: message.parentId, parent_id: message.parentId }),
      msg_type: message.type,
      create_time: String(message.at),
      update_time: String(message.at),
      deleted: isDeleted,
      updated: false,
      chat_id: message.chat,
      sender: { id: message.openId, id_type: 'open_id', sender_type: 'user', tenant_key: 'tenant1' },
      body: { content: isDeleted ? 'This message was recalled' : JSON.stringify(message.content) },
    };
    return { code: 0, msg: 'success', data: { items: [item] } };
  }

  function readResource(id: string, key: string, type: string | null): FeishuAnswer | Uint8Array {
    if (!scopes.has('im:message'))
      return no(99991672, 'Access denied. One of the following scopes is required: [im:message, im:message:readonly].');
    if (type !== 'image' && type !== 'file') return no(234001, 'Invalid request param.');
    const message = messages.get(id);
    if (message === undefined) return no(234001, 'Invalid request param.');
    if (left.has(message.chat)) return no(234004, 'App not in chat.');
    const bytes = pictures.get(key);
    const isInIt = !deleted.has(id) && ['image', 'post'].includes(message.type) && type === 'image';
    if (bytes === undefined || !isInIt || !keysIn(message.content).includes(key)) return no(234003, 'File not in msg.');
    return bytes.length > MAX_BYTES ? no(234037, 'Downloading file size exceeds limit.') : bytes;
  }

  return {
    /** Answers a call whose token is right; null where it is about none of this. */
    call(method: string, { pathname, searchParams }: URL): FeishuAnswer | Uint8Array | null {
      const [, id, key] = /^\/open-apis\/im\/v1\/messages\/([^/]+)(?:\/resources\/([^/]+))?$/u.exec(pathname) ?? [];
      if (method !== 'GET' || id === undefined) return null;
      return key === undefined ? readMessage(id) : readResource(id, key, searchParams.get('type'));
    },
    /** A person has written something, in a chat that the bot is in. */
    write(message: FeishuMessage): void {
      const { messageId = 'om_1', openId = 'ou_staff001', group = null, type = 'text', at = 1760000000000 } = message;
      const { content = { text: '' }, parentId } = message;
      const chat = group ?? `oc_p2p_${openId}`;
      messages.set(messageId, { type, content, chat, isGroup: group !== null, parentId, at, openId });
    },
    /** A picture that messages may show; returns its key. */
    keep(bytes: Uint8Array): string {
      const key = `img_v3_${randomUUID()}`;
      pictures.set(key, bytes);
      return key;
    },
    /** A message is taken back. */
    recall: (messageId: string): void => void deleted.add(messageId),
    withdraw: (scope: FeishuScope): void => void scopes.delete(scope),
    /** The bot is taken out of a chat. */
    leave: (chat: string): void => void left.add(chat),
  };
}

/** All keys of pictures in the content of a message. */
function keysIn(content: unknown): string[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([name, value]) =>
    name === 'image_key' && typeof value === 'string' ? [value] : keysIn(value),
  );
}
