import { parseStringPromise } from 'xml2js';

// What could come before the root, above all a DOCTYPE with entities, is not part of what WeCom sends.
const BEGINNING = /^\s*(?:<\?xml[^<>]*\?>\s*)?<xml>/;

const OPTIONS = { explicitArray: false, ignoreAttrs: true };

/**
 * Reads `<xml>…</xml>` into `{ xml: { Name: 'text' } }`; values stay strings, a repeated element becomes an array.
 * Rejects on anything else.
 */
export async function parseXml(text: string): Promise<unknown> {
  if (!BEGINNING.test(text)) throw new SyntaxError('not an <xml> document');
  // A new parser for each document: after a syntax error xml2js leaves a used one unable to report the next.
  return parseStringPromise(text, OPTIONS);
}

/** Text as CDATA: what XML cannot carry is left out, and nothing in it can end the section. */
export function cdata(text: string): string {
  const allowed = text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '');
  return `<![CDATA[${allowed.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
