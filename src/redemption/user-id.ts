/** How a person is named by their platform, in front of the id. */
export const PLATFORMS = ['wecom', 'dingtalk', 'feishu'] as const;
export type Platform = (typeof PLATFORMS)[number];

/**
 * What may be the id of one person. WeCom says what it allows (document 90195); DingTalk says only how long an id is,
 * so there it is anything that could be one; Feishu's is an `open_id`, the only id that its messages always have. Never
 * more than one person, nor all: to WeCom, `a|b` are two persons and `@all` is the whole company.
 */
const IDS: Readonly<Record<Platform, RegExp>> = {
  wecom: /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/,
  dingtalk: /^[\p{L}\p{N}_$-][\p{L}\p{N}_.@$:+=/*-]{0,63}$/u,
  feishu: /^ou_[A-Za-z0-9_-]{1,61}$/,
};

/** Of groups it is known only that they are no list and no `@all` either. */
const CONVERSATION_ID = /^(?!@)[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u;

/** Whether this can be the id of one person of that platform. */
export function isUserId(platform: Platform, id: string): boolean {
  return IDS[platform].test(id) && id.normalize('NFKC') === id;
}

/** Whether this is platform and id of one person, such as `wecom:zhangsan`. */
export function isUser(text: string): boolean {
  const [platform, id] = split(text);
  return platform !== undefined && isUserId(platform, id);
}

/** Whether this is platform and id of a conversation, such as `dingtalk:cidGROUP==`. */
export function isConversation(text: string): boolean {
  const [platform, id] = split(text);
  return platform !== undefined && CONVERSATION_ID.test(id) && !id.includes('|') && id.normalize('NFKC') === id;
}

function split(text: string): [Platform | undefined, string] {
  const colon = text.indexOf(':');
  return [PLATFORMS.find((platform) => platform === text.slice(0, colon)), text.slice(colon + 1)];
}

/**
 * WeCom's opaque ids: `wo` or `wm` and 30 characters of base64url (`open_userid` in document 101521); those in its
 * documents vary by a few. The id of a person called Wolf or Woodward begins like that too, and is much shorter.
 */
const OPAQUE = /^wecom:w[om][\w-]{26,}$/u;

/**
 * What two user ids, platform and id, have in common when they are the same person's: WeCom compares plain userids ignoring
 * case. Its opaque ones and those of other platforms are compared as they are.
 */
export function userKey(user: string): string {
  if (!/[A-Z]/.test(user) || !user.startsWith('wecom:') || OPAQUE.test(user)) return user;
  return user.replace(/[A-Z]/gu, (letter) => letter.toLowerCase());
}

/** Whether two user ids are the same person's. */
export function isSameUser(one: string, other: string): boolean {
  return one === other || (one.length === other.length && userKey(one) === userKey(other));
}
