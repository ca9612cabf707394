const FULL_WIDTH_OFFSET = 0xfee0;

/**
 * A line of plain text so that no platform takes anything in it for a mention, a link, a heading or other markup.
 * Robots' dialects differ and know no common escape, so whatever could be markup becomes its full-width twin, which none
 * knows and everybody can read.
 */
export function plain(line: string): string {
  const words = line
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/[\\`*#<>[\]|~@&]/gu, widen)
    // Inside a word, as in `wecom:zhang_san`, an underscore is none of markdown's.
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, widen);
  return (
    withoutLinks(words)
      // Lists, quotes, rulers, underlined headings.
      .replace(/^[-+=]/u, widen)
      .replace(/^(\d+)([.)])(?=\s|$)/u, (_, number: string, mark: string) => number + widen(mark))
  );
}

/** Clients make links of addresses: `https://x.cn`, `www.x.cn`, `x.cn`, `mailto:x`. */
function withoutLinks(text: string): string {
  return text
    .replace(/:(?=\/\/)/gu, widen)
    .replace(/(?<=[a-z0-9-])\.(?=[\p{L}])/giu, widen)
    .replace(/(?<=\b(?:mailto|tel|sms|dtmd|javascript)):/giu, widen);
}

/** People copy these, so they stay as they are. */
const USER_ID = /\b(?:wecom|dingtalk|feishu):[\w.@-]+/gu;

/**
 * A whole reply for a platform that knows no markup but links and mentions: what could be either, outside of user ids,
 * becomes its full-width twin. None of our own sentences has any.
 */
export function inert(text: string): string {
  let end = 0;
  let shown = '';
  for (const { 0: id, index } of text.matchAll(USER_ID)) {
    shown += inertPart(text.slice(end, index)) + id;
    end = index + id.length;
  }
  return shown + inertPart(text.slice(end));
}

function inertPart(text: string): string {
  return withoutLinks(text.replace(/[<>@]|&(?=#?\w+;)/gu, widen));
}

function widen(ascii: string): string {
  return String.fromCharCode(ascii.charCodeAt(0) + FULL_WIDTH_OFFSET);
}
