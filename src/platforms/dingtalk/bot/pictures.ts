import { z } from 'zod';
import type { Log } from '../../../log.ts';
import type { FetchPicture, PictureSource } from '../../../redemption/shown.ts';
import type { Download } from '../../download.ts';
import { byHttps } from '../../hosts.ts';
import { parseJson } from '../../json.ts';
import { notFetched, whyNotFetched } from '../../not-fetched.ts';
import type { DingtalkApi } from '../api.ts';
import { ERRORS } from '../errors.ts';

const FILES = '/v1.0/robot/messageFiles/download';

/** How a picture of a message is fetched. */
const At = z.object({
  downloadCode: z.string(),
  /** The robot that was written to; null where the message does not name it. */
  robotCode: z.string().nullable(),
});
type At = z.infer<typeof At>;

const Code = z.string().min(1).max(4_096).optional().catch(undefined);
const Kind = z.string().optional().catch(undefined);
// The second code is of a smaller picture, and in some messages the only one.
const Piece = z.object({ type: Kind, msgType: Kind, downloadCode: Code, pictureDownloadCode: Code });
const Content = z.union([
  z.array(z.unknown()).transform((richText) => ({ richText })),
  z.looseObject({ richText: z.array(z.unknown()).optional().catch(undefined) }),
]);

const Message = z.object({ msgtype: z.string(), content: z.unknown().optional() });
const Quoted = z.object({ msgType: Kind, content: z.unknown().optional() });
const Places = z.object({ text: z.unknown().optional(), content: z.unknown().optional() });
const Quoting = z.object({ isReplyMsg: z.unknown().optional(), repliedMsg: z.unknown().optional() });

/** The pictures of a message and of what it quotes, in their order. Of a quotation nothing else is looked at. Never throws. */
export function picturesOf(json: unknown, robotCode: string | null): PictureSource[] {
  const { data: message } = Message.safeParse(json);
  if (message === undefined) return [];
  const source = (quoted: boolean) => (downloadCode: string) => ({
    at: { downloadCode, robotCode } satisfies At,
    quoted,
  });
  const own = codesIn(message.msgtype, message.content).map(source(false));
  return [...own, ...quotedCodes(json).map(source(true))];
}

/**
 * The codes of the pictures that a message answers. No document has this part of a message; clients send it as they please
 * (QwenLM/qwen-code pull requests 9347 and 11759): the content is an object, a list, or one of them as JSON in a text.
 */
function quotedCodes(json: unknown): string[] {
  const { data: outer } = Places.safeParse(json);
  for (const place of [outer?.text, outer?.content, json]) {
    const { data: quoting } = Quoting.safeParse(place);
    if (quoting?.repliedMsg === undefined || quoting.isReplyMsg === false) continue;
    const { data: quoted } = Quoted.safeParse(unfolded(quoting.repliedMsg));
    return quoted === undefined ? [] : codesIn(quoted.msgType ?? 'picture', quoted.content);
  }
  return [];
}

function codesIn(kind: string, sent: unknown): string[] {
  if (!isPicture(kind) && kind !== 'richText') return [];
  const content = unfolded(sent);
  const { data: inside } = Content.safeParse(content);
  const pieces = inside?.richText ?? [content];
  return pieces.flatMap((one) => {
    const { data: piece } = Piece.safeParse(one);
    // Pieces have their kind by one name in what is written, and by another in what is quoted.
    const isOther = [piece?.type, piece?.msgType].some((of) => of !== undefined && !isPicture(of));
    return isOther ? [] : (piece?.downloadCode ?? piece?.pictureDownloadCode ?? []);
  });
}

const isPicture = (kind: string) => kind === 'picture' || kind === 'image';
/** What some clients send as JSON in a text. */
export const unfolded = (value: unknown): unknown => (typeof value === 'string' ? parseJson(value) : value);

export interface DingtalkPicturesOptions {
  readonly api: DingtalkApi;
  readonly download: Download;
  readonly clientId: string;
  /** When set, the only robot that is listened to. */
  readonly robotCode: string | null;
  readonly log: Log;
}

/** Fetches pictures by the OpenAPI, which names a temporary address in an object storage. */
export function createDingtalkPictures(options: DingtalkPicturesOptions): FetchPicture {
  const { api, download, clientId, robotCode, log } = options;
  return async (at, signal) => {
    const { data: to } = At.safeParse(at);
    if (to === undefined) return notFetched('gone');
    const body = { downloadCode: to.downloadCode, robotCode: robotCode ?? to.robotCode ?? clientId };
    const answer = await api.post(FILES, body, signal);
    if (answer.kind === 'silence') {
      log.warn({ cause: answer.cause }, 'picture not fetched: DingTalk was not heard from');
      return notFetched('unreachable');
    }
    if (answer.kind === 'refused') {
      const { code, message } = answer;
      const { means, remedy } = ERRORS[code] ?? {};
      log.warn({ code, message, remedy }, 'picture refused by DingTalk');
      return notFetched(whyNotFetched(means));
    }
    const { downloadUrl } = answer.body;
    if (typeof downloadUrl !== 'string') {
      log.warn('picture not fetched: DingTalk named no address');
      return notFetched('unreachable');
    }
    // The storage's addresses come as plain http; the signature in them covers no scheme.
    return download(byHttps(downloadUrl), { signal });
  };
}

/** Of a robot without the OpenAPI, which alone can fetch. */
export function withoutPictures(log: Pick<Log, 'warn'>): FetchPicture {
  return async () => {
    log.warn({ remedy: 'set DINGTALK_CLIENT_ID, with DINGTALK_MODE=http for callbacks' }, 'pictures cannot be fetched');
    return notFetched('forbidden');
  };
}
