import { z } from 'zod';
import type { Log } from '../../../log.ts';
import type { FetchPicture, Fetched, PictureSource } from '../../../redemption/shown.ts';
import { parseJson } from '../../json.ts';
import type { Silence } from '../../http.ts';
import { notFetched, whyNotFetched } from '../../not-fetched.ts';
import type { FeishuApi, FeishuResponse } from '../api.ts';
import { ERRORS, RECALLED, TOO_LARGE } from '../errors.ts';
import { readPost } from './text.ts';

const MESSAGES = '/open-apis/im/v1/messages';

/** How a picture is fetched: by the message that it is in and its key, or by a message of which not even the kind is known. */
const At = z.union([z.object({ message: z.string(), key: z.string() }), z.object({ parent: z.string() })]);
type At = z.infer<typeof At>;

const Image = z.object({ image_key: z.string().min(1) });

const Found = z.object({
  message_id: z.string().optional().catch(undefined),
  msg_type: z.string().catch(''),
  deleted: z.boolean().catch(false),
  body: z.object({ content: z.string() }).catch({ content: '' }),
});
const FoundAll = z.object({ items: z.array(z.unknown()).catch([]) });

export interface PicturedMessage {
  readonly id: string;
  readonly message_type: string;
  readonly content: string;
  readonly parent_id?: string | undefined;
}

/** The pictures of a message, in their order, and whatever it answers, which only fetching it tells. Never throws. */
export function picturesOf({ id, message_type, content, parent_id }: PicturedMessage): PictureSource[] {
  const own = keysIn(message_type, content).map((key) => ({ at: { message: id, key } satisfies At, quoted: false }));
  if (parent_id === undefined || parent_id === id) return own;
  return [...own, { at: { parent: parent_id } satisfies At, quoted: true, unsure: true }];
}

/** The keys of the pictures in the `content` of a message, which is JSON in a text. */
function keysIn(type: string, content: string): string[] {
  if (type === 'image') {
    const { data: image } = Image.safeParse(parseJson(content));
    return image === undefined ? [] : [image.image_key];
  }
  const post = type === 'post' ? readPost(content) : null;
  return (post?.content.flat() ?? []).flatMap(({ tag, image_key }) => (tag === 'img' ? (image_key ?? []) : []));
}

export interface FeishuPicturesOptions {
  readonly api: FeishuApi;
  readonly log: Log;
}

/** Fetches pictures by the server API. What is quoted is looked up first: the event names nothing of it but its id. */
export function createFeishuPictures({ api, log }: FeishuPicturesOptions): FetchPicture {
  async function fetchKey(message: string, key: string, signal: AbortSignal): Promise<Fetched> {
    const path = `${pathOf(message)}/resources/${encodeURIComponent(key)}?type=image`;
    const result = await api.download(path, signal);
    if (result.kind === 'silence') return unheard(result);
    return result.kind === 'response' ? refused(result) : result;
  }

  /** The keys of the pictures in a message, or why they are not known. */
  async function keysOf(message: string, signal: AbortSignal): Promise<readonly string[] | Fetched> {
    const result = await api.call(pathOf(message), undefined, { signal });
    if (result.kind === 'silence') return unheard(result);
    if (result.code !== 0) return refused(result);
    const items = FoundAll.safeParse(result.body['data']).data?.items ?? [];
    const found = items.flatMap((one) => Found.safeParse(one).data ?? []);
    // A collection of forwarded messages comes with all that is in it.
    const quoted = found.find(({ message_id }) => message_id === message) ?? found[0];
    if (quoted === undefined || quoted.deleted) return notFetched('gone');
    return keysIn(quoted.msg_type, quoted.body.content);
  }

  function unheard({ cause }: Silence): Fetched {
    log.warn({ cause }, 'picture not fetched: Feishu was not heard from');
    return notFetched('unreachable');
  }

  function refused({ code, msg, logId, ofApp }: FeishuResponse): Fetched {
    const { means = ofApp ? 'settings' : undefined, remedy } = ERRORS[code] ?? {};
    log.warn({ errcode: code, errmsg: msg, logId, remedy }, 'picture refused by Feishu');
    if (TOO_LARGE.has(code)) return notFetched('too-large');
    return notFetched(RECALLED.has(code) ? 'gone' : whyNotFetched(means));
  }

  return async (at, signal) => {
    const { data: to } = At.safeParse(at);
    if (to === undefined) return notFetched('gone');
    if ('key' in to) return fetchKey(to.message, to.key, signal);
    const keys = await keysOf(to.parent, signal);
    if ('kind' in keys) return keys;
    const [first, ...more] = keys;
    if (first === undefined) return notFetched('no-picture');
    const fetched = await fetchKey(to.parent, first, signal);
    if (fetched.kind === 'not-fetched' || more.length === 0) return fetched;
    return { ...fetched, others: more.map((key) => ({ at: { message: to.parent, key } satisfies At, quoted: true })) };
  };
}

const pathOf = (message: string) => `${MESSAGES}/${encodeURIComponent(message)}`;
