import { z } from 'zod';
import { userKey } from '../../../redemption/user-id.ts';
import type { Incoming, ReplyForm } from '../../../chat/channel.ts';
import type { Opened } from '../envelope.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import type { PassiveReply } from './render.ts';
import { parseXml } from './xml.ts';

/** As the ledger has it. */
export const CHANNEL = 'wecom-app';

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
    Event: z.string().optional(),
  }),
});

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
  const inner = Inner.safeParse(await parseXml(plaintext).catch(() => null));
  if (!inner.success) return ignored(`not understood: ${z.prettifyError(inner.error)}`);
  const { FromUserName: from, AgentID: agent, MsgType: type, MsgId: id, Content: text, Event: event } = inner.data.xml;
  const { CreateTime: typedAt } = inner.data.xml;
  if (agentId !== null && agent !== agentId) return ignored(`for app ${agent}`);

  const account = accountOf(corpId, agent);
  const as: PassiveReply = { kind: 'passive-reply', user: from };
  const reply: ReplyForm<PassiveReply> = { as, room: MAX_TEXT_BYTES, direct: null };
  if (type === 'event') {
    const greets = event === 'enter_agent' || event === 'subscribe';
    if (!greets) return ignored(`event ${event ?? 'without a name'}`);
    // The event comes each time that a person opens the chat.
    const once = `greeting-${userKey(`wecom:${from}`)}-${today()}`;
    const to = { user: `wecom:${from}`, returnAddress: { user: from, agentId: agent, messageId: once } };
    return {
      kind: 'sentence',
      sentence: 'greeting',
      channel: CHANNEL,
      account,
      reply,
      once: { messageId: once, ...to },
    };
  }
  if (from === 'sys') return ignored('not sent by a person');
  // Only ordinary messages have an id, and only those may be answered.
  if (id === undefined) return ignored(`${type} without MsgId`);
  if (type !== 'text' || text === undefined)
    return { kind: 'sentence', sentence: 'text-only', channel: CHANNEL, account, reply };
  return {
    kind: 'message',
    message: {
      channel: CHANNEL,
      account,
      messageId: id,
      user: `wecom:${from}`,
      conversation: null,
      text,
      signedAt,
      typedAt: typedAt === undefined ? null : Number(typedAt) * 1000,
      returnAddress: { user: from, agentId: agent, messageId: id },
    },
    reply,
  };
}

/** What the messages of an app have as their account. */
export function accountOf(corpId: string, agentId: string): string {
  return `${corpId}:${agentId}`;
}

function ignored(why: string): Incoming<never> {
  return { kind: 'ignored', why };
}
