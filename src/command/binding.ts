import { isUserId, PLATFORMS } from '../redemption/user-id.ts';
import { looksLikeCard } from './card.ts';
import { MAX_NAME, type Binding, type Misuse, type Misused, type DeskCommand } from './command.ts';
import { normalizeLine } from './normalize.ts';
import { splitWords, withoutSeparators } from './words.ts';

type Reading = DeskCommand | Misused;

const MAX_STORE = 64;

const MARK = '\\p{Default_Ignorable_Code_Point}';
const GAP = `[\\p{White_Space}\\p{Cc}${MARK}]*`;
const NO_ID = '\\p{White_Space}\\p{Cc}\\u2800,，';
const USER = new RegExp(`(wecom|dingtalk)${GAP}[:：]${GAP}([^${NO_ID}${MARK}][^${NO_ID}]*)`, 'iu');
const INVISIBLE_ENDS = new RegExp(`^${MARK}+|(?<!${MARK})${MARK}+$`, 'gu');
const EMPLOYEE = /^[1-9]\d{0,9}$/;
const NAME_WORD = /^\p{L}[\p{L}\p{M}\p{N}·・.'’()-]*$/u;
const LATIN_WORD = /^[\p{Script=Latin}.'’-]+$/u;

/**
 * Reads `绑定 <user> …` and `解绑 <user>` in a line as it was typed: normalising it would alter an id, and take an `@`
 * in it for a mention. Null when it is no such line.
 */
export function readUserCommand(typed: string, botNames: readonly string[]): Reading | null {
  const scan = USER.exec(typed);
  const [whole, platform, id] = scan ?? [];
  if (scan === null || whole === undefined || platform === undefined || id === undefined) return null;
  const verb = splitWords(normalizeLine(typed.slice(0, scan.index), botNames)).join(' ');
  if (verb !== '绑定' && verb !== '解绑') return null;

  const of = verb === '绑定' ? 'bind' : 'unbind';
  const exactId = withoutMention(withoutInvisibleEnds(id), botNames);
  const named = platformNamed(platform);
  if (named === undefined || !isUserId(named, exactId)) return misused(of, 'user');
  const user = `${named}:${exactId}`;
  const words = splitWords(normalizeLine(typed.slice(scan.index + whole.length), botNames));
  if (of === 'unbind') return words.length === 0 ? { kind: of, user } : misused(of, 'extra');
  const binding = readBinding(words);
  return typeof binding === 'string' ? misused(of, binding) : { kind: of, user, ...binding };
}

/** Reads `绑定 <employeeId> <store> [name]` behind its verb. */
export function readBindRequest(args: string): Reading {
  const words = splitWords(args);
  if (words.length === 0) return misused('bind-request', 'missing');
  // `绑定 zhangsan 11 …`, `绑定 11 wecom:zhangsan …`: somebody is to be bound by a manager.
  const namesUser = /^[\x21-\x7e]+$/.test(words[0] ?? '') && EMPLOYEE.test(words[1] ?? '');
  if (namesUser || words.some((word) => platformNamed(word) !== undefined)) return misused('bind', 'user');
  const binding = readBinding(words);
  return typeof binding === 'string' ? misused('bind-request', binding) : { kind: 'bind-request', ...binding };
}

/** Reads `解绑` in a line that names no user. */
export function readUnbind(args: string): Reading {
  return misused('unbind', args === '' ? 'missing' : 'user');
}

/** Whether a user stands at the start of `args`, normalised. */
export function beginsWithUser(args: string): boolean {
  return /^(?:wecom|dingtalk) ?:/i.test(withoutSeparators(args));
}

function readBinding([employee = '', store, ...names]: readonly string[]): Binding | Misuse {
  if (!EMPLOYEE.test(employee)) return 'employee';
  if (store === undefined) return 'no-store';
  if (Array.from(store).length > MAX_STORE) return 'store';
  const name = names.length === 0 ? null : names.join(' ');
  if (name !== null && !names.every((word) => NAME_WORD.test(word))) return 'name';
  // `Li Wei` is one name; `张三 李四` are two people.
  if (names.length > 1 && !names.every((word) => LATIN_WORD.test(word))) return 'extra';
  if (name !== null && (Array.from(name).length > MAX_NAME || looksLikeCard(name))) return 'name';
  return { employeeId: Number(employee), store, name };
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

function platformNamed(word: string) {
  return PLATFORMS.find((platform) => platform === word.toLowerCase());
}

function misused(of: Misused['of'], why: Misuse): Misused {
  return { kind: 'misused', of, why };
}
