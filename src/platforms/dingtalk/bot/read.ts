import { z } from 'zod';
import type { Incoming, ReplyForm } from '../../../chat/channel.ts';
import { picturesOf, unfolded } from './pictures.ts';
import { isQuotaNotice, PlainText } from './quota.ts';
import { ROOM, type RobotMessage } from './render.ts';
import type { Verified } from './verify.ts';
import type { ReturnAddress } from './webhook.ts';

/** As the ledger has it. */
export const CHANNEL = 'dingtalk';

// Missing, empty and wrongly typed are the same: a strange side field is no reason to leave a person without an answer.
const Optional = z.string().min(1).optional().catch(undefined);

/** Longer than any id that DingTalk gives; one that fills a whole reply would leave no room for what it says. */
const MAX_ID = 128;
/** Milliseconds since 1970. */
const Instant = z.union([z.number(), z.string().regex(/^\d+$/u).transform(Number)]);

const Body = z.object({
  msgtype: Optional,
  msgId: Optional,
  conversationType: z.unknown().optional(),
  conversationId: Optional,
  senderStaffId: z.string().min(1).max(MAX_ID).optional().catch(undefined),
  senderCorpId: Optional,
  chatbotCorpId: Optional,
  chatbotUserId: Optional,
  robotCode: Optional,
  sessionWebhook: Optional,
  sessionWebhookExpiredTime: Instant.optional().catch(undefined),
});

type Body = z.infer<typeof Body>;

const RichText = z.object({ content: z.preprocess(unfolded, z.object({ richText: z.array(z.unknown()) })) });
const Piece = z.object({ text: z.string().optional().catch(undefined) });

/** Reads the JSON of an authentic message. Never throws. `hasWayBack` tells whether the late way takes replies there. */
export function read(
  { json, signedAt, typedAt }: Verified,
  hasWayBack: (returnAddress: ReturnAddress) => boolean,
): Incoming<RobotMessage> {
  const { data: body } = Body.safeParse(json);
  if (body?.msgtype === undefined) return { kind: 'ignored', why: 'no msgtype' };
  const group = body.conversationType === '2' || body.conversationType === 2;
  const single = body.conversationType === '1' || body.conversationType === 1;
  const staffId = readStaffId(body);
  const returnAddress: ReturnAddress = {
    sessionWebhook: body.sessionWebhook ?? null,
    expiresAt: body.sessionWebhookExpiredTime ?? null,
    staffId,
    group,
    conversation: group ? (body.conversationId ?? null) : null,
    // `normal` names none: it stands where a robot has no code.
    robotCode: body.robotCode === 'normal' ? null : (body.robotCode ?? null),
  };
  const reply: ReplyForm<RobotMessage> = {
    as: { kind: 'robot-message', mention: group ? staffId : null },
    room: ROOM,
    // A response only confirms then.
    direct: hasWayBack(returnAddress) ? { returnAddress, besides: false } : null,
  };
  const to = { channel: CHANNEL, account: body.robotCode ?? body.chatbotUserId ?? '', reply };
  if (isQuotaNotice(json)) return { kind: 'sentence', sentence: 'quota', ...to };
  const pictures = picturesOf(json, returnAddress.robotCode);
  const text = readText(body.msgtype, json);
  if (text === null && !pictures.some(({ quoted }) => !quoted))
    return { kind: 'sentence', sentence: 'text-only', ...to };
  if (body.msgId === undefined) return { kind: 'ignored', why: 'message without msgId' };
  if (group && body.conversationId === undefined)
    return { kind: 'ignored', why: 'group message without conversationId' };
  return {
    kind: 'message',
    message: {
      channel: CHANNEL,
      account: to.account,
      messageId: body.msgId,
      user: staffId === null ? null : `dingtalk:${staffId}`,
      conversation: single || body.conversationId === undefined ? null : `dingtalk:${body.conversationId}`,
      text: text ?? '',
      ...(pictures.length > 0 ? { pictures } : {}),
      signedAt,
      typedAt,
      returnAddress,
    },
    reply,
  };
}

/** The only id to authorise on: nickname and senderId are not. It names a person only within the robot's own corp. */
function readStaffId({ senderStaffId, senderCorpId, chatbotCorpId }: Body): string | null {
  const foreign = senderCorpId !== undefined && chatbotCorpId !== undefined && senderCorpId !== chatbotCorpId;
  return foreign ? null : (senderStaffId ?? null);
}

/** Null where nothing was typed. A voice transcript does not count: speech recognition cannot be trusted with 18 digits. */
function readText(msgtype: string, json: unknown): string | null {
  if (msgtype === 'text') return PlainText.safeParse(json).data ?? null;
  if (msgtype !== 'richText') return null;
  const pieces = RichText.safeParse(json).data?.content.richText ?? [];
  // Pieces of text are one line in several styles; a picture between them ends it.
  const text = pieces.map((piece) => Piece.safeParse(piece).data?.text ?? '\n').join('');
  return text.trim() === '' ? null : text;
}
