/**
 * Cuts `text` to at most `maxBytes` of UTF-8: behind a whole line, or, where not even the first line fits, behind a
 * whole grapheme of it. `mark` then stands last, within the limit. The result is well formed even where the text was
 * not.
 */
export function cutToBytes(text: string, maxBytes: number, mark: string): string {
  const whole = text.toWellFormed();
  if (Buffer.byteLength(whole) <= maxBytes) return whole;

  const lines = whole.split('\n');
  const ends = lineEnds(lines);
  for (let kept = lines.length - 1; kept > 0; kept--) {
    const end = ends[kept - 1] ?? 0;
    if (end >= maxBytes) continue;
    const tail = `\n${mark}`;
    if (end + Buffer.byteLength(tail) <= maxBytes) return lines.slice(0, kept).join('\n') + tail;
  }
  const room = maxBytes - Buffer.byteLength(mark);
  // Without room for the mark, the beginning of the text says more than the mark alone.
  return room < 0 ? cutLine(whole, maxBytes) : cutLine(lines[0] ?? '', room) + mark;
}

/** Cuts a line to at most `max` characters, as a client that counts UTF-16 units would count them, `…` included. */
export function cutToCharacters(line: string, max: number): string {
  if (line.length <= max) return line;
  let kept = '';
  for (const { segment } of new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(line)) {
    if (kept.length + segment.length >= max) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** For each line, how many bytes the text takes up to its end. */
function lineEnds(lines: readonly string[]): number[] {
  let end = -1;
  return lines.map((line) => (end += Buffer.byteLength(line) + 1));
}

/** Graphemes, not code points: half of a joined emoji is another emoji. */
function cutLine(line: string, maxBytes: number): string {
  let bytes = 0;
  for (const { segment, index } of new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(line)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxBytes) return line.slice(0, index);
  }
  return line;
}
