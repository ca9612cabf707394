export interface TypedLine {
  readonly typed: string;
  /** Normalised; of a line that is too long to be read only its beginning and its end. */
  readonly content: string;
  readonly tooLong: boolean;
}

/** `这是一条引用/回复消息：`, `This is a quote/reply message:`. */
const ANNOUNCED =
  /^[^ ]{0,8}(?:引用|回[复覆復]|quot(?:e|ed)|repl(?:y|ied))(?:[^:]{0,20}(?:消息|[讯訊]息|内容|內容|message))?[^:]{0,40}:$|^(?:this is|the following is)[^:]{0,12}(?:quot|repl)[^:]{0,40}:$/iu;
const OPENING = '[「『“"‘\'«‹【\\[(]';
/** `「张三:…`, `"张三:`; several where one quotation stands in another. */
const NAME = '[^「」『』“”"«»\\])】:]{1,40}';
const BRACKETS = new RegExp(`^(?:${OPENING} ?${NAME}: ?)+`, 'u');
const NAMED = new RegExp(`${OPENING} ?${NAME}:`, 'gu');
const CORNER = /^[「『]/u;
const CLOSED = /[」』”"’'»›】\])] ?$/u;
/** Nothing of a quotation begins with a letter or a digit and has no colon. */
const ORDINARY = /^[\p{L}\p{N}][^:]*$/u;
const SEPARATOR = /^(?:[-‐‑‒–—−\u2500-\u257F_=~*·.…] ?){3,}$/u;
/** Of dashes: what stands at the end of a quotation. */
const RULE = /^(?:[-‐‑‒–—−\u2500-\u257F_=] ?){3,}$/u;
const QUOTED_LINE = /^[>|│┃▎▏»›] ?/u;

const TIME = '(?:[上下]午|[早晚]上|凌晨|中午)? ?\\d{1,2}[:∶点時时]\\d{2}(?:[:∶分](?:\\d{2}秒?)?)?(?: ?[ap]\\.?m\\.?)?';
const EXCERPT: readonly RegExp[] = [
  // `张三 11-25 10:30:12`, `张三(张三) 2026/11/25 10:30`, `张三, [2026/11/25 10:30]:`.
  new RegExp(`^[^ ].{0,60}[ \\[(,]${TIME} ?[\\])]?:?$`, 'iu'),
  // `2026-11-25 10:30:12 张三`, `[11-25 10:30] 张三: 好的`, a time alone.
  new RegExp(`^[\\[(]?(?:[\\d/.年月日 -]{3,16}|今天|昨天|星期.|周.)?,? ?${TIME}(?:$|[\\]) ,:-])`, 'iu'),
  // `Nov 25, 10:30 - 张三: 好的`, `张三 3分钟前`.
  new RegExp(`^.{0,40}${TIME}[^:]{1,40}:(?: |$)|^[^ ].{0,40} (?:\\d{1,3} ?(?:秒|分钟|小时|天)前|刚刚)$`, 'iu'),
  // `张三 11-25`, `张三 昨天`.
  /^[^ ].{0,40} (?:(?:\d{2,4}[-/年.])?\d{1,2}[-/月.]\d{1,2}日?|昨天|前天|星期.|周[一二三四五六日])$/u,
  // `张三和李四的聊天记录`, `转发:`, `-----Original Message-----`, `张三 写道:`, `[quote]`.
  /聊天[记記][录錄]|chat (?:history|record)|(?:forwarded|original) message|原始(?:邮件|郵件|消息)|^[转轉](?:[发發])?自|^(?:发件人|發件人|from):|^```/iu,
  /^(?:fwd?|re|[转轉][发發]?|回[复覆復]|引用|原文) ?[^:]{0,30}:|(?:写道|寫道|[说說]|wrote|said):$/iu,
  /^[[<【](?:quote|blockquote|引用|[转轉][发發]|回[复覆復])/iu,
];
/** Announced without a colon: `引用 张三 的消息`, `转发`, `In reply to …`, `张三的原话`, `张三 下午3点`, a date alone. */
const ANNOUNCEMENT: readonly RegExp[] = [
  /^[^\p{L}\p{N}]*(?:引用|[转轉][发發](?![给給])|以下(?:[为為是]|消息|内容)|下面是|quot(?:e|ed|ing)(?!\p{L})|in reply|repl(?:y|ied|ying) to|forward(?:ed)?(?:$| (?:from|message)))/iu,
  /(?:发的|發的|写的|寫的|原话|原話|[说說])$|^[^ ]{1,10} ?回[复復] ?[^ ]{1,10}$/u,
  /^[^ ].{0,30}[ ,](?:(?:今天|昨天|前天|刚刚|yesterday|today|just now|上周.)(?: ?[上下]午)?|(?:[上下]午|[早晚]上|凌晨|中午)(?: ?\d{1,2}[点时時]?)?|\d{1,2}月\d{1,2}日(?: ?[上下]午)?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\.? \d{1,2}|\d{1,3} ?(?:min|hour|day)s? ago)$/iu,
];
const PAIRS = ['“”', '「」', '『』', '《》', '«»'] as const;
/** `张三@微信：`, `回复@张三：`: what stands behind `@` is taken for a mention elsewhere. */
const SPEAKER_BY_MENTION = /[^\s@][@＠][^\s@＠]{1,20}[:：]\s*$/u;
/** `张三:` with what was said on the next line. */
const SPEAKER = /^[^ :,][^:,]{0,30}:$/u;
/** `张三: 你好` at the start, with more lines behind it. */
const SPEECH = /^[^ :,][^:,]{0,20}: ?[^ ]/u;
/** What people write before a colon in messages of their own. */
const LABEL =
  /^(?:卡号|卡|券码|核销码|次数|数量|备注|客户|顾客|会员|姓名|电话|手机|门店|店|时间|日期|项目|编号|单号)(?: ?\d+)? ?:/u;
const OWN_WORDS = /[你您家]好|麻烦|帮|核销|消费|划卡/u;

/**
 * The lines of a message that its writer wrote: without a quotation at the start that clearly ends, and without lines
 * that are marked as quoted. Null where something looks like other people's words and it cannot be seen where they end.
 * `isCommand` tells lines that can be nothing else.
 */
export function withoutQuotations(
  lines: readonly TypedLine[],
  isCommand: (line: TypedLine) => boolean,
): readonly TypedLine[] | null {
  if (lines.length === 1 && ORDINARY.test(lines[0]?.content ?? '')) return lines;
  const behind = afterQuotation(lines);
  if (behind === lines && isCutOff(lines, isCommand)) return null;
  const own = behind?.filter(({ content }) => !QUOTED_LINE.test(content)) ?? null;
  // A line alone runs or does not, and what runs nothing may look as it likes.
  if (own === null || own.length < 2) return own;
  const isExcerpt = own.some((line, at) => looksLikeExcerpt(own, at) && !isCommand(line)) && own.some(isCommand);
  return isExcerpt ? null : own;
}

/** Whether a line of dashes stands between a command and other text, as behind a quotation that lost its beginning. */
function isCutOff(lines: readonly TypedLine[], isCommand: (line: TypedLine) => boolean): boolean {
  const isText = (line: TypedLine) => !SEPARATOR.test(line.content) && !isCommand(line);
  return lines.some(
    ({ content }, at) => RULE.test(content) && lines.slice(0, at).some(isCommand) && lines.slice(at).some(isText),
  );
}

/** Whether a quotation mark is opened in this line and not closed, or the other way round. */
function isUnbalanced(content: string): boolean {
  const count = (mark: string) => content.split(mark).length - 1;
  return (
    PAIRS.some(([open = '', close = '']) => count(open) !== count(close)) ||
    // Not of inches.
    (count('"') - (content.match(/\d ?"/gu)?.length ?? 0)) % 2 === 1 ||
    /^(?:'{3}|~~~|<q>)/u.test(content)
  );
}

/**
 * Platforms put the quotation first, then a line of dashes, then what was typed. So for every quoted text the last such
 * line is the right one; there must be one for each quotation, or a quoted writer has tried to end it early.
 */
function afterQuotation(lines: readonly TypedLine[]): readonly TypedLine[] | null {
  const opened = lines.flatMap((line, at) => Array.from({ length: quotationsBegunAt(lines, at) }, () => at));
  const [first] = opened;
  if (first === undefined) return lines;
  const separators = lines.flatMap(({ content }, at) => (SEPARATOR.test(content) ? [at] : []));
  const [end = -1] = separators.slice(-1);
  const [firstEnd = -1] = separators;
  const opensBracket = CORNER.test(lines[0]?.content ?? '') || BRACKETS.test(lines[0]?.content ?? '');
  const isClear =
    first === 0 &&
    separators.length === opened.length &&
    opened.every((at) => at < firstEnd) &&
    (!opensBracket || CLOSED.test(lines[end - 1]?.content ?? ''));
  return isClear ? lines.slice(end + 1) : null;
}

function quotationsBegunAt(lines: readonly TypedLine[], at: number): number {
  const content = lines[at]?.content ?? '';
  if (ANNOUNCED.test(content)) return 1;
  const brackets = BRACKETS.exec(content)?.[0] ?? '';
  const named = brackets.match(NAMED)?.length ?? 0;
  // Its own announcement stands on the line before.
  if (ANNOUNCED.test(lines[at - 1]?.content ?? '')) return Math.max(0, named - 1);
  // In the middle of a message, what is quoted within one line is no command anyway.
  if (named > 0) return at > 0 && CLOSED.test(content) ? 0 : named;
  return at === 0 && CORNER.test(content) ? 1 : 0;
}

function looksLikeExcerpt(lines: readonly TypedLine[], at: number): boolean {
  const content = lines[at]?.content ?? '';
  if (content === '' || LABEL.test(content)) return false;
  if (EXCERPT.some((pattern) => pattern.test(content)) || isUnbalanced(content)) return true;
  const isLast = at === lines.length - 1;
  if (!isLast && !OWN_WORDS.test(content) && ANNOUNCEMENT.some((pattern) => pattern.test(content))) return true;
  if (!isLast && SPEAKER_BY_MENTION.test(lines[at]?.typed ?? '')) return true;
  const isFollowed = !isLast && !OWN_WORDS.test(content.split(':', 1)[0] ?? '');
  return isFollowed && (SPEAKER.test(content) || (at === 0 && SPEECH.test(content)));
}
