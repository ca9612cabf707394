/** Markup that is safe to send: whatever people or platforms wrote in it is escaped. A class, so that no text passes for it. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template; null, undefined and false leave nothing. */
export type Part = Html | string | number | null | undefined | false | readonly Part[];

/** Markup with everything escaped that is put into it, except other markup. Attributes have to be written in double quotes. */
export function html(markup: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(markup.map((piece, index) => piece + (index < parts.length ? toMarkup(parts[index]) : '')).join(''));
}

function toMarkup(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'object') return part instanceof Html ? part.toString() : part.map(toMarkup).join('');
  return escape(String(part));
}

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/gu, (sign) => ESCAPED[sign] ?? sign);
}
