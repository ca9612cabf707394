import { MAX_COUNT } from './command.ts';

/**
 * One of the characters that Chinese numbers are written with, formal and colloquial ones too, and those that never make
 * a count (`几次`, `半次`).
 */
export const NUMERAL =
  '[零〇一二两兩俩倆三仨四五六七八九十百千万萬半几幾壹弌贰貳弍弐叁叄參参弎肆伍陆陸柒捌玖拾佰仟廿卄卅卌]';

/** One character that is a number by itself: `②`, `⑵`, `㈡`, `❷`, `Ⅱ`, a keycap; also those that make no count (`²`, `½`). */
const SIGN = '(?:\\d\\u20E3|🔟|[\\p{No}\\p{Nl}])';

/** A number as it may be written in digits, by a sign, or in Chinese. Whether it is one says `readNumeral`. */
export const NUMBER = `(?:${SIGN}|\\p{Nd}{1,9}|${NUMERAL}{1,9})`;

const DIGITS = '零一二三四五六七八九';
const RAISED = /[\u00B2\u00B3\u00B9\u2070-\u209C]/;
const ROMAN: ReadonlyMap<string, number> = new Map(
  Object.entries({ I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 }),
);

const PLAIN: ReadonlyMap<string, string> = new Map(
  `一壹弌 二贰貳弍弐 三叁叄參参弎 四肆 五伍 六陆陸 七柒 八捌 九玖 十拾 百佰 零〇 二十廿卄 三十卅 四十卌`
    .split(' ')
    .flatMap((group) => {
      const [plain = ''] = /^(?:[二三四]十|.)/u.exec(group) ?? [];
      return Array.from(group.slice(plain.length), (form) => [form, plain] as const);
    }),
);
const ALONE: ReadonlyMap<string, number> = new Map(Object.entries({ 两: 2, 兩: 2, 俩: 2, 倆: 2, 仨: 3, '🔟': 10 }));

/** First characters of rows of signs that have no plain form, with their number, the step, and how many there are. */
const ROWS: readonly (readonly [first: number, value: number, step: number, length: number])[] = [
  [0x2776, 1, 1, 10], // ❶
  [0x2780, 1, 1, 10], // ➀
  [0x278a, 1, 1, 10], // ➊
  [0x24eb, 11, 1, 10], // ⓫
  [0x24f5, 1, 1, 10], // ⓵
  [0x3248, 10, 10, 8], // ㉈
  [0x3021, 1, 1, 9], // 〡
];

const WORDS: ReadonlyMap<string, number> = new Map([
  ...'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
    .split(' ')
    .map((word, i) => [word, i + 1] as const),
  ...'once twice thrice'.split(' ').map((word, i) => [word, i + 1] as const),
]);
/** An English number word. */
export const NUMBER_WORD = [...WORDS.keys()].join('|');

/**
 * The number from 1 to 999 that `text` writes in digits of one script, in Chinese, by a sign or in English; null when it
 * is none. A leading zero is none, and neither is `一百二`, which some mean as 120 and some as 102.
 */
export function readNumeral(text: string): number | null {
  const number = readDigits(text) ?? readSign(text) ?? readChinese(text) ?? WORDS.get(text.toLowerCase()) ?? null;
  return number !== null && number >= 1 && number <= MAX_COUNT ? number : null;
}

/** All of one script: `2२` is no number. */
function readDigits(text: string): number | null {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  if (!/^\p{Nd}{1,9}$/u.test(text)) return null;
  const values = Array.from(text, (digit) => ({ zero: zeroOf(digit), code: digit.codePointAt(0) ?? 0 }));
  const [first] = values;
  if (first === undefined || first.code === first.zero || values.some(({ zero }) => zero !== first.zero)) return null;
  return values.reduce((number, { zero, code }) => number * 10 + code - zero, 0);
}

/** Digits come in rows of ten; mathematical ones in five rows side by side. */
function zeroOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let start = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(start - 1))) start--;
  return code - ((code - start) % 10);
}

function readSign(text: string): number | null {
  const keycap = /^(\d)\u20E3$/.exec(text)?.[1];
  if (keycap !== undefined) return Number(keycap);
  if (!/^[\p{No}\p{Nl}]$/u.test(text) || RAISED.test(text)) return null;
  const code = text.codePointAt(0) ?? 0;
  const row = ROWS.find(([first, , , length]) => code >= first && code < first + length);
  if (row !== undefined) return row[1] + (code - row[0]) * row[2];
  // `⑵` is `(2)`, `⒉` is `2.`, `㈡` is `(二)`, `Ⅱ` is `II`.
  const plain = text.normalize('NFKC').replace(/[().,]/g, '');
  return /^\d+$/.test(plain) ? Number(plain) : (readChinese(plain) ?? readRoman(plain.toUpperCase()));
}

/** Written by the rules or not: it is the value of a single character. */
function readRoman(text: string): number | null {
  const values = Array.from(text, (letter) => ROMAN.get(letter) ?? NaN);
  const sum = values.reduce((total, value, i) => total + (value < (values[i + 1] ?? 0) ? -value : value), 0);
  return Number.isNaN(sum) || sum === 0 ? null : sum;
}

function readChinese(typed: string): number | null {
  const alone = ALONE.get(typed);
  if (alone !== undefined) return alone;
  const text = Array.from(typed, (character) => PLAIN.get(character) ?? character).join('');
  const [, hundreds, rest = ''] = /^([一二两兩三四五六七八九])百(.*)$/u.exec(text) ?? [];
  if (hundreds === undefined) return readTens(text) ?? readDigit(text);
  const below = rest === '' ? 0 : (readTens(rest) ?? readOnesAfterZero(rest));
  return below === null ? null : (ALONE.get(hundreds) ?? readDigit(hundreds) ?? 0) * 100 + below;
}

/** `十`, `十二`, `二十`, `二十三`. */
function readTens(text: string): number | null {
  const [, tens, ones] = /^([一二三四五六七八九]?)十([一二三四五六七八九]?)$/u.exec(text) ?? [];
  if (tens === undefined || ones === undefined) return null;
  return (tens === '' ? 1 : DIGITS.indexOf(tens)) * 10 + (ones === '' ? 0 : DIGITS.indexOf(ones));
}

/** `零二` in `一百零二`. */
function readOnesAfterZero(text: string): number | null {
  const [, ones] = /^零([一二三四五六七八九])$/u.exec(text) ?? [];
  return ones === undefined ? null : DIGITS.indexOf(ones);
}

function readDigit(text: string): number | null {
  return /^[一二三四五六七八九]$/u.test(text) ? DIGITS.indexOf(text) : null;
}
