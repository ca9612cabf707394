/** As JSON.stringify lays out the list with an indent of 2. */
const USUAL = ',\n    {\n';

/**
 * The text of an entry, with the comma that separates it from the one before, laid out like a neighbour: on lines of
 * its own or not, one field a line or all in one. `neighbour` is the text of one with what separates it; it may be empty.
 */
export function entryText(entry: object, neighbour: Buffer): Buffer {
  const like = neighbour.length > 0 ? neighbour.toString() : USUAL;
  const brace = like.indexOf('{');
  const gap = like.slice(0, brace).replace(',', '');
  const indent = gap.slice(gap.lastIndexOf('\n') + 1);
  const json = like.includes('\n', brace)
    ? JSON.stringify(entry, null, 2).replaceAll('\n', `\n${indent}`)
    : JSON.stringify(entry);
  return Buffer.from(`,${gap}${json}`);
}
