/**
 * What two user ids, platform and id, have in common when they are the same person's: WeCom compares plain userids ignoring
 * case. Its opaque ones (`wo…`, `wm…`) and those of other platforms are compared as they are.
 */
export function userKey(user: string): string {
  if (!user.startsWith('wecom:') || /^wecom:w[om]/u.test(user)) return user;
  return user.replace(/[A-Z]/gu, (letter) => letter.toLowerCase());
}

/** Whether two user ids are the same person's. */
export function isSameUser(one: string, other: string): boolean {
  return one === other || (one.length === other.length && userKey(one) === userKey(other));
}
