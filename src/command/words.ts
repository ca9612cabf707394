/** `text` without the separators at its start. */
export function withoutSeparators(text: string): string {
  return text.replace(/^[ :,]+/, '');
}

/** What stands between blanks and separators. */
export function splitWords(text: string): string[] {
  return text.split(/[ :,]+/).filter((word) => word !== '');
}

/** Whether a separator stands there, or nothing at all. */
export function endsHere(rest: string): boolean {
  return /^(?:$|[ :,])/.test(rest);
}

/** A pattern for any of these words, longer ones first. Behind a Latin word no letter may stand: `hxabc1` may be anything. */
export function anyOf(words: readonly string[]): string {
  return words
    .toSorted((a, b) => b.length - a.length)
    .map((word) => (/[a-z]$/.test(word) ? `${word}(?![a-z])` : word))
    .join('|');
}
