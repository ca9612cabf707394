import { isUserId, PLATFORMS, type Platform } from '../redemption/user-id.ts';
import { withoutSeparators } from './words.ts';

export interface UserScan {
  /** Platform and id, the id exactly as typed; null where the platform would never send such an id. */
  readonly user: string | null;
  /** What stands before and behind it. */
  readonly before: string;
  readonly behind: string;
}

const MARK = '\\p{Default_Ignorable_Code_Point}';
const GAP = `[\\p{White_Space}\\p{Cc}${MARK}]*`;
const NO_ID = '\\p{White_Space}\\p{Cc}\\u2800,，';
const NAMED = PLATFORMS.join('|');
const USER = new RegExp(`(${NAMED})${GAP}[:：]${GAP}([^${NO_ID}${MARK}][^${NO_ID}]*)`, 'iu');
const USER_AT_START = new RegExp(`^(?:${NAMED}) ?:`, 'i');
const INVISIBLE_ENDS = new RegExp(`^${MARK}+|(?<!${MARK})${MARK}+$`, 'gu');

/**
 * Finds the user in a line as it was typed: normalising it would alter an id, and take an `@` in it for a mention. Null
 * when it names none.
 */
export function scanUser(typed: string, botNames: readonly string[]): UserScan | null {
  const scan = USER.exec(typed);
  const [whole, platform, id] = scan ?? [];
  if (scan === null || whole === undefined || platform === undefined || id === undefined) return null;
  const exactId = withoutMention(withoutInvisibleEnds(id), botNames);
  const named = platformNamed(platform);
  return {
    user: named !== undefined && isUserId(named, exactId) ? `${named}:${exactId}` : null,
    before: typed.slice(0, scan.index),
    behind: typed.slice(scan.index + whole.length),
  };
}

/** Whether a user stands at the start of `args`, normalised. */
export function beginsWithUser(args: string): boolean {
  return USER_AT_START.test(withoutSeparators(args));
}

export function platformNamed(word: string): Platform | undefined {
  return PLATFORMS.find((platform) => platform === word.toLowerCase());
}

function withoutMention(id: string, botNames: readonly string[]): string {
  const mention = botNames
    .flatMap((name) => [`@${name}`, `＠${name}`])
    .find((end) => end.length > 1 && id.endsWith(end));
  return mention === undefined ? id : id.slice(0, -mention.length);
}

/** Copying from a chat brings invisible marks along. */
function withoutInvisibleEnds(id: string): string {
  return id.replace(INVISIBLE_ENDS, '');
}
