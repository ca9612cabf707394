const FULL_WIDTH_OFFSET = 0xfee0;

/**
 * A line of plain text so that no platform takes anything in it for a mention, a link, a heading or other markup.
 * Robots' dialects differ and know no common escape, so whatever could be markup becomes its full-width twin, which none
 * knows and everybody can read.
 */
export function plain(line: string): string {
  return (
    line
      .replace(/\s+/gu, ' ')
      .trim()
      .replace(/[\\`*#<>[\]|~@&]/gu, widen)
      // Inside a word, as in `wecom:zhang_san`, an underscore is none of markdown's.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, widen)
      // Clients make links of addresses: `https://x.cn`, `www.x.cn`, `x.cn`, `mailto:x`.
      .replace(/:(?=\/\/)/gu, widen)
      .replace(/(?<=[a-z0-9-])\.(?=[\p{L}])/giu, widen)
      .replace(/(?<=\b(?:mailto|tel|sms|dtmd|javascript)):/giu, widen)
      // Lists, quotes, rulers, underlined headings.
      .replace(/^[-+=]/u, widen)
      .replace(/^(\d+)([.)])(?=\s|$)/u, (_, number: string, mark: string) => number + widen(mark))
  );
}

function widen(ascii: string): string {
  return String.fromCharCode(ascii.charCodeAt(0) + FULL_WIDTH_OFFSET);
}
