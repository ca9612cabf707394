import { Unreadable } from './unreadable.ts';

export interface XmlHandlers {
  /** Names come without their prefix. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  text(text: string): void;
}

/**
 * Walks through XML as spreadsheets contain it, in one pass. Throws Unreadable where it is none. There is no document type in
 * such XML, so that there are no entities of its own either.
 */
export function walkXml(xml: string, handlers: XmlHandlers): void {
  let at = 0;
  while (at < xml.length) {
    const tag = xml.indexOf('<', at);
    if (tag < 0) break;
    if (tag > at) handlers.text(unescapeXml(xml.slice(at, tag)));
    if (xml.startsWith('<![CDATA[', tag)) {
      const end = endOf(xml, ']]>', tag);
      handlers.text(xml.slice(tag + 9, end));
      at = end + 3;
    } else if (xml.startsWith('<!--', tag)) at = endOf(xml, '-->', tag) + 3;
    else if (xml.startsWith('<!', tag)) throw new Unreadable('damaged');
    else {
      const end = endOf(xml, '>', tag);
      at = end + 1;
      if (xml[tag + 1] === '?') continue;
      if (xml[tag + 1] === '/') {
        handlers.close(localName(xml.slice(tag + 2, end).trim()));
        continue;
      }
      const isEmpty = xml[end - 1] === '/';
      const inside = xml.slice(tag + 1, isEmpty ? end - 1 : end);
      const blank = inside.search(/\s/u);
      const name = localName(blank < 0 ? inside : inside.slice(0, blank));
      handlers.open(name, blank < 0 ? '' : inside.slice(blank));
      if (isEmpty) handlers.close(name);
    }
  }
}

/** The value of an attribute; null: it is not there. */
export function attribute(attributes: string, name: string): string | null {
  for (const quote of ['"', "'"]) {
    const mark = ` ${name}=${quote}`;
    const at = attributes.replace(/\s/gu, ' ').indexOf(mark);
    if (at < 0) continue;
    const end = attributes.indexOf(quote, at + mark.length);
    return end < 0 ? null : unescapeXml(attributes.slice(at + mark.length, end));
  }
  return null;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/giu, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return NAMED[name] ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function endOf(xml: string, mark: string, from: number): number {
  const end = xml.indexOf(mark, from);
  if (end < 0) throw new Unreadable('damaged');
  return end;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
