import { OPERATOR } from '../../desk/operator.ts';
import { plain } from '../plain.ts';
import type { Browser } from '../../desk/browsers.ts';
import type { Role } from '../../redemption/role.ts';
import type { Redemption, State } from '../../redemption/redemption.ts';
import { CATALOGUE } from '../catalogue.ts';
import { MAX_NAME } from '../command.ts';
import { printCommand } from '../print.ts';

// How numbers are set: a count stands close to the words around it (`剩余18次`, `还有3人`); what is copied (a command, a
// receipt, an account) and what is a name of its own (a date, a setting) has a blank on either side.

export const EXAMPLE = printCommand(CATALOGUE.redeem.example);
/** How a person asks to be put into the mapping. */
export const HOW_TO_BIND = `申请绑定请发：${CATALOGUE['bind-request'].help.unbound ?? ''}\n例：${printCommand(CATALOGUE['bind-request'].example)}`;

export const OUTCOME_WORDS: Readonly<Record<State, string>> = {
  asked: '待确认',
  pending: '正在核销…',
  succeeded: '核销成功',
  refused: '核销失败',
  unsent: '未提交',
  unknown: '结果未知',
};

/** For lists. */
export const SHORT_OUTCOMES: Readonly<Record<State, string>> = {
  asked: '待确认',
  pending: '进行中',
  succeeded: '成功',
  refused: '失败',
  unsent: '未提交',
  unknown: '未知',
};

export const REASONS: Readonly<Record<NonNullable<Redemption['reason']>, string>> = {
  'no-connection': '连不上核销系统，次数没有扣，可重新发送',
  busy: '现在发的人太多，次数没有扣，请稍后再试',
  'too-many-lines': '您这一分钟发得太多，次数没有扣，请过一分钟再发',
  stopping: '系统正在重启，次数没有扣，请稍后再试',
  unbound: '您的账号未绑定，请先申请绑定',
  'no-user': '消息里没有您的员工账号，请用本企业的员工账号发送',
  stale: '这是一条旧消息，或者服务器时间不对，次数没有扣；要核销请重新发送，还是不行请告诉管理员',
  overdue: '系统刚才卡住了，次数没有扣，可重新发送',
  storage: '系统暂时存不了记录，次数没有扣，请稍后再试',
  expired: '卡已过期',
  'too-few': '剩余次数不够',
  cancelled: '已取消',
  replaced: '同一张卡后来又发了一次，以后来的为准，这一笔没有扣',
  unconfirmed: '没有及时确认，次数没有扣，可重新发送',
  timeout: '核销系统没有按时答复',
  'connection-lost': '和核销系统的连接断了',
  'unclear-answer': '核销系统的答复看不懂',
  interrupted: '核销途中系统中断过',
};

export const ROLE_WORDS: Readonly<Record<Exclude<Role, 'unbound'>, string>> = {
  staff: '店员',
  manager: '店长',
  admin: '管理员',
};

const APPS: Readonly<Record<Browser['app'], string>> = {
  wecom: '企业微信',
  dingtalk: '钉钉',
  feishu: '飞书',
  wechat: '微信',
  edge: 'Edge',
  firefox: 'Firefox',
  chrome: 'Chrome',
  safari: 'Safari',
  other: '其他浏览器',
};
const SYSTEMS: Readonly<Record<Browser['system'], string | null>> = {
  iphone: 'iPhone',
  ipad: 'iPad',
  harmony: '鸿蒙',
  android: '安卓',
  windows: 'Windows',
  mac: 'Mac',
  linux: 'Linux',
  other: null,
};

/** A browser as people know it, roughly: `企业微信（iPhone）`. */
export function browserWords({ app, system }: Browser): string {
  const on = SYSTEMS[system];
  return on === null ? APPS[app] : `${APPS[app]}（${on}）`;
}

/** In characters as people count them. */
const MAX_QUOTE = 100;
const MAX_CARD_NAME = 20;

/** What may be a card's number, also in groups. */
const LONG_NUMBER = /\d(?:[ -]?\d){11,}/g;
const DATE = /^\d{4}-\d{2}-\d{2}/;

/**
 * The one thing to do for a person who is not in the mapping; `user` is platform and id, `request` the number of theirs that
 * waits for an answer.
 */
export function howToBind(user: string, request: number | null = null): string {
  if (request !== null)
    return `您的账号未绑定，${request}号申请在等店长处理。\n账号：${user}\n店长同意以后就可以核销，不用再申请。`;
  return `您的账号未绑定。\n账号：${user}\n${HOW_TO_BIND}\n也可以把这条消息转发给店长，请店长绑定。`;
}

/** What tells people who takes a redemption back: it cannot be done from a chat. */
export const HOW_TO_UNDO = `要退请发「${CATALOGUE.undo.help.staff ?? ''}」`;
/** That nobody has to type a card. */
export const BY_PICTURE = '也可以拍下顾客的核销码发给我';

export function cardTail(card: string): string {
  return `尾号${card.slice(-4)}`;
}

