import { NUMERAL } from './numerals.ts';

// Blank to the eye though not White_Space: the Hangul fillers and the empty Braille pattern. A control character
// becomes a blank too, because removing it could join a card and a count.
const BLANKS = /[\p{White_Space}\p{Cc}\u115F\u1160\u2800\u3164\uFFA0]+/gu;
// Zero-width, bidi and joining marks, soft hyphens, variation selectors.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
// NFKC makes `22` of `2²` and `4kg` of `4㎏`: it can lengthen a number or a card by what stands behind it.
const UNLIKE_ASCII = /(?![\p{Script=Han}\uFF01-\uFF5E])[^\0-\x7F]/gu;
const WORD = /[0-9A-Za-z\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A]+/g;

const LIKE_A_COUNT = new RegExp(`^@(?:[\\p{N}x×*次]|${NUMERAL})+$`, 'iu');

/**
 * One line as the grammar reads it: NFKC, without invisible marks, single blanks, without the mentions at its start and
 * end. What NFKC would glue to the digits and letters beside it stays as it was typed: `②`, `²`, `Ⅱ`, `㎏`, and a word
 * in which digits of both widths are mixed. A mention is `@` up to the next blank, `@` or opening quotation mark, or `@`
 * and one of `botNames`, which may contain blanks. Doing it twice changes nothing.
 */
export function normalizeLine(line: string, botNames: readonly string[]): string {
  const mentions = mentionsOf(botNames);
  return withoutTrailingMentions(withoutLeadingMentions(tidy(line), mentions), mentions);
}

const mentionsOfNames = new WeakMap<readonly string[], readonly string[]>();

/** The mentions of a bot, the longest first; worked out once for each list of names. */
function mentionsOf(botNames: readonly string[]): readonly string[] {
  const known = mentionsOfNames.get(botNames);
  if (known !== undefined) return known;
  const mentions = botNames
    .map((name) => tidy(name).replace(/^@ ?/, ''))
    .filter((name) => name !== '')
    .map((name) => `@${name}`)
    .sort((a, b) => b.length - a.length);
  mentionsOfNames.set(botNames, mentions);
  return mentions;
}

function tidy(text: string): string {
  const visible = text.toWellFormed().replace(BLANKS, ' ').replace(INVISIBLE, '');
  return withCommonForms(visible).replace(/ +/g, ' ').trim();
}

function withCommonForms(text: string): string {
  // The most usual line has them already.
  if (text === text.normalize('NFKC')) return text;
  const kept = [
    ...[...text.matchAll(UNLIKE_ASCII)].filter(([character]) => isNumber(character) || becomesAscii(character)),
    ...[...text.matchAll(WORD)].filter(([word]) => /[0-9]/.test(word) && /[\uFF10-\uFF19]/.test(word)),
  ].sort((a, b) => a.index - b.index);
  if (kept.length === 0) return text.normalize('NFKC');
  let [result, end] = ['', 0];
  for (const { 0: found, index } of kept) {
    result += text.slice(end, index).normalize('NFKC') + found;
    end = index + found.length;
  }
  return result + text.slice(end).normalize('NFKC');
}

function isNumber(character: string): boolean {
  return /^[\p{No}\p{Nl}]$/u.test(character);
}

function becomesAscii(character: string): boolean {
  return /[0-9A-Za-z]/.test(character.normalize('NFKC'));
}

function withoutLeadingMentions(line: string, mentions: readonly string[]): string {
  let rest = line;
  while (rest.startsWith('@')) {
    const known = mentions.find((mention) => rest.startsWith(mention) && endsName(rest, mention.length));
    rest = rest.slice(known?.length ?? endOfWord(rest)).trimStart();
  }
  return rest;
}

function withoutTrailingMentions(line: string, mentions: readonly string[]): string {
  let rest = line;
  for (;;) {
    const known = mentions.find((mention) => rest.endsWith(mention));
    const start = known === undefined ? rest.lastIndexOf('@') : rest.length - known.length;
    if (start < 0) return rest;
    // `@2` mentions no person.
    if (known === undefined && (rest.includes(' ', start) || LIKE_A_COUNT.test(rest.slice(start)))) return rest;
    rest = rest.slice(0, start).trimEnd();
  }
}

/** `@Bot核销` mentions Bot, `@Bottom` does not. */
function endsName(text: string, end: number): boolean {
  return !/^[A-Za-z0-9]{2}$/.test(text.slice(end - 1, end + 1));
}

function endOfWord(text: string): number {
  const end = text.slice(1).search(/[ @「『“"]/);
  return end < 0 ? text.length : end + 1;
}
