// The platforms' dialects differ and know no common escape, so what could be markup becomes its full-width twin, which
// no dialect knows and all people can read. This is the only place that knows how; `platforms/markdown.ts` is built of
// it.

const FULL_WIDTH_OFFSET = 0xfee0;

/** Markdown's underscores: inside a word, as in `wecom:zhang_san`, one is none. */
export const EDGE_UNDERSCORE = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** A line of text in which no platform finds a mention, a link, a heading or other markup. */
export function plain(line: string): string {
  if (/^[\p{L}\p{N}]*$/u.test(line)) return line;
  const words = line
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/[\\`*#<>[\]|~@&]/gu, widen)
    .replace(EDGE_UNDERSCORE, widen);
  return withoutBlocks(withoutLinks(words));
}

/** A line that begins no list and is no ruler and no underline of a heading. */
export function withoutBlocks(line: string): string {
  return line
    .replace(/^[-+=]/u, widen)
    .replace(/^(\d+)([.)])(?=\s|$)/u, (_, number: string, mark: string) => number + widen(mark));
}

/** The last labels of hosts that are written in Chinese characters; other words behind a dot are what was said next. */
const CHINESE_DOMAINS =
  '中国|中國|中文网|公司|网络|网址|网站|网店|在线|商城|商店|商标|集团|企业|组织机构|机构|我爱你|手机|移动|联通|微博|购物|游戏|娱乐|信息|新闻|健康|时尚|食品|餐厅|' +
  '珠宝|招聘|慈善|公益|政务|政府|广东|佛山|香港|澳門|台湾|台灣|新加坡|世界|点看|八卦|书籍|書籍|家電|通販|大拿|谷歌|天主教|中信';
/** The dot of a host in any script: `x.cn`, `例.com`, `商店.中国`, `❤.ws`. `2.5折`, `U.S.A` and `好的.谢谢` have none. */
const DOT = new RegExp(
  `(?<=[^\\s\\p{P}]|[-_＿])\\.(?=(?!\\p{Script=Han})\\p{L}[\\p{L}\\p{M}]|${CHINESE_DOMAINS})`,
  'gu',
);
/** The address of a machine. */
const QUAD = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)/gu;

/** Clients make links of addresses: `https://x.cn`, `www.x.cn`, `例.cn`, `10.0.0.1`, `mailto:x`. */
function withoutLinks(text: string): string {
  return text
    .replace(/:(?=\/\/)/gu, widen)
    .replace(DOT, widen)
    .replace(QUAD, (address) => address.replaceAll('.', widen('.')))
    .replace(/(?<=\b(?:mailto|tel|sms|dtmd|javascript)):/giu, widen);
}

/** People copy these, so they stay as they are. */
export const USER_ID = /\b(?:wecom|dingtalk|feishu):(?:[\w.@$+=*-]|:(?!\/\/)|\/(?!\/))+/gu;

/**
 * A whole reply for a platform that knows no markup but links and mentions: what could be either, outside of user ids,
 * becomes its full-width twin. None of our own sentences has any.
 */
export function inert(text: string): string {
  if (!/[<>@&.:]/.test(text)) return text;
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

/** The full-width twin of a printable ASCII character. */
export function widen(ascii: string): string {
  return String.fromCharCode(ascii.charCodeAt(0) + FULL_WIDTH_OFFSET);
}
