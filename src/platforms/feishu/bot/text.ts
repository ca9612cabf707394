import { z } from 'zod';
import { parseJson } from '../../json.ts';

/** What in a text stands for a person: `@_user_1`, which is not a part of `@_user_10`. */
const PLACEHOLDER = /@_user_\d+/gu;
/** Feishu makes `[text](url)` of what looks like an address, also of one that was only typed with a dot in it. */
const LINK = /\[([^[\]\n]*)\]\((?:https?:\/\/|mailto:)[^()\s]*\)/gu;

export interface Mention {
  /** The placeholder in the text. */
  readonly key: string;
  readonly openId: string | null;
  readonly name: string;
}

const Text = z.object({ text: z.string() });
const Element = z.object({
  tag: z.string().catch(''),
  text: z.string().optional().catch(undefined),
  user_id: z.string().optional().catch(undefined),
  image_key: z.string().min(1).optional().catch(undefined),
});
const Post = z.object({
  title: z.string().catch(''),
  // One that is odd is no reason to overlook the others.
  content: z.array(z.array(Element.catch({ tag: '' })).catch([])),
});
export type Post = z.infer<typeof Post>;
const Fields = z.record(z.string(), z.unknown());

/**
 * What was typed, from the `content` of a message, which is JSON in a string. The mention of the bot is left out; those of
 * others read as they were typed. Null where nothing was typed: a picture, a file, a voice message.
 */
export function readText(
  type: string,
  content: string,
  mentions: readonly Mention[],
  botOpenId: string | null,
): string | null {
  const text = type === 'text' ? plainText(content) : type === 'post' ? richText(content) : null;
  if (text === null) return null;
  const byKey = new Map(mentions.map((mention) => [mention.key, mention]));
  return text.replace(PLACEHOLDER, (key) => {
    const mention = byKey.get(key);
    if (mention === undefined) return key;
    return botOpenId !== null && mention.openId === botOpenId ? '' : `@${nameOf(mention)}`;
  });
}

/** A blank would end the mention, and a line break begin a line that its person did not type. */
function nameOf({ name }: Mention): string {
  return name.replace(/[\p{White_Space}\p{Cc}]+/gu, '_');
}

function plainText(content: string): string | null {
  return Text.safeParse(parseJson(content)).data?.text.replace(LINK, '$1') ?? null;
}

/** Rich text, from the `content` of a message; of one in several languages the Chinese, or else the first. Null where it is none. */
export function readPost(content: string): Post | null {
  const json = parseJson(content);
  const { data: post } = Post.safeParse(json);
  if (post !== undefined) return post;
  const { data: fields = {} } = Fields.safeParse(json);
  const { data: languages = {} } = Fields.safeParse(fields['post'] ?? fields);
  const posts = [languages['zh_cn'], ...Object.values(languages)].flatMap((one) => Post.safeParse(one).data ?? []);
  return posts[0] ?? null;
}

/** Pieces of a paragraph are one line in several styles; a picture between them ends it. */
function richText(content: string): string | null {
  const post = readPost(content);
  if (post === null) return null;
  const lines = post.content.map((paragraph) =>
    paragraph.map(({ tag, text, user_id }) => (tag === 'at' ? (user_id ?? '') : (text ?? '\n'))).join(''),
  );
  const text = [...(post.title === '' ? [] : [post.title]), ...lines].join('\n');
  return text.trim() === '' ? null : text;
}
