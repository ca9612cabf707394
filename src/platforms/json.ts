/** Text as JSON; null, which no platform sends, where it is none. The parser's own complaint would quote it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
