import { scanCount, type CountScan } from './count.ts';

/**
 * Reads a count at the start of `text` that says that it is one: `3次`, `两次`, `x3`. A number alone is none, because it may name
 * something. Null where there is no such count.
 */
export function scanSaidCount(text: string): Exclude<CountScan, { kind: 'likely' }> | null {
  const scan = scanCount(text);
  if (scan === null || scan.kind === 'likely') return null;
  const said = scan.kind === 'count' ? text.slice(0, text.length - scan.rest.length) : text.split(/[ :,]/u, 1)[0];
  return /次|[x×✕✖*]|times?/iu.test(said ?? '') ? scan : null;
}
