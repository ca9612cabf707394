import { MAX_COUNT } from './command.ts';

/** One of the characters that Chinese numbers are written with, also those that never make a count (`几次`, `半次`). */
export const NUMERAL = '[零〇一二两兩俩三四五六七八九十百千万半几]';

const DIGITS = '零一二三四五六七八九';

/**
 * The number from 1 to 999 that `text` writes in digits or in Chinese; null when it is none. A leading zero is none, and
 * neither is `一百二`, which some mean as 120 and some as 102.
 */
export function readNumeral(text: string): number | null {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text) <= MAX_COUNT ? Number(text) : null;
  const [, hundreds, rest = ''] = /^([一二两兩三四五六七八九])百(.*)$/u.exec(text) ?? [];
  if (hundreds === undefined) return readTens(text) ?? readDigit(text);
  const below = rest === '' ? 0 : (readTens(rest) ?? readOnesAfterZero(rest));
  return below === null ? null : (readDigit(hundreds) ?? 0) * 100 + below;
}

/** `十`, `十二`, `二十`, `二十三`. */
function readTens(text: string): number | null {
  const [, tens, ones] = /^([一二三四五六七八九]?)十([一二三四五六七八九]?)$/u.exec(text) ?? [];
  if (tens === undefined || ones === undefined) return null;
  return (tens === '' ? 1 : DIGITS.indexOf(tens)) * 10 + (ones === '' ? 0 : DIGITS.indexOf(ones));
}

/** `零二` in `一百零二`. */
function readOnesAfterZero(text: string): number | null {
  const [, ones] = /^[零〇]([一二三四五六七八九])$/u.exec(text) ?? [];
  return ones === undefined ? null : DIGITS.indexOf(ones);
}

function readDigit(text: string): number | null {
  if (text === '两' || text === '兩') return 2;
  return /^[一二三四五六七八九]$/u.test(text) ? DIGITS.indexOf(text) : null;
}
