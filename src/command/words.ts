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
