// Blank to the eye though not White_Space: the Hangul fillers and the empty Braille pattern. A control character
// becomes a blank too, because removing it could join a card and a count.
const BLANKS = /[\p{White_Space}\p{Cc}\u115F\u1160\u2800\u3164\uFFA0]+/gu;
// Zero-width, bidi and joining marks, soft hyphens, variation selectors.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * One line as the grammar reads it: NFKC, without invisible marks, single blanks, without the mentions at its start and
 * end. A mention is `@` up to the next blank or `@`, or `@` and one of `botNames`, which may contain blanks. Doing it
 * twice changes nothing.
 */
export function normalizeLine(line: string, botNames: readonly string[]): string {
  const mentions = botNames
    .map((name) => tidy(name).replace(/^@ ?/, ''))
    .filter((name) => name !== '')
    .map((name) => `@${name}`)
    .sort((a, b) => b.length - a.length);
  return withoutTrailingMentions(withoutLeadingMentions(tidy(line), mentions), mentions);
}

function tidy(text: string): string {
  return text.toWellFormed().replace(BLANKS, ' ').replace(INVISIBLE, '').normalize('NFKC').replace(/ +/g, ' ').trim();
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
    if (start < 0 || (known === undefined && rest.includes(' ', start))) return rest;
    rest = rest.slice(0, start).trimEnd();
  }
}

/** `@Bot核销` mentions Bot, `@Bottom` does not. */
function endsName(text: string, end: number): boolean {
  return !/^[A-Za-z0-9]{2}$/.test(text.slice(end - 1, end + 1));
}

function endOfWord(text: string): number {
  const end = text.slice(1).search(/[ @]/);
  return end < 0 ? text.length : end + 1;
}