/** What a vendor's sentence consists of where it only repeats the outcome: `成功`, `核销成功！`, `SUCCESS`, `ok`. */
const REPEATS: Partial<Readonly<Record<State, RegExp>>> = {
  succeeded:
    /^(?:您?的?(?:次卡|卡|本次|此次)?(?:核销|消费|划卡|扣次|操作|处理|交易|请求|调用|执行|提交|返回)?(?:已经?)?成功了?|(?:consume |request |operation )?success(?:ful|fully|ed)?|succeed(?:ed)?|ok|okay|done)$/u,
  refused:
    /^(?:(?:次卡|卡|本次|此次)?(?:核销|消费|划卡|扣次|操作|处理|交易|请求|调用|执行)?失败了?|fail(?:ed|ure)?|error)$/u,
};

/** Whether the vendor's sentence says nothing that the outcome word does not say. */
function repeatsOutcome(words: string, state: State | undefined): boolean {
  const bare = words
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N} ]+/gu, '')
    .trim();
  return state !== undefined && REPEATS[state]?.test(bare) === true;
}

/**
 * In quotation marks, so that readers do not take the vendor's words for the bot's; empty where they only repeat the
 * outcome. The vendor may repeat the card, or name another: only tails are said.
 */
export function vendorWords({
  vendorMsg,
  card,
  realCard = null,
  state,
}: Pick<Redemption, 'vendorMsg' | 'card'> & Partial<Pick<Redemption, 'realCard' | 'state'>>): string {
  const words = withoutCards(oneLine(vendorMsg ?? ''), { card, realCard });
  return words === '' || repeatsOutcome(words, state) ? '' : quoted(words);
}

/** A text from outside in which cards are cut to their last digits. */
export function withoutCards(text: string, { card, realCard }: Pick<Redemption, 'card' | 'realCard'>): string {
  return text
    .replaceAll(card, cardTail(card))
    .replaceAll(realCard ?? card, cardTail(realCard ?? card))
    .replace(LONG_NUMBER, (found) => (DATE.test(found) ? found : cardTail(found.replace(/[ -]/g, ''))));
}

/** Words that are not the bot's, on one line. */
export function quoted(text: string): string {
  return `「${shorten(plain(oneLine(text).replaceAll('「', '『').replaceAll('」', '』')), MAX_QUOTE)}」`;
}

/** What the vendor calls the card; a stray number in it, which may be the card's or a member's, is left out. */
export function cardLabel(cardName: string | null, card: string): string {
  const name = shorten(
    plain(oneLine(cardName ?? '').replace(/(?<![A-Za-z])[A-Za-z]*\d[\dA-Za-z]{4,}/g, '…')),
    MAX_CARD_NAME,
  );
  return [...(name === '' ? [] : [name]), cardTail(card)].join('，');
}

/** A name of a person or store: whole, as long as a name may be. */
export function shortName(name: string): string {
  return shorten(plainLine(name), MAX_NAME);
}

/** Who did something, by the name that is on record. */
export function actorName(by: string): string {
  return by === OPERATOR ? '后台管理员' : shortName(by);
}

/** `王小明` → `王**`: the first character only, however long the name is. */
export function maskName(name: string): string {
  const [first] = GRAPHEMES.segment(plainLine(name));
  return first === undefined ? '' : `${first.segment}**`;
}

/** `138 1234 1234` → `138****1234`; of a number with fewer digits less is shown. */
export function maskPhone(phone: string): string {
  const digits = phone
    .normalize('NFKC')
    .replace(/[^\d*]/g, '')
    .replace(/^86(?=1\d{2}[\d*]{8}$)/, '');
  if (digits === '') return '';
  if (digits.length < 8) return '****';
  return `${digits.length < 11 ? '' : digits.slice(0, 3)}****${digits.slice(-4)}`;
}

/** Joins the parts that say something. */
export function joinParts(parts: readonly (string | null)[], separator: string): string {
  return parts.filter((part) => part !== null && part !== '').join(separator);
}

/** `还有3条` behind a list that was not shown whole. */
export function moreLine(more: number, unit: string): string | null {
  return more > 0 ? `还有${more}${unit}` : null;
}

/** The same where a command shows what comes next. */
export function morePages(more: number, unit: string, command: string): string | null {
  return more > 0 ? `还有${more}${unit}，想看请发「${command}」` : null;
}

export const NOTHING_MORE = '没有更多了。';

/** Behind the heading of a part that is not the first. */
export function pageWord(page: number): string {
  return page < 2 ? '' : `，第${page}页`;
}

/** Words from outside in one line: nothing in them is a link, a mention or markup on any platform. */
export function plainLine(text: string): string {
  return plain(oneLine(text));
}

/** But for what joins emoji into one. */
const INVISIBLE =
  /(?!(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic}))\p{Default_Ignorable_Code_Point}/gu;

export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{White_Space}\p{Cc}]+/gu, ' ')
    .replace(INVISIBLE, '')
    .trim();
}

const GRAPHEMES = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** No character that people see as one is cut in two. */
function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept: string[] = [];
  for (const { segment } of GRAPHEMES.segment(text)) {
    if (kept.length === max) return `${kept.join('')}…`;
    kept.push(segment);
  }
  return text;
}
