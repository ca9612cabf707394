import { hash } from 'node:crypto';
import { z } from 'zod';
import { findMenuItem } from '../../../command/menu.ts';
import type { Shown } from '../../../redemption/shown.ts';
import { userKey } from '../../../redemption/user-id.ts';
import type { Incoming, ReplyForm } from '../../../chat/channel.ts';
import type { Opened } from '../envelope.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import type { PictureAddress } from './pictures.ts';
import type { PassiveReply } from './render.ts';
import { readScan } from './scan.ts';
import { parseXml } from './xml.ts';

/** As the ledger has it. */
export const CHANNEL = 'wecom-app';

// Missing, empty and wrongly typed are the same: a strange side field is no reason to leave a person without an answer.
const Optional = z.string().min(1).optional().catch(undefined);

const Inner = z.object({
  xml: z.object({
    FromUserName: z.string().min(1),
    AgentID: z.string().regex(/^\d+$/),
    MsgType: z.string().min(1),
    // A 64-bit integer: as a number it would lose its last digits.
    MsgId: z.string().regex(/^\d+$/).optional(),
    CreateTime: z
      .string()
      .regex(/^\d{10}$/)
      .optional()
      .catch(undefined),
    Content: z.string().optional(),
    PicUrl: Optional,
    MediaId: Optional,
    Event: z.string().optional(),
    EventKey: z.string().catch(''),
    ScanCodeInfo: z.object({ ScanResult: z.string().catch('') }).catch({ ScanResult: '' }),
  }),
});

type Inner = z.infer<typeof Inner>['xml'];

export interface ReadContext {
  readonly corpId: string;
  /** Null takes every app of the corp that shares the keys. */
  readonly agentId: string | null;
  /** A number that changes every day. */
  readonly today: () => number;
}

/** Reads the inner XML of an authentic callback. Never rejects. */
export async function read(
  { plaintext, signedAt }: Pick<Opened, 'plaintext' | 'signedAt'>,
  { corpId, agentId, today }: ReadContext,
): Promise<Incoming<PassiveReply>> {
  const parsed = Inner.safeParse(await parseXml(plaintext).catch(() => null));
  if (!parsed.success) return ignored(`not understood: ${z.prettifyError(parsed.error)}`);
  const inner = parsed.data.xml;
  const { FromUserName: from, AgentID: agent, MsgType: type, CreateTime: typedAt } = inner;
  if (agentId !== null && agent !== agentId) return ignored(`for app ${agent}`);

  const account = accountOf(corpId, agent);
  const as: PassiveReply = { kind: 'passive-reply', user: from };
  const reply: ReplyForm<PassiveReply> = { as, room: MAX_TEXT_BYTES, direct: null };
  const user = `wecom:${from}`;
  if (type === 'event' && (inner.Event === 'enter_agent' || inner.Event === 'subscribe')) {
    // The event comes each time that a person opens the chat.
    const messageId = `greeting-${userKey(user)}-${today()}`;
    const once = { messageId, user, returnAddress: { user: from, agentId: agent, messageId } };
    return { kind: 'sentence', sentence: 'greeting', channel: CHANNEL, account, reply, once };
  }
  if (from === 'sys') return ignored('not sent by a person');
  const said = type === 'event' ? readEvent(inner) : readMessage(inner);
  if (typeof said === 'string') return ignored(said);
  const { messageId, ...shown } = said;
  if (shown.text === null) return { kind: 'sentence', sentence: 'text-only', channel: CHANNEL, account, reply };
  return {
    kind: 'message',
    message: {
      channel: CHANNEL,
      account,
      messageId,
      user,
      conversation: null,
      ...shown,
      text: shown.text,
      signedAt,
      typedAt: typedAt === undefined ? null : Number(typedAt) * 1000,
      returnAddress: { user: from, agentId: agent, messageId },
    },
    reply,
  };
}

/** What a person typed or showed; `text` null: neither. */
interface Said extends Shown {
  readonly messageId: string;
  readonly text: string | null;
}

/** Or why nothing is said to it, for the log. */
function readMessage({ MsgType: type, MsgId: messageId, Content, PicUrl, MediaId }: Inner): Said | string {
  // Only ordinary messages have an id, and only those may be answered.
  if (messageId === undefined) return `${type} without MsgId`;
  if (type === 'text') return { messageId, text: Content ?? null };
  if (type !== 'image' || (MediaId ?? PicUrl) === undefined) return { messageId, text: null };
  const at: PictureAddress = { mediaId: MediaId ?? null, picUrl: PicUrl ?? null };
  return { messageId, text: '', pictures: [{ at, quoted: false }] };
}

/** The menu: what its scanner read, and taps that stand for words. */
function readEvent(inner: Inner): Said | string {
  const { Event: event, EventKey: key, ScanCodeInfo, CreateTime } = inner;
  const scans = event === 'scancode_waitmsg' || event === 'scancode_push';
  const says = event === 'click' ? findMenuItem(key)?.says : undefined;
  if (!scans && says === undefined) return `event ${event ?? 'without a name'}`;
  if (CreateTime === undefined) return `event ${event ?? ''} without CreateTime`;
  // Events have no id. With the second alone, two scans of one person within it would be one (document 90238).
  const parts = [inner.FromUserName, CreateTime, event, key, ScanCodeInfo.ScanResult];
  const messageId = `event-${CreateTime}-${hash('sha256', JSON.stringify(parts)).slice(0, 32)}`;
  return scans
    ? { messageId, text: '', scan: readScan(key, ScanCodeInfo.ScanResult) }
    : { messageId, text: says ?? '' };
}

/** What the messages of an app have as their account. */
export function accountOf(corpId: string, agentId: string): string {
  return `${corpId}:${agentId}`;
}

function ignored(why: string): Incoming<never> {
  return { kind: 'ignored', why };
}
