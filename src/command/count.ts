import { NUMERAL, readNumeral } from './numerals.ts';

export type CountScan =
  | { readonly kind: 'count'; readonly count: number; readonly rest: string }
  /** Somebody may have meant a count here, but it is none from 1 to 999. */
  | { readonly kind: 'bad'; readonly typed: string };

const TIMES = '[x×✕✖*]';
const END = '(?=$|[ :,])';

/** What may follow a card without a blank and still be clearly a count. */
export const GLUED_COUNT = `(?:[×✕✖*]|${NUMERAL}+ ?次)`;

const COUNT = new RegExp(`^(?:${TIMES} ?)?(?:(\\d+)(?: ?次)?|(${NUMERAL}+) ?次)${END}`, 'iu');
const LEADING_COUNT = new RegExp(`^((?:[-+.\\d]|${NUMERAL})[^ :,次]{0,5}) ?次[ :,]*`, 'u');

// `-1`, `1.5`, `(2)`, `#3`, `3号桌`, `x0`; `两`, `两位`, `两次半`; `次`, `半次`. The last two also where a count stood before.
const LIKE_A_NUMBER = /^[^\p{L}\p{N}]*(?:x ?[^\p{L}\p{N}]*)?\p{N}/iu;
const LIKE_A_CHINESE_COUNT = new RegExp(`^[^\\p{L}\\p{N}]*${NUMERAL}+(?: ?[次个位人张回遍]|${END})`, 'u');
const HALF_A_COUNT = new RegExp(`^(?:次半?|半次?)${END}`, 'u');
const PLAIN_NUMBER = new RegExp(`^[-+]?\\d+(?:[./⁄]\\d+)?${END}`, 'u');

const NUMBER_PART = new RegExp(`^(?:[^\\p{L} :,]|[x次]|${NUMERAL}){0,5}`, 'iu');

const COUNT_IN_REMARK = new RegExp(
  [
    `(?:\\d|${NUMERAL}) ?次`,
    `(?:次数|数量|共|扣|(?<![a-z0-9])${TIMES}) ?:? ?(?:\\d|${NUMERAL})`,
    // A number that stands alone, as in `张三 2`.
    `(?<![^ :,])\\d{1,3}${END}`,
  ].join('|'),
  'iu',
);

/** Reads the count at the very start of `text`; null when nothing there looks like one. Absent is for the caller to fill. */
export function scanCount(text: string): CountScan | null {
  const [whole, digits, chinese] = COUNT.exec(text) ?? [];
  const count = whole === undefined ? null : readNumeral(digits ?? chinese ?? '');
  if (whole !== undefined && count !== null) return { kind: 'count', count, rest: text.slice(whole.length) };
  if (whole !== undefined || [LIKE_A_NUMBER, LIKE_A_CHINESE_COUNT, HALF_A_COUNT].some((like) => like.test(text))) {
    return { kind: 'bad', typed: beginning(text) };
  }
  return null;
}

/** Reads a count that stands before the card, which it may only with 次; null when there is none. */
export function scanLeadingCount(text: string): CountScan | null {
  const [whole, typed] = LEADING_COUNT.exec(text) ?? [];
  if (whole === undefined || typed === undefined) return null;
  const count = readNumeral(typed);
  return count === null
    ? { kind: 'bad', typed: beginning(text) }
    : { kind: 'count', count, rest: text.slice(whole.length) };
}

/** Whether the remark behind a count begins with what could be another count, or the other half of it (`1 1/2`, `2 次半`). */
export function continuesCount(remark: string): boolean {
  return scanCount(remark)?.kind === 'count' || PLAIN_NUMBER.test(remark) || HALF_A_COUNT.test(remark);
}

/** Whether the remark names a count somewhere: `张三 2次`, `次数:2`, `谢谢 2`. */
export function namesCount(remark: string): boolean {
  return COUNT_IN_REMARK.test(remark);
}

/** What was typed as a number: too short to give a card away, and no words that could pass for ours. */
function beginning(text: string): string {
  const typed = NUMBER_PART.exec(text)?.[0] ?? '';
  return /^(?:$|[ :,])/.test(text.slice(typed.length)) ? typed : `${typed}…`;
}
